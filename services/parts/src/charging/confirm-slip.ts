import { ChargeSlipConfirmedSchema } from '@aftercare/contracts';
import { businessDate, monthOf } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { Slip, SlipLineRow } from './charge-slip.entity.js';
import { lineAmounts, slipSteps, totalsOf } from './charge-slip.rules.js';
import { linesOf } from './slip-lines.js';

/** F-2, F-5: posts a locked draft: tax of today, month of now, its number taken last; invoicing is told. Refuses STEP_NOT_ALLOWED. */
export async function confirmSlip(tx: Tx, slip: Slip): Promise<void> {
  const before = slip.state;
  const state = slipSteps.next('confirm', slip.state);
  const lines = await taxOfToday(tx, slip);
  const now = await tx.now();
  Object.assign(slip, totalsOf(lines), { state, confirmedAt: now, month: monthOf(now), version: slip.version + 1 });
  slip.number = await tx.nextNumber('charge_slip', { prefix: 'CS', gapFree: true });
  await tx.em.update(Slip, { id: slip.id }, slip);
  await tx.audit({
    action: 'confirm', kind: 'charge_slip', id: slip.id, dealerId: slip.dealerId,
    changed: { state: { before, after: slip.state }, number: { after: slip.number }, grossTotal: { after: slip.grossTotal } },
  });
  await tellConfirmed(tx, slip, lines);
}

/** F-2: the tax rate of the day of confirmation, set on the lines of the draft. */
async function taxOfToday(tx: Tx, slip: Slip): Promise<SlipLineRow[]> {
  slip.taxRate = await settingAt(tx, 'tax.ratePercent', businessDate(await tx.now()));
  const lines = await linesOf(tx, slip.id);
  for (const line of lines) {
    const { taxAmount } = lineAmounts(line, slip.taxRate);
    if (taxAmount === line.taxAmount) continue;
    line.taxAmount = taxAmount;
    await tx.em.update(SlipLineRow, { id: line.id }, { taxAmount });
  }
  return lines;
}

async function tellConfirmed(tx: Tx, slip: Slip, lines: readonly SlipLineRow[]): Promise<void> {
  await tx.announce(ChargeSlipConfirmedSchema, {
    slipId: slip.id, number: slip.number ?? '', dealerId: slip.dealerId, direction: slip.direction, netTotal: slip.netTotal, taxTotal: slip.taxTotal,
    grossTotal: slip.grossTotal, paymentMethod: slip.paymentMethod, invoiceWish: slip.invoiceWish, confirmedAt: slip.confirmedAt ?? '',
    month: slip.month ?? '', origin: slip.origin, requestId: slip.requestId ?? '',
    lines: lines.map((line) => ({
      lineId: line.id, partId: line.partId, quantity: line.quantity, unitPrice: line.unitPrice, netAmount: line.netAmount,
      taxAmount: line.taxAmount, reason: line.reason, taxRate: slip.taxRate,
    })),
  });
}
