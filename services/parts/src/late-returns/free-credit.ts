import { businessDate } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { moveStock } from '../ledger/move.js';
import { meetObligations } from '../obligations/obligation.rules.js';
import { useCredit } from '../obligations/open-obligations.js';
import { bookCredit, lockOpenObligations } from '../obligations/settle.js';
import { supersessionChains } from '../obligations/supersession.js';
import { awaitCredit, chargedPieces } from './keep-late.js';
import { isInTime, matchLate } from './late-return.rules.js';

/** Surplus of a dealer that is free, with the difference at receipt that made it so (P-8). */
export interface FreedPieces {
  dealerId: string;
  partId: string;
  quantity: number;
  discrepancyId: string;
}

/** H-7, P-8: what had been set against pieces that never arrived is surplus again. The caller holds the turn of lockHoldings. */
export async function freeCredit(tx: Tx, freed: FreedPieces): Promise<void> {
  const { dealerId, partId, quantity, discrepancyId } = freed;
  if (quantity === 0) return;
  await bookCredit(tx, { dealerId, partId, quantity, documentKind: 'discrepancy', documentId: discrepancyId });
  await setAgainst(tx, freed);
}

/**
 * H-7, H-1a: sets free surplus, as a count does, against what is outstanding of the part or of one in its supersession chain, first due
 * first; then against pieces that stocktakes charged and whose time for a late return runs, which take the charge back once invoicing
 * releases it. The rest stays credit. The caller holds the turn of lockHoldings.
 */
export async function setAgainst(tx: Tx, { dealerId, partId, quantity, discrepancyId }: FreedPieces): Promise<void> {
  const chain = (await supersessionChains(tx, [partId])).get(partId) ?? new Set([partId]);
  const chainOf = (): ReadonlySet<string> => chain;
  const open = await lockOpenObligations(tx, dealerId, [...chain]);
  const { meetings, surplus } = meetObligations(open, [{ line: 0, partId, quantity, unitSerial: '' }], chainOf);
  const byId = new Map(open.map((each) => [each.id, each]));
  for (const { obligationId, quantity: pieces } of meetings) {
    const obligation = byId.get(obligationId);
    if (obligation) await useCredit(tx, obligation, pieces, { documentKind: 'discrepancy', documentId: discrepancyId });
  }
  const left = surplus.get(0) ?? 0;
  if (left === 0) return;
  const today = businessDate(await tx.now());
  const days = await settingAt(tx, 'return.lateCreditDays', today);
  const charged = (await chargedPieces(tx, dealerId, [...chain])).filter(({ chargedAt }) => isInTime(chargedAt, today, days));
  const { matches } = matchLate(charged, [{ line: 0, partId, quantity: left, unitSerial: '' }], { arrivedOn: today, days, chainOf });
  for (const match of matches) {
    await awaitCredit(tx, { dealerId, discrepancyId, match, today });
    // As a late piece, it comes from what was sold; the surplus came into the warehouse from the adjustment account.
    await moveStock(tx, [{
      partId: match.charged.partId, quantity: match.quantity, from: 'sold', to: 'adjustment', kind: 'return', documentKind: 'discrepancy', documentId: discrepancyId, dealerId,
    }]);
  }
}
