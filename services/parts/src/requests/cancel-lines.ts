import type { Tx } from '@aftercare/service';
import { dropFromDraftSlip } from '../charging/open-slip.js';
import { lockParts } from '../ledger/allocate.js';
import { freePicks, lockPicks } from '../picking/free-picks.js';
import { isLocked } from '../picking/picking.rules.js';
import { linesOf, saveRequest, type LockedRequest } from './change-request.js';
import { cancelLine } from './parts-request.rules.js';

/**
 * P-4, P-10: cancels lines whose picking list is not printed: their pieces are free again and offered to who waits,
 * a charged line leaves its draft slip. Refuses STEP_NOT_ALLOWED, PICKING_PRINTED, SLIP_CONFIRMED.
 */
export async function cancelLines(tx: Tx, locked: LockedRequest, lineIds: readonly string[]): Promise<void> {
  const approved = locked.lines.filter((line) => lineIds.includes(line.id) && line.state === 'approved');
  if (approved.length > 0) {
    await lockParts(tx, approved.map((line) => line.partId));
    // An arrival may have served a waiting line before the parts were ours: what counts is what stands there now.
    locked.lines = await linesOf(tx, locked.request.id);
  }
  const cancelled = locked.lines.filter((line) => lineIds.includes(line.id));
  const picks = await lockPicks(tx, cancelled.map((line) => line.id));
  const printed = new Set(picks.filter(({ order }) => isLocked(order.state)).map(({ line }) => line.requestLineId));
  const charged = cancelled.filter((line) => line.state === 'approved' && line.supplyKind === 'charged');
  for (const line of cancelled) {
    line.state = cancelLine(line, printed.has(line.id));
    line.backorderedQuantity = 0;
  }
  if (charged.length > 0) await dropFromDraftSlip(tx, charged.map((line) => line.id));
  await saveRequest(tx, locked, cancelled);
  await freePicks(tx, picks.map((pick) => ({ ...pick, quantity: pick.line.quantity })));
}
