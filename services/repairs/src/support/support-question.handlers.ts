import { Controller } from '@nestjs/common';
import {
  NoticeRequestedSchema, SupportService,
  type AnswerSupportQuestionRequest, type GetSupportQuestionRequest, type ListSupportQuestionsRequest, type RequestSupportRequest,
} from '@aftercare/contracts';
import { allowedActions, newId, refusalReason, type SupportKind } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, insertRow, jsonPage, seen, type JsonRow, type Tx } from '@aftercare/service';
import { callToAskAbout, mention } from '../calls/call-mention.js';
import { SupportQuestionRow } from './support-question.entity.js';
import { concerns, questionList } from './support-list.js';
import { minutesBetween, queueOf, requireAnswerer, requireText, supportSteps } from './support-question.rules.js';

type Support = Handlers<typeof SupportService>;

/** The audit trail's and the notices' name of the document. */
const QUESTION_KIND = 'support-question';

/** Questions of dealers on calls and the manufacturer's answers. */
@Controller()
export class SupportHandlers implements Support {
  constructor(private readonly db: Database) {}

  @Rpc(SupportService.method.requestSupport)
  async requestSupport(request: RequestSupportRequest, ctx: CallContext): ReturnType<Support['requestSupport']> {
    const text = requireText(request.question, 'question');
    return this.db.command(ctx, async (tx) => {
      const call = await callToAskAbout(tx, 'request-support', request.id);
      const now = await tx.now();
      const question: SupportQuestionRow = {
        id: newId(), number: await tx.nextNumber('support_question', { prefix: 'SQ', gapFree: false }), dealerId: call.dealerId ?? '', callId: call.id,
        callNumber: call.number, kind: request.kind as SupportKind, state: 'open', question: text, photos: filesOf(request.photos), askedBy: ctx.userId, askedAt: now,
        answer: '', files: [], answeredBy: null, answeredAt: null, answerMinutes: 0, queue: queueOf('open', now), version: 1,
      };
      await insertRow(tx, SupportQuestionRow, question);
      await mention(tx, call, 'request-support');
      await tx.audit({ action: 'ask', kind: QUESTION_KIND, id: question.id, dealerId: question.dealerId, changed: { callId: { after: call.id }, kind: { after: question.kind } } });
      for (const recipientRole of ['service_clerk', 'quality_engineer']) {
        await tx.announce(NoticeRequestedSchema, { ...noticeOf(question), kind: 'support.asked', recipientRole });
      }
      return refOf(question);
    }, { request });
  }

  @Rpc(SupportService.method.answerSupportQuestion)
  async answerSupportQuestion(request: AnswerSupportQuestionRequest, ctx: CallContext): ReturnType<Support['answerSupportQuestion']> {
    const answer = requireText(request.answer, 'answer');
    return this.db.command(ctx, async (tx) => {
      const found = await tx.em.findOne(SupportQuestionRow, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
      const question = seen(ctx, found, 'support question');
      requireAnswerer(ctx.role);
      expectVersion(question, request.version, { id: question.id, number: question.number, state: question.state });
      const state = supportSteps.next('answer', question.state);
      const now = await tx.now();
      Object.assign(question, {
        state, answer, files: filesOf(request.files), answeredBy: ctx.userId, answeredAt: now, answerMinutes: minutesBetween(question.askedAt, now),
        queue: queueOf(state, now), version: question.version + 1,
      });
      await tx.em.save(SupportQuestionRow, question);
      await tx.audit({
        action: 'answer', kind: QUESTION_KIND, id: question.id, dealerId: question.dealerId,
        changed: { state: { after: state }, answerMinutes: { after: question.answerMinutes } },
      });
      await tellAsker(tx, question);
      return refOf(question);
    }, { request });
  }

  @Rpc(SupportService.method.getSupportQuestion)
  async getSupportQuestion(request: GetSupportQuestionRequest, ctx: CallContext): ReturnType<Support['getSupportQuestion']> {
    const found = await this.db.one<SupportQuestionRow>(ctx, { name: 'get_support_question', text: ONE, values: [request.id, ctx.role === 'dealer_technician', ctx.userId || null] });
    const { queue: _queue, ...question } = seen(ctx, found, 'support question');
    return {
      ...question,
      answeredBy: question.answeredBy ?? '',
      answeredAt: question.answeredAt ?? '',
      allowedActions: allowedActions(ctx, [
        { action: 'answer', reason: refusalReason(() => { requireAnswerer(ctx.role); supportSteps.next('answer', question.state); }) },
      ]),
    };
  }

  @Rpc(SupportService.method.listSupportQuestions)
  async listSupportQuestions(request: ListSupportQuestionsRequest, ctx: CallContext): ReturnType<Support['listSupportQuestions']> {
    if (ctx.role === 'customer') throw notFound('support question');
    const { statement, page } = questionList(request, ctx);
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }
}

const ONE = `
  select r.id, r.number, r.dealer_id as "dealerId", r.call_id as "callId", r.call_number as "callNumber", r.kind, r.state, r.question, r.photos,
    r.asked_by as "askedBy", iso(r.asked_at) as "askedAt", r.answer, r.files, r.answered_by as "answeredBy", iso(r.answered_at) as "answeredAt",
    r.answer_minutes as "answerMinutes", r.version
  from support_question r where r.id = $1::uuid and (not $2::boolean or ${concerns('$3')})`;

/** The answer goes back to whoever asked, and to his manager: one notice, so that a manager who asked reads it once. */
async function tellAsker(tx: Tx, question: SupportQuestionRow): Promise<void> {
  const to = { recipientUserId: question.askedBy, recipientRole: 'dealer_manager', recipientDealerId: question.dealerId };
  await tx.announce(NoticeRequestedSchema, { ...noticeOf(question), kind: 'support.answered', ...to });
}

function noticeOf({ id, number, callNumber }: SupportQuestionRow): { documentKind: string; documentId: string; documentNumber: string; severity: string; params: string } {
  return { documentKind: QUESTION_KIND, documentId: id, documentNumber: number, severity: 'info', params: JSON.stringify({ callNumber }) };
}

function refOf({ id, number, state, version }: SupportQuestionRow): { id: string; number: string; state: string; version: number } {
  return { id, number, state, version };
}

function filesOf(files: readonly { id: string; sha256: string }[]): { id: string; sha256: string }[] {
  return files.map(({ id, sha256 }) => ({ id, sha256 }));
}
