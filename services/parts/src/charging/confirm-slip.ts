import { ChargeSlipConfirmedSchema } from '@aftercare/contracts';
import { businessDate, monthOf } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { Slip, type SlipLineRow } from './charge-slip.entity.js';
import { earnsAtConfirmation, lineAmounts, slipSteps, totalsOf } from './charge-slip.rules.js';
import { linesOf } from './slip-lines.js';
import { toldLine } from './told-line.js';

/** F-2, F-5, F-8: posts a locked draft: tax and revenue of today, month of now, its number taken last; invoicing is told. Refuses STEP_NOT_ALLOWED. */
export async function confirmSlip(tx: Tx, slip: Slip): Promise<void> {
  const before = slip.state;
  const state = slipSteps.next('confirm', slip.state);
  const lines = await linesOfToday(tx, slip);
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

/** F-2: the tax rate of the day of confirmation, set on the lines of the draft; F-8: what comes of no request is revenue now. */
async function linesOfToday(tx: Tx, slip: Slip): Promise<SlipLineRow[]> {
  if (slip.direction === 'charge') slip.taxRate = await settingAt(tx, 'tax.ratePercent', businessDate(await tx.now()));
  const lines = await linesOf(tx, slip.id);
  const earns = earnsAtConfirmation(slip);
  for (const line of lines) {
    line.taxAmount = lineAmounts(line, slip.taxRate).taxAmount;
    if (earns) Object.assign(line, { revenueNet: line.netAmount, revenueQuantity: line.quantity });
  }
  await tx.sql({ name: 'slip_lines_posted', text: POSTED, values: [JSON.stringify(lines.map(({ id, taxAmount, revenueNet, revenueQuantity }) => ({ id, taxAmount, revenueNet, revenueQuantity })))] });
  return lines;
}

const POSTED = `
  update charge_slip_line l set tax_amount = p."taxAmount", revenue_net = p."revenueNet", revenue_quantity = p."revenueQuantity"
    from jsonb_to_recordset($1::jsonb) as p (id uuid, "taxAmount" numeric, "revenueNet" numeric, "revenueQuantity" int)
   where l.id = p.id and (l.tax_amount, l.revenue_net, l.revenue_quantity) is distinct from (p."taxAmount", p."revenueNet", p."revenueQuantity")`;

async function tellConfirmed(tx: Tx, slip: Slip, lines: readonly SlipLineRow[]): Promise<void> {
  await tx.announce(ChargeSlipConfirmedSchema, {
    slipId: slip.id, number: slip.number ?? '', dealerId: slip.dealerId, direction: slip.direction, netTotal: slip.netTotal, taxTotal: slip.taxTotal,
    grossTotal: slip.grossTotal, paymentMethod: slip.paymentMethod, invoiceWish: slip.invoiceWish, confirmedAt: slip.confirmedAt ?? '',
    month: slip.month ?? '', origin: slip.origin, requestId: slip.requestId ?? '', claimId: slip.claimId ?? '', payeeKind: slip.payeeKind,
    lines: lines.map((line) => ({ ...toldLine(line, slip.taxRate), lineId: line.id, originKind: line.originKind, originId: line.originId ?? '' })),
  });
}
