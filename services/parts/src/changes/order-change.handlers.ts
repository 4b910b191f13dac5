import { Controller } from '@nestjs/common';
import { OrderChangeService, type AskOrderChangeRequest, type DecideOrderChangeRequest, type WithdrawOrderChangeRequest } from '@aftercare/contracts';
import { askerOf, newId } from '@aftercare/domain';
import { invalidField, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, findRow, refuseTerminated, seen, type Tx } from '@aftercare/service';
import { requireRole, requireSite } from '../actions.js';
import { idOr404, lockDocument, refOf } from '../documents.js';
import { notify } from '../notices.js';
import { lockPicks, type PickOf } from '../picking/free-picks.js';
import { isLocked } from '../picking/picking.rules.js';
import { lineOf, linesOf, lockShared, type LockedRequest } from '../requests/change-request.js';
import { PartsRequest } from '../requests/parts-request.entity.js';
import { assertUnasked, openChanges } from './open-changes.js';
import { OrderChangeRow } from './order-change.entity.js';
import { assertLocked, ORDER_CHANGE_DECISIONS, orderChangeSteps, takingFor, wishOf, type OrderChangeDecision, type OrderChangeStep } from './order-change.rules.js';
import { piecesOf, takeAway } from './take-away.js';

const WHAT = 'order change';

type Commands = Pick<Handlers<typeof OrderChangeService>, 'askOrderChange' | 'decideOrderChange' | 'withdrawOrderChange'>;

/** Changes of what stands on a printed picking list (P-10). */
@Controller()
export class OrderChangeHandlers implements Commands {
  constructor(private readonly db: Database) {}

  @Rpc(OrderChangeService.method.askOrderChange)
  async askOrderChange(request: AskOrderChangeRequest, ctx: CallContext) {
    requireRole(ctx, 'orderChange.ask');
    if (request.reason.trim() === '') throw invalidField('reason', 'A change says why.', 'REASON_MISSING');
    const askedBy = askerOf(ctx.role, request.askedBy);
    return this.db.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const { request: parts, lines } = await lockRequestOf(tx, request.requestId);
      const line = lineOf(lines, request.lineId);
      const picks = await lockPicks(tx, [line.id]);
      assertUnasked(await openChanges(tx, parts.id), [{ requestLineId: line.id }]);
      const wish = wishOf(request, line);
      takingFor(wish, line, piecesOf(picks));
      assertLocked(piecesOf(picks));
      const number = await tx.nextNumber('order_change', { prefix: 'OC', gapFree: false });
      const change: OrderChangeRow = {
        id: newId(), number, dealerId: parts.dealerId, state: orderChangeSteps.initial, requestId: parts.id, requestLineId: line.id, ...wish, quantityBefore: line.quantity,
        reason: request.reason.trim(), askedBy, createdAt: await tx.now(), createdBy: ctx.userId,
        decisionReason: '', decidedAt: null, decidedBy: '', version: 1,
      };
      await tx.em.insert(OrderChangeRow, change);
      await tx.audit({
        action: 'ask', kind: 'order_change', id: change.id, dealerId: change.dealerId, personal: askedBy === '' ? {} : { askedBy: { after: askedBy } },
        changed: { state: { after: change.state }, quantity: { before: line.quantity, after: wish.quantity } },
      });
      await notify(tx, { kind: 'parts.change_asked', role: 'warehouse_keeper', ...about(change), severity: 'warning' });
      return refOf(change);
    }, { request });
  }

  @Rpc(OrderChangeService.method.decideOrderChange)
  async decideOrderChange(request: DecideOrderChangeRequest, ctx: CallContext) {
    requireRole(ctx, 'orderChange.decide');
    const decision = decisionOf(request);
    return this.db.command(ctx, async (tx) => {
      const { change, locked } = await stepped(tx, decision, request);
      requireSites(ctx, await lockPicks(tx, [change.requestLineId]));
      if (decision === 'accept') await takeAway(tx, locked, change.requestLineId, change);
      await ended(tx, change, { action: 'decide', reason: request.reason.trim() });
      const kind = decision === 'accept' ? 'parts.change_accepted' : 'parts.change_refused';
      await notify(tx, { kind, role: 'dealer_manager', dealerId: change.dealerId, ...about(change) });
      return refOf(change);
    }, { request });
  }

  @Rpc(OrderChangeService.method.withdrawOrderChange)
  async withdrawOrderChange(request: WithdrawOrderChangeRequest, ctx: CallContext) {
    requireRole(ctx, 'orderChange.ask');
    return this.db.command(ctx, async (tx) => {
      await refuseTerminated(tx);
      const { change } = await stepped(tx, 'withdraw', request);
      await ended(tx, change, { action: 'withdraw', reason: '' });
      await notify(tx, { kind: 'parts.change_withdrawn', role: 'warehouse_keeper', ...about(change) });
      return refOf(change);
    }, { request });
  }
}

async function lockRequestOf(tx: Tx, id: string): Promise<LockedRequest> {
  const request = await lockDocument(tx, PartsRequest, id, 'parts request');
  return { request, lines: await linesOf(tx, request.id) };
}

/** The change a step further, not yet saved; its request is locked first, as whoever asks for one takes it. */
async function stepped(tx: Tx, step: OrderChangeStep, { id, version }: { id: string; version: number }): Promise<{ change: OrderChangeRow; locked: LockedRequest }> {
  const { requestId, requestLineId } = seen(tx.ctx, await findRow(tx, OrderChangeRow, idOr404(id, WHAT)), WHAT);
  if (step === 'accept') await lockShared(tx, requestId, { lineIds: [requestLineId] });
  const locked = await lockRequestOf(tx, requestId);
  const change = await lockDocument(tx, OrderChangeRow, id, WHAT);
  expectVersion(change, version, { state: change.state });
  change.state = orderChangeSteps.next(step, change.state);
  return { change, locked };
}

/** P-10: the warehouses whose printed lists are changed decide. Refuses OTHER_SITE. */
function requireSites(ctx: CallContext, picks: readonly PickOf[]): void {
  for (const { order } of picks) if (isLocked(order.state)) requireSite(ctx, order.warehouseId);
}

async function ended(tx: Tx, change: OrderChangeRow, { action, reason }: { action: 'decide' | 'withdraw'; reason: string }): Promise<void> {
  const { id, dealerId, state } = change;
  Object.assign(change, { decisionReason: reason, decidedAt: await tx.now(), decidedBy: tx.ctx.userId, version: change.version + 1 });
  const { decisionReason, decidedAt, decidedBy, version } = change;
  await tx.em.update(OrderChangeRow, { id }, { state, decisionReason, decidedAt, decidedBy, version });
  await tx.audit({ action, kind: 'order_change', id, dealerId, changed: { state: { before: orderChangeSteps.initial, after: state } } });
}

function about({ id, number, quantityBefore, quantity }: OrderChangeRow) {
  return { document: { kind: 'order-change', id, number }, params: { before: quantityBefore, after: quantity } };
}

/** Refuses DECISION_UNKNOWN, and REASON_MISSING for a refusal without one. */
function decisionOf({ decision: asked, reason }: DecideOrderChangeRequest): OrderChangeDecision {
  const decision = ORDER_CHANGE_DECISIONS.find((each) => each === asked);
  if (!decision) throw invalidField('decision', 'Accept or refuse.', 'DECISION_UNKNOWN');
  if (decision === 'refuse' && reason.trim() === '') throw invalidField('reason', 'A refusal says why.', 'REASON_MISSING');
  return decision;
}
