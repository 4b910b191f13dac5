import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { holdingsAccount } from '../ledger/accounts.js';
import { lockParts } from '../ledger/allocate.js';
import { moveStock, type Movement } from '../ledger/move.js';
import { meetObligations, type Meeting } from '../obligations/obligation.rules.js';
import { bookCredit, endPieces, lockHoldings, lockOpenObligations } from '../obligations/settle.js';
import { supersessionChains } from '../obligations/supersession.js';
import { offerToWaiting } from '../picking/make-picking.js';
import { CountedLineRow, type Parcel } from './return-parcel.entity.js';
import { destination, type CountedPart, type CountedResult } from './return-parcel.rules.js';

/** A parcel that is being counted at its receiving site. */
export type ParcelAtSite = Parcel & { warehouseId: string };

interface Sorted {
  meetings: Meeting[];
  surplus: Map<number, number>;
}

/**
 * H-1a, H-5: books what was counted. Pieces end obligations, what exceeds all outstanding becomes the dealer's credit,
 * and each piece goes where its condition sends it; a wrong part meets nothing and moves nothing. What comes back
 * reusable is an arrival and offered to the lines that wait for it (P-7).
 */
export async function bookCount(tx: Tx, parcel: ParcelAtSite, counted: readonly CountedPart[]): Promise<CountedResult[]> {
  const arriving = [...new Set(counted.filter((line) => line.condition === 'reusable').map((line) => line.partId))];
  await lockParts(tx, arriving);
  await lockHoldings(tx, parcel.dealerId);
  const sorted = await endObligations(tx, parcel, counted);
  const results = counted.map((line, index) => {
    const surplusQuantity = line.condition === 'wrong_part' ? 0 : (sorted.surplus.get(index) ?? 0);
    const metQuantity = line.condition === 'wrong_part' ? 0 : line.quantity - surplusQuantity;
    return { ...line, metQuantity, surplusQuantity };
  });
  await keepCredit(tx, parcel, results);
  await moveStock(tx, movementsOf(parcel, results, sorted.meetings));
  const rows = results.map((line, index) => ({ id: newId(), dealerId: parcel.dealerId, parcelId: parcel.id, position: index + 1, ...line }));
  if (rows.length > 0) await tx.em.insert(CountedLineRow, rows);
  await offerToWaiting(tx, arriving);
  return results;
}

async function endObligations(tx: Tx, parcel: Parcel, counted: readonly CountedPart[]): Promise<Sorted> {
  const pieces = counted.map((line, index) => ({ ...line, line: index })).filter((line) => line.condition !== 'wrong_part');
  if (pieces.length === 0) return { meetings: [], surplus: new Map() };
  const chains = await supersessionChains(tx, [...new Set(pieces.map((line) => line.partId))]);
  const partIds = [...new Set([...chains.values()].flatMap((chain) => [...chain]))];
  const open = await lockOpenObligations(tx, parcel.dealerId, partIds);
  const sorted = meetObligations(open, pieces, (partId) => chains.get(partId) ?? new Set([partId]));
  const byId = new Map(open.map((obligation) => [obligation.id, obligation]));
  for (const { obligationId, quantity } of sorted.meetings) {
    const obligation = byId.get(obligationId);
    if (obligation) await endPieces(tx, { obligation, kind: 'returned', quantity, documentKind: 'return_parcel', documentId: parcel.id });
  }
  return sorted;
}

async function keepCredit(tx: Tx, parcel: Parcel, results: readonly CountedResult[]): Promise<void> {
  for (const { partId, surplusQuantity } of results) {
    if (surplusQuantity === 0) continue;
    await bookCredit(tx, { dealerId: parcel.dealerId, partId, quantity: surplusQuantity, documentKind: 'return_parcel', documentId: parcel.id });
  }
}

/** What met an obligation leaves the holdings; a successor part that met it is evened out through the adjustment account. */
function movementsOf(parcel: ParcelAtSite, results: readonly CountedResult[], meetings: readonly Meeting[]): Movement[] {
  const document = { kind: 'return' as const, documentKind: 'return_parcel', documentId: parcel.id, dealerId: parcel.dealerId };
  const holdings = holdingsAccount(parcel.dealerId);
  return results.flatMap((line, index): Movement[] => {
    const to = destination(line.condition, parcel.warehouseId);
    if (to === null) return [];
    const met = meetings.filter((meeting) => meeting.line === index).flatMap(({ partId, quantity }): Movement[] =>
      partId === line.partId
        ? [{ ...document, partId, quantity, from: holdings, to }]
        : [{ ...document, partId, quantity, from: holdings, to: 'adjustment' }, { ...document, partId: line.partId, quantity, from: 'adjustment', to }]);
    const surplus: Movement[] = line.surplusQuantity > 0 ? [{ ...document, partId: line.partId, quantity: line.surplusQuantity, from: 'adjustment', to }] : [];
    return [...met, ...surplus];
  });
}
