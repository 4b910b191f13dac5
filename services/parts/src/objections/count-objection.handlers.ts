import { Controller } from '@nestjs/common';
import { CountObjectionService, type DecideCountObjectionRequest, type ObjectToCountRequest, type WithdrawCountObjectionRequest } from '@aftercare/contracts';
import { isId, newId, Refusal, serialText } from '@aftercare/domain';
import { invalidField, notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, type Tx } from '@aftercare/service';
import { partsById } from '../catalogue/part-lookup.js';
import { refOf } from '../documents.js';
import { LateReturnReversals } from '../late-returns/reverse-late.js';
import { notify } from '../notices.js';
import { countedParcel, standingLines } from '../returns/counted-parcel.js';
import type { ParcelAtSite } from '../returns/count.js';
import { AnnouncedLine, type Parcel } from '../returns/return-parcel.entity.js';
import { countedLine } from '../returns/return-parcel.handlers.js';
import { awaitAnswer, OBJECTION_WAITS } from '../returns/answers.job.js';
import { findParcel } from '../returns/return-parcel.reads.js';
import { correctCount } from './correct-count.js';
import { CountObjectionRow } from './count-objection.entity.js';
import { findObjection, objectionAnswer } from './count-objection.reads.js';
import {
  assertObjectable, assertObjectionRole, checkClaim, COUNT_OBJECTION_DECISIONS, countObjectionSteps, type Claim, type CountObjectionDecision, type CountObjectionStep,
} from './count-objection.rules.js';

/** What a line says of itself: where it is counted, as it was counted. */
type Named = Pick<CountObjectionRow, 'lineId' | 'partId' | 'unitSerial' | 'countedQuantity' | 'countedCondition'>;

/** Objections to a count and their decision (H-5); meanwhile the count stands. */
@Controller()
export class CountObjectionHandlers implements Pick<Handlers<typeof CountObjectionService>, 'objectToCount' | 'decideCountObjection' | 'withdrawCountObjection'> {
  constructor(
    private readonly db: Database,
    private readonly reversals: LateReturnReversals,
  ) {}

  @Rpc(CountObjectionService.method.objectToCount)
  async objectToCount(request: ObjectToCountRequest, ctx: CallContext) {
    assertObjectionRole('object', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const parcel = await lockParcel(tx, request.parcelId);
      assertObjectable(await countedParcel(tx, parcel));
      if (request.reason.trim() === '') throw invalidField('reason', 'An objection says why.', 'REASON_MISSING');
      const line = await namedLine(tx, parcel, request);
      const counted = line.countedCondition === '' ? null : { quantity: line.countedQuantity, condition: line.countedCondition };
      const claim = checkClaim(request, counted);
      await assertNoneOpen(tx, parcel, line);
      return refOf(await insertObjection(tx, parcel, { ...line, ...claim }, request));
    }, { request });
  }

  @Rpc(CountObjectionService.method.decideCountObjection)
  async decideCountObjection(request: DecideCountObjectionRequest, ctx: CallContext) {
    const decision = decisionOf(request);
    assertObjectionRole(decision, ctx.role);
    const lines = request.lines.map(countedLine);
    let late = 0;
    const answer = await this.db.command(ctx, async (tx) => {
      const { objection, parcel } = await stepped(tx, decision, request);
      if (decision === 'uphold') {
        await partsById(tx, lines.map(({ partId }) => partId));
        late = (await correctCount(tx, parcel as ParcelAtSite, { lineId: objection.lineId, partId: objection.partId, objection }, lines)).late;
      }
      await ended(tx, objection, { action: 'decide', reason: request.reason.trim() });
      await tellDealer(tx, objection, parcel);
      return objectionAnswer(tx, objection);
    }, { request });
    // H-7: the correction stands whatever becomes of the reversal, which is tried again by itself.
    if (late > 0) await this.reversals.tryDue(answer.parcelId).catch(() => undefined);
    return answer;
  }

  @Rpc(CountObjectionService.method.withdrawCountObjection)
  async withdrawCountObjection(request: WithdrawCountObjectionRequest, ctx: CallContext) {
    assertObjectionRole('withdraw', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const { objection, parcel } = await stepped(tx, 'withdraw', request);
      await ended(tx, objection, { action: 'withdraw', reason: '' });
      await notify(tx, { kind: 'return.objection_withdrawn', role: 'service_clerk', ...about(objection, parcel) });
      return refOf(objection);
    }, { request });
  }
}

/** The objection a step further, not yet saved, with its parcel; both are locked, the parcel first, as an objection takes it. */
async function stepped(tx: Tx, step: CountObjectionStep, { id, version }: { id: string; version: number }): Promise<{ objection: CountObjectionRow; parcel: Parcel }> {
  const { parcelId } = await findObjection(tx, id);
  const parcel = await lockParcel(tx, parcelId);
  const objection = await findObjection(tx, id, { lock: true });
  expectVersion(objection, version, { state: objection.state });
  objection.state = countObjectionSteps.next(step, objection.state);
  return { objection, parcel };
}

async function lockParcel(tx: Tx, id: string): Promise<Parcel> {
  const parcel = isId(id) ? await findParcel(tx, id, { lock: true }) : null;
  if (!parcel) throw notFound('return parcel');
  return parcel;
}

/** The counted line that stands, or the announced part of which nothing was counted. Refuses LINE_UNKNOWN. */
async function namedLine(tx: Tx, parcel: Parcel, { lineId, partId, unitSerial }: ObjectToCountRequest): Promise<Named> {
  const standing = await standingLines(tx, parcel.id);
  const line = standing.find(({ id }) => id === lineId);
  if (line) return { lineId: line.id, partId: line.partId, unitSerial: line.unitSerial, countedQuantity: line.quantity, countedCondition: line.condition };
  const serial = serialText(unitSerial);
  const same = (each: { partId: string; unitSerial: string }): boolean => each.partId === partId && each.unitSerial === serial;
  const announced = lineId === '' ? (await tx.em.findBy(AnnouncedLine, { parcelId: parcel.id })).find(same) : undefined;
  if (!announced || standing.some(same)) throw new ServiceError('not_found', 'LINE_UNKNOWN', 'The count has no such line.', { field: lineId === '' ? 'partId' : 'lineId' });
  return { lineId: null, partId, unitSerial: serial, countedQuantity: 0, countedCondition: '' };
}

async function assertNoneOpen(tx: Tx, parcel: Parcel, { lineId, partId, unitSerial }: Named): Promise<void> {
  const open = await tx.em.findBy(CountObjectionRow, { parcelId: parcel.id, state: 'open' });
  const same = open.find((each) => each.lineId === lineId && each.partId === partId && each.unitSerial === unitSerial);
  if (same) throw new Refusal('failed_precondition', 'OBJECTION_OPEN', 'An objection to this line waits for its decision.', { number: same.number });
}

async function insertObjection(tx: Tx, parcel: Parcel, said: Named & Claim, { reason, photos }: ObjectToCountRequest): Promise<CountObjectionRow> {
  const { dealerId, id: parcelId } = parcel;
  const number = await tx.nextNumber('return_objection', { prefix: 'RO', gapFree: false });
  const objection: CountObjectionRow = {
    id: newId(), number, dealerId, state: countObjectionSteps.initial, parcelId, ...said, reason: reason.trim(), photos: photos.map(({ id, sha256 }) => ({ id, sha256 })),
    createdAt: await tx.now(), createdBy: tx.ctx.userId, decisionReason: '', decidedAt: null, decidedBy: '', version: 1,
  };
  await tx.em.insert(CountObjectionRow, objection);
  const { id, kind, quantity } = objection;
  await tx.audit({ action: 'object', kind: 'return_objection', id, dealerId, changed: { state: { after: objection.state }, claim: { after: kind }, quantity: { after: quantity } } });
  await notify(tx, { kind: 'return.objected', role: 'service_clerk', ...about(objection, parcel), severity: 'warning' });
  await awaitAnswer(tx, OBJECTION_WAITS, id);
  return objection;
}

async function ended(tx: Tx, objection: CountObjectionRow, { action, reason }: { action: 'decide' | 'withdraw'; reason: string }): Promise<void> {
  const { id, dealerId, state } = objection;
  Object.assign(objection, { decisionReason: reason, decidedAt: await tx.now(), decidedBy: tx.ctx.userId, version: objection.version + 1 });
  const { decisionReason, decidedAt, decidedBy, version } = objection;
  await tx.em.update(CountObjectionRow, { id }, { state, decisionReason, decidedAt, decidedBy, version });
  await tx.cancelDeadline(OBJECTION_WAITS, id);
  await tx.audit({ action, kind: 'return_objection', id, dealerId, changed: { state: { before: countObjectionSteps.initial, after: state } } });
}

async function tellDealer(tx: Tx, objection: CountObjectionRow, parcel: Parcel): Promise<void> {
  const kind = objection.state === 'upheld' ? 'return.objection_upheld' : 'return.objection_refused';
  await notify(tx, { kind, role: 'dealer_manager', dealerId: objection.dealerId, ...about(objection, parcel) });
}

function about({ id, number }: CountObjectionRow, parcel: Parcel) {
  return { document: { kind: 'count-objection', id, number }, params: { parcelNumber: parcel.number } };
}

/** Refuses DECISION_UNKNOWN, REASON_MISSING, LINES_NOT_WANTED. */
function decisionOf({ decision: asked, reason, lines }: DecideCountObjectionRequest): CountObjectionDecision {
  const decision = COUNT_OBJECTION_DECISIONS.find((each) => each === asked);
  if (!decision) throw invalidField('decision', 'Uphold or refuse.', 'DECISION_UNKNOWN');
  if (reason.trim() === '') throw invalidField('reason', 'A decision says why.', 'REASON_MISSING');
  if (decision === 'refuse' && lines.length > 0) throw invalidField('lines', 'A refusal corrects nothing.', 'LINES_NOT_WANTED');
  return decision;
}
