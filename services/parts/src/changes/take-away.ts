import type { Tx } from '@aftercare/service';
import { dropFromDraftSlip } from '../charging/open-slip.js';
import { shrinkOnSlip } from '../charging/shrink-line.js';
import { lockParts } from '../ledger/allocate.js';
import { freePicks, lockPicks, type PickOf } from '../picking/free-picks.js';
import { lineOf, linesOf, saveRequest, type LockedRequest } from '../requests/change-request.js';
import type { PartsRequestLine } from '../requests/parts-request.entity.js';
import { lineSteps, stateAfterReceipt, stateAfterShipping } from '../requests/parts-request.rules.js';
import { takingFor, type PickedPieces, type Wish } from './order-change.rules.js';

/** Where the pieces of a line stand, as a rule looks at it. */
export const piecesOf = (picks: readonly PickOf[]): PickedPieces[] =>
  picks.map(({ line: { id, quantity, plannedQuantity }, order }) => ({ id, orderState: order.state, quantity, plannedQuantity }));

/**
 * P-10: carries an accepted change out: the line is cancelled or has fewer pieces, what it gives up is free for who waits, and a draft
 * slip charges what is left. The request is locked. Refuses as takingFor, and SLIP_CONFIRMED.
 */
export async function takeAway(tx: Tx, locked: LockedRequest, lineId: string, wish: Wish): Promise<void> {
  await lockParts(tx, [lineOf(locked.lines, lineId).partId]);
  // An arrival may have served the waiting line before the part was ours: what counts is what stands there now.
  locked.lines = await linesOf(tx, locked.request.id);
  const line = lineOf(locked.lines, lineId);
  const picks = await lockPicks(tx, [lineId]);
  const taking = takingFor(wish, line, piecesOf(picks));
  line.backorderedQuantity -= taking.backordered;
  if (wish.kind === 'cancel') await cancel(tx, line);
  else await reduce(tx, line, wish.quantity);
  await saveRequest(tx, locked, [line]);
  await freePicks(tx, taking.picks.flatMap(({ id, quantity }) => picks.filter((pick) => pick.line.id === id).map((pick) => ({ ...pick, quantity }))));
}

async function cancel(tx: Tx, line: PartsRequestLine): Promise<void> {
  line.state = lineSteps.next('cancel', line.state);
  if (line.supplyKind === 'charged') await dropFromDraftSlip(tx, [line.id]);
}

/** What is left of the line may be shipped already, and received. */
async function reduce(tx: Tx, line: PartsRequestLine, quantity: number): Promise<void> {
  line.quantity = quantity;
  if (line.supplyKind === 'charged' && line.unitPrice !== null) {
    Object.assign(line, await shrinkOnSlip(tx, { requestLineId: line.id, quantity, unitPrice: line.unitPrice }));
  }
  line.state = stateAfterReceipt(stateAfterShipping(line.state, line), line);
}
