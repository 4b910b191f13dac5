import { CallAnonymisedSchema, CustomerAnonymisedSchema, CustomerChangedSchema, NoticeRequestedSchema, SupportService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext, Client } from '@aftercare/messaging';
import { assignedCall, calls, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const support = (ctx: CallContext): Client<typeof SupportService> => world.service.client(SupportService, ctx);
const quality = (): CallContext => world.service.ctx({ role: 'quality_engineer', userId: newId() });
const photo = { id: newId(), sha256: 'd'.repeat(64) };

async function ask(question = '阀芯怎么拆', as = world.technician): Promise<{ callId: string; id: string; version: number }> {
  const call = await assignedCall(world);
  const { id, version } = await support(as).requestSupport({ id: call.id, kind: 'support', question, photos: [photo] });
  return { callId: call.id, id, version };
}

const told = async (documentId: string) =>
  (await world.service.sql<{ payload: unknown }>('select payload from outbox where event_type = $1 order by id', [NoticeRequestedSchema.typeName]))
    .map(({ payload }) => (typeof payload === 'string' ? JSON.parse(payload) : payload) as Record<string, string>)
    .filter((notice) => notice.documentId === documentId)
    .map(({ kind, recipientRole, recipientUserId, recipientDealerId }) => [kind, recipientRole, recipientDealerId, recipientUserId].filter(Boolean).join(' '));

describe('a question on a call', () => {
  it('R-10: is asked by technician or manager, answered once with its time, and both sides are told', async () => {
    const { callId, id, version } = await ask();
    await world.service.moveClock('2h');
    const answered = await support(quality()).answerSupportQuestion({ id, version, answer: '先关水，逆时针旋出', files: [photo] });
    expect(answered).toMatchObject({ state: 'answered', version: 2 });
    const shown = await support(world.technician).getSupportQuestion({ id });
    expect(shown).toMatchObject({ callId, kind: 'support', question: '阀芯怎么拆', answer: '先关水，逆时针旋出', photos: [photo], files: [photo], askedBy: world.technicianId });
    expect(shown.answerMinutes).toBeGreaterThanOrEqual(119);
    expect(shown.allowedActions).toMatchObject([{ action: 'answer', allowed: false, reason: 'ROLE_NOT_ALLOWED' }]);
    expect(await told(id)).toEqual([
      'support.asked service_clerk', 'support.asked quality_engineer', `support.answered dealer_manager ${world.dealerId} ${world.technicianId}`,
    ]);
    await expect(support(world.clerk).answerSupportQuestion({ id, version: 2, answer: '再答' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    const call = await calls(world, world.technician).getCall({ id: callId });
    expect([call.version, call.history.at(-1)?.action]).toEqual([2, 'request-support']);
  });

  it('R-10, R-2: nothing is asked about a call while somebody takes a step of it', async () => {
    const { id, version } = await assignedCall(world);
    let asked: Promise<unknown> = Promise.resolve();
    await world.service.database.command(world.manager, async (tx) => {
      await tx.sql({ name: 'spec_call_held', text: 'select from repair_call where id = $1 for update', values: [id] });
      asked = support(world.technician).requestSupport({ id, kind: 'support', question: '怎么拆' }).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await tx.sql({ name: 'spec_call_cancelled', text: `update repair_call set state = 'cancelled', version = $2 where id = $1`, values: [id, version + 1] });
      return {};
    });
    expect(await asked).toEqual(reason('STEP_NOT_ALLOWED'));
  });

  it('R-10: only on a call that is open at the dealer, with words, and by the roles of the table', async () => {
    const { id } = await resolvedCall(world);
    await expect(support(world.technician).requestSupport({ id, kind: 'appraisal', question: '是否质量问题' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    const open = await assignedCall(world);
    await expect(support(world.technician).requestSupport({ id: open.id, kind: 'support', question: ' ' })).rejects.toThrow(reason('QUESTION_MISSING'));
    await expect(support(world.clerk).requestSupport({ id: open.id, kind: 'support', question: '?' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    const { id: asked, version } = await ask();
    await expect(support(world.manager).answerSupportQuestion({ id: asked, version, answer: '自答' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(support(world.clerk).answerSupportQuestion({ id: asked, version, answer: '' })).rejects.toThrow(reason('ANSWER_MISSING'));
    await expect(support(world.clerk).answerSupportQuestion({ id: asked, version: 7, answer: '好' })).rejects.toThrow(reason('STALE_VERSION'));
  });

  it('R-10: another dealer’s call or question answers like a missing one; a colleague sees what concerns his own calls only', async () => {
    const { callId, id } = await ask();
    for (const each of [callId, newId()]) await expect(support(world.otherManager).requestSupport({ id: each, kind: 'support', question: '?' })).rejects.toThrow(reason('NOT_FOUND'));
    for (const each of [id, newId()]) await expect(support(world.otherManager).getSupportQuestion({ id: each })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await support(world.otherManager).listSupportQuestions({})).items).toEqual([]);
    const colleague = world.service.dealerCtx(world.dealerId, 'dealer_technician', { userId: world.colleagueId });
    await expect(support(colleague).getSupportQuestion({ id })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await support(colleague).listSupportQuestions({})).items).toEqual([]);
    expect((await support(world.technician).listSupportQuestions({ callId })).items).toMatchObject([{ id, callId }]);
  });

  it('R-10: the list shows open ones first, page by page, or who has waited longest', async () => {
    const [first, second] = [await ask('一'), await ask('二')];
    await support(world.clerk).answerSupportQuestion({ id: first.id, version: first.version, answer: '好' });
    const third = await ask('三');
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await support(world.clerk).listSupportQuestions({ page: { limit: 1, cursor } });
      paged.push(...page.items.map(({ id }) => id));
      if ((cursor = page.nextCursor) === '') break;
    }
    expect(paged).toEqual((await support(world.manager).listSupportQuestions({})).items.map(({ id }) => id));
    expect([paged[0], paged[1]]).toEqual([third.id, second.id]);
    expect(paged.indexOf(first.id)).toBeGreaterThan(paged.indexOf(second.id));
    const waiting = (await support(world.clerk).listSupportQuestions({ state: 'open', page: { sort: 'askedAt' } })).items.map(({ id }) => id);
    expect(waiting.slice(-2)).toEqual([second.id, third.id]);
    await expect(support(world.clerk).listSupportQuestions({ page: { sort: 'x' } })).rejects.toThrow(reason('SORT_UNKNOWN'));
  });

  it('X-8: the same key asks once', async () => {
    const call = await assignedCall(world);
    const ctx = { ...world.technician, idempotencyKey: newId() };
    const request = { id: call.id, kind: 'support', question: '怎么拆' };
    const [one, two] = [await support(ctx).requestSupport(request), await support(ctx).requestSupport(request)];
    expect(two.id).toBe(one.id);
  });
});

it('C-5: the person is taken out of question and answer, and his photos go', async () => {
  const [customerId, own] = [newId(), { id: newId(), sha256: 'e'.repeat(64) }];
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1 });
  await world.service.drain();
  const call = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
  const { id, version } = await support(world.manager).requestSupport({ id: call.id, kind: 'appraisal', question: '王小明 13912345678 家的阀芯', photos: [own] });
  await support(world.clerk).answerSupportQuestion({ id, version, answer: '请王小明先关水' });
  const exported = await calls(world, world.manager).exportCalls({ customerId, reason: '本人要求' });
  expect(exported.items[0]?.content).toContain('请王小明先关水');
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId, installationIds: [] });
  await world.service.drain();
  expect(await support(world.clerk).getSupportQuestion({ id })).toMatchObject({ question: '*** *** 家的阀芯', answer: '请***先关水', photos: [] });
  const gone = await world.service.sql<{ payload: unknown }>('select payload from outbox where event_type = $1', [CallAnonymisedSchema.typeName]);
  expect(JSON.stringify(gone)).toContain(own.id);
});
