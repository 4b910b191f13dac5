import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { holdingsAccount } from '../ledger/accounts.js';
import { moveStock } from '../ledger/move.js';
import { endPieces, type LockedObligation } from '../obligations/settle.js';
import { ObligationExcuse } from './obligation-end.entity.js';

/** H-1, H-1a: writes pieces of a locked obligation off, with why and what shows it. Refuses MORE_THAN_OUTSTANDING. */
export async function excusePieces(tx: Tx, obligation: LockedObligation, why: Pick<ObligationExcuse, 'quantity' | 'basis' | 'reason' | 'evidence'>): Promise<void> {
  const { id: obligationId, dealerId, partId } = obligation;
  const excuse: ObligationExcuse = { id: newId(), dealerId, obligationId, ...why, excusedBy: tx.ctx.userId, at: await tx.now() };
  await tx.em.insert(ObligationExcuse, excuse);
  const ended = { quantity: why.quantity, documentKind: 'obligation_excuse', documentId: excuse.id };
  await endPieces(tx, { obligation, kind: 'excused', ...ended });
  await moveStock(tx, [{ ...ended, partId, from: holdingsAccount(dealerId), to: 'written_off', kind: 'excuse', dealerId }]);
}
