import { businessDate, Refusal } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { Slip, SlipLineRow } from './charge-slip.entity.js';
import { lineAmounts, totalsOf, type Amounts } from './charge-slip.rules.js';
import { slipGate } from './open-slip.js';
import { findSlip, linesOf } from './slip-lines.js';

/** A charged line that gets fewer pieces. */
export interface ShrunkLine {
  requestLineId: string;
  quantity: number;
  unitPrice: string;
}

/**
 * P-10, F-5: a charged line has fewer pieces from here on. Its draft slip charges just these; a confirmed slip never changes, so that
 * what is left of it has been reversed down to them before. Answers the line's amounts. Refuses SLIP_CONFIRMED.
 */
export async function shrinkOnSlip(tx: Tx, { requestLineId, quantity, unitPrice }: ShrunkLine): Promise<Amounts> {
  const [row] = await slipGate(tx, [requestLineId]);
  const slip = row ? await findSlip(tx, row.slipId, { lock: true }) : null;
  if (!slip) return lineAmounts({ unitPrice, quantity }, await settingAt(tx, 'tax.ratePercent', businessDate(await tx.now())));
  const amounts = lineAmounts({ unitPrice, quantity }, slip.taxRate);
  if (slip.state === 'draft') await shrinkDraft(tx, slip, row.slipLineId, { ...amounts, quantity });
  else if (row.pieces > quantity) throw new Refusal('failed_precondition', 'SLIP_CONFIRMED', 'The charge slip is confirmed: reverse the pieces first.', { slipId: slip.id });
  return amounts;
}

async function shrinkDraft(tx: Tx, slip: Slip, slipLineId: string, line: Amounts & { quantity: number }): Promise<void> {
  const before = slip.grossTotal;
  await tx.em.update(SlipLineRow, { id: slipLineId }, line);
  Object.assign(slip, totalsOf(await linesOf(tx, slip.id)), { version: slip.version + 1 });
  await tx.em.update(Slip, { id: slip.id }, slip);
  await tx.audit({ action: 'shrink_line', kind: 'charge_slip', id: slip.id, dealerId: slip.dealerId, changed: { grossTotal: { before, after: slip.grossTotal } } });
}
