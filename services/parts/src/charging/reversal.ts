import { ChargeSlipReversedSchema, ReceivableService } from '@aftercare/contracts';
import { monthOf, negateMoney, newId, Refusal, revenueOfReversal } from '@aftercare/domain';
import { ServiceError, type Bus, type CallContext } from '@aftercare/messaging';
import type { Database, Tx } from '@aftercare/service';
import { Slip, SlipLineRow } from './charge-slip.entity.js';
import { assertReversible, isWhollyReversed, planReversal, slipSteps, totalsOf, type Reversed } from './charge-slip.rules.js';
import { earningsOf } from './earnings.js';
import { giveBack, useAsk, withdrawnAsks } from './reversal-ask.js';
import { holdSlips, linesLeft, linesOf } from './slip-lines.js';
import { toldLine } from './told-line.js';

/** A reversal as it is asked for. */
export interface ReversalAsked {
  lines: readonly { lineId: string; quantity: number }[];
  reason: string;
}

/** What would be reversed now; refuses as planReversal and assertReversible do. */
export async function planOf(tx: Tx, slip: Slip, asked: ReversalAsked): Promise<{ plan: Reversed[]; wholly: boolean }> {
  assertReversible(slip);
  const left = await linesLeft(tx, await linesOf(tx, slip.id));
  const plan = planReversal(left, asked.lines);
  return { plan, wholly: isWhollyReversed(left, plan) };
}

/** A reversal whose checks are made and that invoicing is to release: the id of its slip, and what it takes. */
export interface IntendedReversal {
  id: string;
  slip: Slip;
  plan: readonly Reversed[];
}

/** What invoicing refuses in words of its own; anything else was released otherwise before. */
const TOLD_AS_THEY_ARE: readonly string[] = ['RED_LETTER_FIRST', 'INVOICE_REQUESTED', 'REIMBURSEMENT_PAID'];

/**
 * F-5: asks invoicing to release the lines, once it has back what was released for others and not used; refuses RED_LETTER_FIRST when they are
 * on an invoice, INVOICE_REQUESTED while that is not issued, REIMBURSEMENT_PAID when they were paid or set off.
 */
export async function release(via: { db: Database; bus: Bus }, ctx: CallContext, { id, slip, plan }: IntendedReversal): Promise<void> {
  const lines = plan.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const asked = async () => {
    for (const withdrawn of await withdrawnAsks(via.db, ctx, slip.id)) await giveBack(via, ctx, withdrawn);
    return via.bus.client(ReceivableService).releaseSlip({ slipId: slip.id, reversalId: id, lines }, { ctx });
  };
  const answer = await asked().catch((error: unknown) => {
    // The slip is confirmed here, so its receivable is only on the way.
    if (error instanceof ServiceError && error.code === 'not_found') throw new ServiceError('unavailable', 'RECEIVABLE_PENDING', 'The slip has not reached invoicing yet; try again.');
    throw error;
  });
  if (answer.released) return;
  const reason = TOLD_AS_THEY_ARE.includes(answer.reason) ? answer.reason : 'ALREADY_REVERSED';
  throw new Refusal('failed_precondition', reason, 'Invoicing does not release these lines.', { slipId: slip.id });
}

/** F-5: writes the reversing slip with the id that was released, and tells it; the reversed one is void when nothing is left of it. */
export async function postReversal(tx: Tx, slip: Slip, asked: ReversalAsked & { id: string }): Promise<Slip> {
  await useAsk(tx, asked.id);
  await holdSlips(tx, [slip.id], 'alone');
  const { plan, wholly } = await planOf(tx, slip, asked);
  const now = await tx.now();
  const totals = totalsOf(plan.map((line) => ({ netAmount: negateMoney(line.netAmount), taxAmount: negateMoney(line.taxAmount) })));
  const reversing = tx.em.create(Slip, {
    ...slip, ...totals, id: asked.id, state: 'confirmed', origin: 'reversal', reversesSlipId: slip.id, reason: asked.reason,
    createdAt: now, createdBy: tx.ctx.userId, confirmedAt: now, month: monthOf(now), paid: true, paidVersion: 0, wishVersion: 0, version: 1,
  });
  const before = { state: slip.state, version: slip.version };
  slip.state = wholly ? slipSteps.next('void', slip.state) : slip.state;
  slip.version += 1;
  await tx.em.update(Slip, { id: slip.id }, { state: slip.state, version: slip.version });
  const reversed = await linesOf(tx, slip.id);
  const lines = await reversingLines(tx, reversing, { lines: reversed, plan });
  reversing.number = await tx.nextNumber('charge_slip', { prefix: 'CS', gapFree: true });
  await tx.em.insert(Slip, reversing);
  await tx.em.insert(SlipLineRow, lines);
  await tx.audit({ action: 'reverse', kind: 'charge_slip', id: slip.id, dealerId: slip.dealerId, changed: { state: { before: before.state, after: slip.state }, reversedBy: { after: reversing.id } } });
  await tx.audit({ action: 'post', kind: 'charge_slip', id: reversing.id, dealerId: slip.dealerId, changed: { state: { after: reversing.state }, grossTotal: { after: reversing.grossTotal } } });
  await tell(tx, { slip, reversing, reversed }, lines);
  return reversing;
}

/** F-8: what of a line had become revenue is taken back by the reversal, in its month. */
async function reversingLines(tx: Tx, reversing: Slip, of: { lines: readonly SlipLineRow[]; plan: readonly Reversed[] }): Promise<SlipLineRow[]> {
  const earnings = reversing.direction === 'charge' ? await earningsOf(tx, of.plan.map((each) => each.lineId)) : new Map<string, never>();
  return of.plan.map((each, index) => {
    const line = of.lines.find((candidate) => candidate.id === each.lineId) as SlipLineRow;
    const earned = earnings.get(line.id);
    const revenue = earned ? revenueOfReversal(earned, each) : { quantity: 0, netAmount: '0.00' };
    return tx.em.create(SlipLineRow, {
      ...line, id: newId(), slipId: reversing.id, position: index + 1, quantity: -each.quantity, netAmount: negateMoney(each.netAmount),
      taxAmount: negateMoney(each.taxAmount), originKind: 'charge_slip', originId: line.slipId, reversesLineId: line.id,
      revenueNet: negateMoney(revenue.netAmount), revenueQuantity: -revenue.quantity,
    });
  });
}

async function tell(tx: Tx, of: { slip: Slip; reversing: Slip; reversed: readonly SlipLineRow[] }, lines: readonly SlipLineRow[]): Promise<void> {
  const { slip, reversing } = of;
  const originOf = new Map(of.reversed.map(({ id, originKind, originId }) => [id, { originKind, originId: originId ?? '' }]));
  await tx.announce(ChargeSlipReversedSchema, {
    slipId: slip.id, slipNumber: slip.number ?? '', origin: slip.origin, direction: slip.direction, reversingSlipId: reversing.id, reversingNumber: reversing.number ?? '',
    dealerId: reversing.dealerId, netTotal: negateMoney(reversing.netTotal), taxTotal: negateMoney(reversing.taxTotal), grossTotal: negateMoney(reversing.grossTotal),
    month: reversing.month ?? '', reversedAt: reversing.confirmedAt ?? '', claimId: slip.claimId ?? '',
    lines: lines.map((line) => ({ ...toldLine(line, reversing.taxRate), lineId: line.reversesLineId ?? '', ...originOf.get(line.reversesLineId ?? '') })),
  });
}
