import type { ReleaseSlipRequest } from '@aftercare/contracts';
import { addMoney } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';
import { lockMoney } from '../books/work.js';
import { releaseOfPayable } from '../payables/payable.store.js';
import { ReceivableLineRow, SlipRelease } from './receivable.entity.js';
import { decideRelease } from './receivable.rules.js';
import { linesOf, receivableOf } from './receivable.store.js';

/** The arbitration between reversing and invoicing. */
export interface ReleaseAnswer {
  released: boolean;
  /** RED_LETTER_FIRST, ALREADY_RELEASED_OTHERWISE, REIMBURSEMENT_PAID or empty. */
  reason: string;
}

/**
 * F-5: releases lines for the reversal with this id, or says why not. The same id asked again answers released again and
 * changes nothing; the same id for other lines is refused REVERSAL_ID_REUSED. Errors: not_found for a slip that is not
 * confirmed here yet.
 */
export async function releaseSlip(tx: Tx, request: ReleaseSlipRequest): Promise<ReleaseAnswer> {
  const ofPayable = await releaseOfPayable(tx, request.slipId);
  if (ofPayable) return ofPayable;
  const { dealerId, slipId } = await receivableOf(tx, request.slipId);
  await lockMoney(tx, dealerId);
  const asked = request.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const earlier = await tx.em.findOneBy(SlipRelease, { reversalId: request.reversalId });
  if (earlier) return repeated(earlier, slipId, asked);
  const lines = await linesOf(tx.em, [slipId]);
  const decision = decideRelease(lines, asked);
  if ('refused' in decision) return { released: false, reason: decision.refused };
  for (const { lineId, quantity, netAmount, taxAmount } of decision.shares) {
    const line = lines.find((each) => each.lineId === lineId);
    if (!line) continue;
    await tx.em.update(ReceivableLineRow, { lineId }, {
      releasedQuantity: line.releasedQuantity + quantity, releasedNet: addMoney(line.releasedNet, netAmount), releasedTax: addMoney(line.releasedTax, taxAmount),
    });
  }
  await tx.em.insert(SlipRelease, { reversalId: request.reversalId, dealerId, slipId, lines: asked, releasedAt: await tx.now() });
  await tx.audit({ action: 'release', kind: 'receivable', id: slipId, dealerId, changed: { reversalId: { after: request.reversalId } } });
  return { released: true, reason: '' };
}

function repeated(earlier: SlipRelease, slipId: string, asked: readonly { lineId: string; quantity: number }[]): ReleaseAnswer {
  const text = (lines: readonly { lineId: string; quantity: number }[]): string => lines.map((line) => `${line.lineId} ${line.quantity}`).sort().join();
  if (earlier.slipId === slipId && text(earlier.lines) === text(asked)) return { released: true, reason: '' };
  throw new ServiceError('invalid_argument', 'REVERSAL_ID_REUSED', 'This reversal id was used for other lines.');
}
