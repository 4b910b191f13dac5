import { Controller } from '@nestjs/common';
import {
  StocktakeService, type CancelStocktakeRequest, type CloseStocktakeRequest, type DecideStocktakeRequest, type ObjectToStocktakeRequest, type RemindStocktakeRequest,
} from '@aftercare/contracts';
import { Refusal, type StocktakeDecision } from '@aftercare/domain';
import { invalidField, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, type Change, type Tx } from '@aftercare/service';
import { notify } from '../notices.js';
import { closeStocktake } from './close-stocktake.js';
import { openFinalNext } from './final-stocktake.job.js';
import { keepFigures } from './keep-figures.js';
import { CLOSE_DEADLINE, CONFIRM_DEADLINE } from './stocktake-deadlines.js';
import { factsOf, outstandingOf, wholeStocktake, withFigures, type LineWithFigures } from './stocktake-figures.js';
import { StocktakeLineRow, StocktakeRow, type StocktakeWord } from './stocktake.entity.js';
import { findStocktake } from './stocktake.reads.js';
import {
  assertClosable, assertDecidable, assertObjectable, assertRemindable, assertStocktakeRole, checkDecision, stocktakeSteps, type StocktakeAction, type StocktakeFacts,
} from './stocktake.rules.js';

type Changes = 'remindStocktake' | 'closeStocktake' | 'objectToStocktake' | 'decideStocktake' | 'cancelStocktake';

/** Stocktakes on their way to the confirmation, which is a job (H-3, H-7). */
@Controller()
export class StocktakeHandlers implements Pick<Handlers<typeof StocktakeService>, Changes> {
  constructor(private readonly db: Database) {}

  @Rpc(StocktakeService.method.remindStocktake)
  async remindStocktake(request: RemindStocktakeRequest, ctx: CallContext) {
    return this.change('remind', request, ctx, async (tx, stocktake, facts) => {
      assertRemindable(facts);
      await remind(tx, stocktake, facts.outstanding);
      await saved(tx, stocktake, { action: 'remind', changed: { outstanding: { after: facts.outstanding } } });
    });
  }

  @Rpc(StocktakeService.method.closeStocktake)
  async closeStocktake(request: CloseStocktakeRequest, ctx: CallContext) {
    return this.change('close', request, ctx, async (tx, stocktake, facts) => {
      assertClosable(facts);
      await closeStocktake(tx, stocktake);
    });
  }

  @Rpc(StocktakeService.method.objectToStocktake)
  async objectToStocktake(request: ObjectToStocktakeRequest, ctx: CallContext) {
    return this.change('object', request, ctx, async (tx, stocktake, facts) => {
      assertObjectable(facts);
      const lines = await namedLines(tx, stocktake, request.lines);
      for (const [index, { lineId, reason }] of request.lines.entries()) {
        const line = lines.get(lineId) as LineWithFigures;
        if (reason.trim() === '') throw invalidField(`lines[${index}].reason`, 'An objection says why.', 'REASON_MISSING');
        if (line.outstanding === 0) throw new Refusal('failed_precondition', 'NOTHING_OUTSTANDING', 'Nothing of this part would be charged.', { lineId });
        if (line.objection === '') stocktake.objectionCount += 1;
        await tx.em.update(StocktakeLineRow, { id: lineId }, { objection: reason.trim(), words: [...line.words, await word(tx, { kind: 'objection', reason: reason.trim(), decision: '', dueOn: '' })] });
      }
      await saved(tx, stocktake, { action: 'object', changed: { lines: { after: request.lines.map(({ lineId }) => lineId) } } });
      await tell(tx, stocktake, { kind: 'stocktake.objected', role: 'service_supervisor', params: { lines: request.lines.length } });
    });
  }

  @Rpc(StocktakeService.method.decideStocktake)
  async decideStocktake(request: DecideStocktakeRequest, ctx: CallContext) {
    return this.change('decide', request, ctx, async (tx, stocktake, facts) => {
      assertDecidable(facts);
      const lines = await namedLines(tx, stocktake, request.lines);
      const decided: Record<string, Change> = {};
      for (const [index, asked] of request.lines.entries()) {
        const decision: StocktakeDecision = checkDecision(asked, facts.today, `lines[${index}]`);
        const evidence = decision === 'excuse' ? asked.evidence.map(({ id, sha256 }) => ({ id, sha256 })) : [];
        const [reason, dueOn] = [asked.reason.trim(), decision === 'extend' ? asked.dueOn : ''];
        const words = [...(lines.get(asked.lineId) as LineWithFigures).words, await word(tx, { kind: 'decision', reason, decision, dueOn })];
        await tx.em.update(StocktakeLineRow, { id: asked.lineId }, {
          decision, decisionDueOn: dueOn || null, decisionReason: reason, decisionEvidence: evidence, decidedBy: ctx.userId, words,
        });
        decided[asked.lineId] = { after: decision };
      }
      await saved(tx, stocktake, { action: 'decide', changed: decided });
      await tell(tx, stocktake, { kind: 'stocktake.decided', role: 'dealer_manager', dealerId: stocktake.dealerId, params: { lines: request.lines.length } });
    });
  }

  @Rpc(StocktakeService.method.cancelStocktake)
  async cancelStocktake(request: CancelStocktakeRequest, ctx: CallContext) {
    if (request.reason.trim() === '') throw invalidField('reason', 'A cancellation says why.', 'REASON_MISSING');
    return this.change('cancel', request, ctx, async (tx, stocktake) => {
      const before = stocktake.state;
      await keepFigures(tx, await wholeStocktake(tx, stocktake));
      Object.assign(stocktake, { state: stocktakeSteps.next('cancel', before), cancelReason: request.reason.trim() });
      for (const kind of [CLOSE_DEADLINE, CONFIRM_DEADLINE]) await tx.cancelDeadline(kind, stocktake.id);
      await openFinalNext(tx, stocktake.dealerId);
      await saved(tx, stocktake, { action: 'cancel', changed: { state: { before, after: stocktake.state } } });
      await tell(tx, stocktake, { kind: 'stocktake.cancelled', role: 'dealer_manager', dealerId: stocktake.dealerId, params: {} });
    });
  }

  /** One change: role, lock, version and facts, then what the action does. */
  private change(
    action: StocktakeAction,
    request: { id: string; version: number },
    ctx: CallContext,
    work: (tx: Tx, stocktake: StocktakeRow, facts: StocktakeFacts) => Promise<void>,
  ) {
    assertStocktakeRole(action, ctx.role);
    return this.db.command(ctx, async (tx) => {
      const stocktake = await findStocktake(tx, request.id, { lock: true });
      expectVersion(stocktake, request.version, { state: stocktake.state });
      await work(tx, stocktake, await factsOf(tx, stocktake, await outstandingOf(tx, stocktake.id)));
      const { id, number, state, version } = stocktake;
      return { id, number: number ?? '', state, version };
    }, { request });
  }
}

async function word(tx: Tx, said: Pick<StocktakeWord, 'kind' | 'reason' | 'decision' | 'dueOn'>): Promise<StocktakeWord> {
  return { ...said, role: tx.ctx.role, by: tx.ctx.userId, at: await tx.now() };
}

/** H-3: tells the dealer what is still to come back and until when. */
export async function remind(tx: Tx, stocktake: StocktakeRow, outstanding: number): Promise<void> {
  const { returnUntil, dealerId } = stocktake;
  await tell(tx, stocktake, { kind: 'stocktake.reminder', role: 'dealer_manager', dealerId, params: { outstanding, returnUntil } });
}

/** Tells somebody about a stocktake. */
export async function tell(tx: Tx, { id, number }: StocktakeRow, notice: Omit<Parameters<typeof notify>[1], 'document'>): Promise<void> {
  await notify(tx, { ...notice, document: { kind: 'stocktake', id, number: number ?? '' } });
}

async function saved(tx: Tx, stocktake: StocktakeRow, done: { action: string; changed: Record<string, Change> }): Promise<void> {
  const { id, dealerId, state, cancelReason, objectionCount } = stocktake;
  stocktake.version += 1;
  await tx.em.update(StocktakeRow, { id }, { state, cancelReason, objectionCount, version: stocktake.version });
  await tx.audit({ ...done, kind: 'stocktake', id, dealerId });
}

/** The lines a command names, each once and of this stocktake. Refuses LINES_MISSING, LINE_DOUBLE, LINE_UNKNOWN. */
async function namedLines(tx: Tx, stocktake: StocktakeRow, named: readonly { lineId: string }[]): Promise<Map<string, LineWithFigures>> {
  const ids = named.map(({ lineId }) => lineId);
  if (ids.length === 0) throw invalidField('lines', 'Name at least one line.', 'LINES_MISSING');
  if (new Set(ids).size < ids.length) throw invalidField('lines', 'A line is named once.', 'LINE_DOUBLE');
  const rows = await tx.em.find(StocktakeLineRow, { where: { stocktakeId: stocktake.id } });
  const lines = new Map((await withFigures(tx, stocktake, rows.filter(({ id }) => ids.includes(id)))).map((line) => [line.id, line]));
  const unknown = ids.findIndex((id) => !lines.has(id));
  if (unknown >= 0) throw new ServiceError('not_found', 'LINE_UNKNOWN', 'The stocktake has no such line.', { field: `lines[${unknown}].lineId` });
  return lines;
}
