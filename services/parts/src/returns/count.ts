import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { keepLate } from '../late-returns/keep-late.js';
import type { LateMatch } from '../late-returns/late-return.rules.js';
import { holdingsAccount, type Account } from '../ledger/accounts.js';
import { lockParts } from '../ledger/allocate.js';
import { moveStock, type Movement } from '../ledger/move.js';
import { meetObligations, type Meeting } from '../obligations/obligation.rules.js';
import { bookCredit, endPieces, lockHoldings, lockOpenObligations } from '../obligations/settle.js';
import { supersessionChains } from '../obligations/supersession.js';
import { offerToWaiting } from '../picking/make-picking.js';
import { keepWrong } from '../wrong-parts/keep-wrong.js';
import { CountedLineRow, type Parcel } from './return-parcel.entity.js';
import { tellAccepted } from './tell-accepted.js';
import { destination, type CountedPart, type CountedResult } from './return-parcel.rules.js';

/** A parcel that is being counted at its receiving site. */
export type ParcelAtSite = Parcel & { warehouseId: string };

interface Sorted {
  meetings: Meeting[];
  late: LateMatch[];
  surplus: Map<number, number>;
}

const NOTHING: Sorted = { meetings: [], late: [], surplus: new Map() };

/**
 * H-1a, H-5: books what was counted. Pieces end obligations; of what exceeds all outstanding those that had been charged
 * take the charge back or came too late for it (H-7), the rest becomes the dealer's credit. Each piece goes where its
 * condition sends it; a wrong part meets nothing, and it and what came too late move nothing. What comes back reusable is
 * an arrival and offered to the lines that wait for it (P-7).
 */
export async function bookCount(tx: Tx, parcel: ParcelAtSite, counted: readonly CountedPart[]): Promise<CountedResult[]> {
  const arriving = [...new Set(counted.filter((line) => line.condition === 'reusable').map((line) => line.partId))];
  await lockParts(tx, arriving);
  await lockHoldings(tx, parcel.dealerId);
  const { results, movements } = await acceptPieces(tx, parcel, counted);
  await moveStock(tx, movements);
  const rows = results.map((line, index) => ({ id: newId(), dealerId: parcel.dealerId, parcelId: parcel.id, position: index + 1, ...line }));
  if (rows.length > 0) await tx.em.insert(CountedLineRow, rows);
  await keepWrong(tx, parcel, rows);
  await offerToWaiting(tx, arriving);
  return results;
}

/** H-1a: what becomes of counted pieces, and the movements that are due for it. The caller holds the dealer's turn. */
export async function acceptPieces(tx: Tx, parcel: ParcelAtSite, counted: readonly CountedPart[]): Promise<{ results: CountedResult[]; movements: Movement[] }> {
  const sorted = await endObligations(tx, parcel, counted);
  const results = counted.map((line, index) => resultOf(line, index, sorted));
  await keepCredit(tx, parcel, results);
  await tellAccepted(tx, parcel, { results, ...sorted });
  return { results, movements: movementsOf(parcel, results, sorted) };
}

function resultOf(line: CountedPart, index: number, { late, surplus }: Sorted): CountedResult {
  if (line.condition === 'wrong_part') return { ...line, metQuantity: 0, surplusQuantity: 0, lateQuantity: 0, refusedQuantity: 0 };
  const came = (inTime: boolean): number => late.filter((match) => match.line === index && match.inTime === inTime).reduce((sum, { quantity }) => sum + quantity, 0);
  const [lateQuantity, refusedQuantity, surplusQuantity] = [came(true), came(false), surplus.get(index) ?? 0];
  return { ...line, metQuantity: line.quantity - lateQuantity - refusedQuantity - surplusQuantity, surplusQuantity, lateQuantity, refusedQuantity };
}

async function endObligations(tx: Tx, parcel: Parcel, counted: readonly CountedPart[]): Promise<Sorted> {
  const pieces = counted.map((line, index) => ({ ...line, line: index })).filter((line) => line.condition !== 'wrong_part');
  if (pieces.length === 0) return NOTHING;
  const chains = await supersessionChains(tx, [...new Set(pieces.map((line) => line.partId))]);
  const partIds = [...new Set([...chains.values()].flatMap((chain) => [...chain]))];
  const open = await lockOpenObligations(tx, parcel.dealerId, partIds);
  const sorted = meetObligations(open, pieces, (partId) => chains.get(partId) ?? new Set([partId]));
  const byId = new Map(open.map((obligation) => [obligation.id, obligation]));
  for (const { obligationId, quantity } of sorted.meetings) {
    const obligation = byId.get(obligationId);
    if (obligation) await endPieces(tx, { obligation, kind: 'returned', quantity, documentKind: 'return_parcel', documentId: parcel.id });
  }
  const exceeding = pieces.flatMap((piece) => (sorted.surplus.has(piece.line) ? [{ ...piece, quantity: sorted.surplus.get(piece.line) ?? 0 }] : []));
  const { matches, surplus } = await keepLate(tx, parcel, { pieces: exceeding, chains });
  return { meetings: sorted.meetings, late: matches, surplus };
}

async function keepCredit(tx: Tx, parcel: Parcel, results: readonly CountedResult[]): Promise<void> {
  for (const { partId, surplusQuantity } of results) {
    if (surplusQuantity === 0) continue;
    await bookCredit(tx, { dealerId: parcel.dealerId, partId, quantity: surplusQuantity, documentKind: 'return_parcel', documentId: parcel.id });
  }
}

/** What met an obligation leaves the holdings, what had been charged comes from what was sold; a successor part is evened out through the adjustment account. */
function movementsOf(parcel: ParcelAtSite, results: readonly CountedResult[], { meetings, late }: Sorted): Movement[] {
  const document = { kind: 'return' as const, documentKind: 'return_parcel', documentId: parcel.id, dealerId: parcel.dealerId };
  const holdings = holdingsAccount(parcel.dealerId);
  return results.flatMap((line, index): Movement[] => {
    const to = destination(line.condition, parcel.warehouseId);
    if (to === null) return [];
    const come = (from: Account, { partId, quantity }: { partId: string; quantity: number }): Movement[] =>
      partId === line.partId
        ? [{ ...document, partId, quantity, from, to }]
        : [{ ...document, partId, quantity, from, to: 'adjustment' }, { ...document, partId: line.partId, quantity, from: 'adjustment', to }];
    const met = meetings.filter((meeting) => meeting.line === index).flatMap((meeting) => come(holdings, meeting));
    const charged = late.filter((match) => match.line === index && match.inTime).flatMap(({ charged: { partId }, quantity }) => come('sold', { partId, quantity }));
    const surplus: Movement[] = line.surplusQuantity > 0 ? [{ ...document, partId: line.partId, quantity: line.surplusQuantity, from: 'adjustment', to }] : [];
    return [...met, ...charged, ...surplus];
  });
}
