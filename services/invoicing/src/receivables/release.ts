import type { ReleaseSlipRequest } from '@aftercare/contracts';
import { addMoney, negateMoney } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';
import { lockMoney } from '../books/work.js';
import { PayableRow } from '../payables/payable.entity.js';
import { giveBackPayable, releaseOfPayable } from '../payables/payable.store.js';
import { ReceivableLineRow, SlipRelease } from './receivable.entity.js';
import { decideRelease, type ReleaseShare } from './receivable.rules.js';
import { linesOf, receivableOf } from './receivable.store.js';

const UNDO = `
  insert into slip_release_undo (reversal_id, dealer_id, slip_id, undone_at) values ($1, $2, $3, $4) on conflict do nothing returning reversal_id`;

/** The arbitration between reversing and invoicing. */
export interface ReleaseAnswer {
  released: boolean;
  /** RED_LETTER_FIRST, INVOICE_REQUESTED, ALREADY_RELEASED_OTHERWISE, REIMBURSEMENT_PAID or empty. */
  reason: string;
}

/**
 * F-5: releases lines for the reversal with this id, or says why not. The same id asked again answers released again and
 * changes nothing; the same id for other lines is refused REVERSAL_ID_REUSED. Asked for no lines, what the id had been
 * released is given back: parts gave that reversal up and never posts it, so that its id is refused STALE_VERSION from
 * then on, also where the release arrives after it. Errors: not_found for a slip that is not confirmed here yet.
 */
export async function releaseSlip(tx: Tx, request: ReleaseSlipRequest): Promise<ReleaseAnswer> {
  const { slipId, reversalId } = request;
  const payable = await tx.em.findOneBy(PayableRow, { slipId });
  const { dealerId } = payable ?? (await receivableOf(tx, slipId));
  await lockMoney(tx, dealerId);
  const of = { dealerId, slipId, reversalId };
  if (request.lines.length === 0) {
    if (await isUndoneNow(tx, of)) await (payable ? giveBackPayable(tx, slipId) : giveBackLines(tx, of));
    return { released: false, reason: '' };
  }
  if (await isUndone(tx, reversalId)) throw new ServiceError('aborted', 'STALE_VERSION', 'This reversal was given up; ask again.');
  return payable ? releaseOfPayable(tx, of) : releaseLines(tx, of, request.lines);
}

interface ReleaseOf {
  dealerId: string;
  slipId: string;
  reversalId: string;
}

async function releaseLines(tx: Tx, { dealerId, slipId, reversalId }: ReleaseOf, wanted: ReleaseSlipRequest['lines']): Promise<ReleaseAnswer> {
  const asked = wanted.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const earlier = await tx.em.findOneBy(SlipRelease, { reversalId });
  if (earlier) return repeated(earlier, slipId, asked);
  const decision = decideRelease(await linesOf(tx.em, [slipId]), asked);
  if ('refused' in decision) return { released: false, reason: decision.refused };
  await addReleased(tx, slipId, decision.shares);
  // With its amounts, so that giving it back is exact.
  await tx.em.insert(SlipRelease, { reversalId, dealerId, slipId, lines: decision.shares, releasedAt: await tx.now() });
  await tx.audit({ action: 'release', kind: 'receivable', id: slipId, dealerId, changed: { reversalId: { after: reversalId } } });
  return { released: true, reason: '' };
}

async function giveBackLines(tx: Tx, { dealerId, slipId, reversalId }: ReleaseOf): Promise<void> {
  const earlier = await tx.em.findOneBy(SlipRelease, { reversalId, slipId });
  if (!earlier) return;
  const shares = (earlier.lines as ReleaseShare[]).map(({ lineId, quantity, netAmount, taxAmount }) => (
    { lineId, quantity: -quantity, netAmount: negateMoney(netAmount), taxAmount: negateMoney(taxAmount) }));
  await addReleased(tx, slipId, shares);
  await tx.audit({ action: 'give-back', kind: 'receivable', id: slipId, dealerId, changed: { reversalId: { before: reversalId } } });
}

async function addReleased(tx: Tx, slipId: string, shares: readonly ReleaseShare[]): Promise<void> {
  const lines = await linesOf(tx.em, [slipId]);
  for (const { lineId, quantity, netAmount, taxAmount } of shares) {
    const line = lines.find((each) => each.lineId === lineId);
    if (!line) continue;
    await tx.em.update(ReceivableLineRow, { lineId }, {
      releasedQuantity: line.releasedQuantity + quantity, releasedNet: addMoney(line.releasedNet, netAmount), releasedTax: addMoney(line.releasedTax, taxAmount),
    });
  }
}

/** Keeps that a release is given back; false where it was before. */
async function isUndoneNow(tx: Tx, { dealerId, slipId, reversalId }: ReleaseOf): Promise<boolean> {
  const kept = await tx.sql({ name: 'release_undo', text: UNDO, values: [reversalId, dealerId, slipId, await tx.now()] });
  return kept.length > 0;
}

async function isUndone(tx: Tx, reversalId: string): Promise<boolean> {
  return (await tx.sql({ name: 'release_undone', text: 'select reversal_id from slip_release_undo where reversal_id = $1', values: [reversalId] })).length > 0;
}

function repeated(earlier: SlipRelease, slipId: string, asked: readonly { lineId: string; quantity: number }[]): ReleaseAnswer {
  const text = (lines: readonly { lineId: string; quantity: number }[]): string => lines.map((line) => `${line.lineId} ${line.quantity}`).sort().join();
  if (earlier.slipId === slipId && text(earlier.lines) === text(asked)) return { released: true, reason: '' };
  throw new ServiceError('invalid_argument', 'REVERSAL_ID_REUSED', 'This reversal id was used for other lines.');
}
