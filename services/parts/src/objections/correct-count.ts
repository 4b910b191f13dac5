import { ReturnCountedSchema } from '@aftercare/contracts';
import { monthOf, newId, Refusal } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { lockParts } from '../ledger/allocate.js';
import { moveStock, type Movement } from '../ledger/move.js';
import { lockHoldings } from '../obligations/settle.js';
import { offerToWaiting } from '../picking/make-picking.js';
import { acceptPieces, type ParcelAtSite } from '../returns/count.js';
import { standingLines } from '../returns/counted-parcel.js';
import { AnnouncedLine, CountedLineRow, Parcel } from '../returns/return-parcel.entity.js';
import { destination, differs, type CountedPart, type CountedResult } from '../returns/return-parcel.rules.js';
import { keepWrong, withdrawWrong } from '../wrong-parts/keep-wrong.js';
import { correctionOf } from './correction.rules.js';

/** Held until the commit, so that no claim against a supplier is opened over a line that is being replaced. */
const LOCK_LINE = `select id from return_counted_line where id = $1 for update`;
const CLAIMED = 'select claim_id from supplier_claim_line where counted_line_id = $1 and live';
const LAST_POSITION = 'select max(position)::int as position from return_counted_line where parcel_id = $1';

/** Which line is counted anew, and why. */
export interface Corrected {
  /** Null where nothing was counted of the part. */
  lineId: string | null;
  partId: string;
  /** The upheld objection; null where a wrong part is kept as its dealer says. */
  objection: { id: string; number: string } | null;
}

/**
 * H-5: books the corrected count of a line. Pieces that had been counted keep what became of them and go where their condition
 * sends them now; what is more meets obligations like any counted piece. The parcel is locked. Answers the late pieces (H-7).
 */
export async function correctCount(tx: Tx, parcel: ParcelAtSite, corrected: Corrected, lines: readonly CountedPart[]): Promise<{ late: number }> {
  const line = corrected.lineId === null ? null : await standingLine(tx, parcel.id, corrected.lineId);
  const { kept, added, replaces } = correctionOf(line, corrected.partId, lines);
  if (replaces && line?.condition === 'supplier_claim') await assertUnclaimed(tx, line.id);
  if (replaces && line?.condition === 'wrong_part' && corrected.objection !== null) await withdrawWrong(tx, line.id);
  const arriving = [...new Set([...kept, ...added].filter(({ condition }) => condition === 'reusable').map(({ partId }) => partId))];
  await lockParts(tx, [...arriving, ...(line ? [line.partId] : [])]);
  await lockHoldings(tx, parcel.dealerId);
  const { results, movements } = await acceptPieces(tx, parcel, added);
  await moveStock(tx, [...movements, ...regrades(parcel, corrected, line, kept)]);
  await keepLines(tx, parcel, corrected, [
    ...kept.map((each) => ({ ...each, replacesLineId: line?.id ?? null, countedAt: line?.countedAt ?? null })),
    ...(await addedRows(tx, results)).map((each) => ({ ...each, replacesLineId: replaces ? (line?.id ?? null) : null })),
  ]);
  await tellAdded(tx, parcel, results);
  await offerToWaiting(tx, arriving);
  return { late: results.reduce((sum, { lateQuantity }) => sum + lateQuantity, 0) };
}

async function standingLine(tx: Tx, parcelId: string, lineId: string): Promise<CountedLineRow> {
  await tx.sql({ name: 'counted_line_lock', text: LOCK_LINE, values: [lineId] });
  const line = (await standingLines(tx, parcelId)).find(({ id }) => id === lineId);
  if (!line) throw new Refusal('failed_precondition', 'LINE_UNKNOWN', 'A correction has replaced this line.', { lineId });
  return line;
}

async function assertUnclaimed(tx: Tx, lineId: string): Promise<void> {
  const claims = await tx.sql({ name: 'counted_line_claimed', text: CLAIMED, values: [lineId] });
  if (claims.length > 0) throw new Refusal('failed_precondition', 'ALREADY_CLAIMED', 'The pieces stand in a claim against their supplier.', { lineId });
}

/** Pieces go from where their old condition had sent them; what came too late for its charge had moved nothing (H-7). */
function regrades(parcel: ParcelAtSite, { objection }: Corrected, line: CountedLineRow | null, kept: readonly CountedResult[]): Movement[] {
  if (line === null || objection === null) return [];
  const from = destination(line.condition, parcel.warehouseId);
  return kept.flatMap(({ partId, quantity, refusedQuantity, condition }): Movement[] => {
    const to = destination(condition, parcel.warehouseId);
    const pieces = quantity - refusedQuantity;
    if (from === null || to === null || from === to || pieces === 0) return [];
    return [{ partId, quantity: pieces, from, to, kind: 'return', documentKind: 'return_objection', documentId: objection.id, dealerId: parcel.dealerId }];
  });
}

async function addedRows(tx: Tx, results: readonly CountedResult[]) {
  const countedAt = await tx.now();
  return results.map((result) => ({ ...result, countedAt }));
}

type NewLine = CountedResult & Pick<CountedLineRow, 'replacesLineId' | 'countedAt'>;

/** Writes the lines, and whether the parcel as it stands now differs from what was announced. */
async function keepLines(tx: Tx, parcel: Parcel, { objection }: Corrected, lines: readonly NewLine[]): Promise<void> {
  const { id: parcelId, dealerId } = parcel;
  const [last] = await tx.sql<{ position: number | null }>({ name: 'counted_line_last', text: LAST_POSITION, values: [parcelId] });
  const rows = lines.map((line, index) => ({ ...line, id: newId(), dealerId, parcelId, position: (last.position ?? 0) + index + 1, objectionId: objection?.id ?? null }));
  await tx.em.insert(CountedLineRow, rows);
  await keepWrong(tx, parcel, rows);
  parcel.difference = differs(await tx.em.findBy(AnnouncedLine, { parcelId }), await standingLines(tx, parcelId));
  parcel.version += 1;
  await tx.em.update(Parcel, { id: parcelId }, { difference: parcel.difference, version: parcel.version });
  await tx.audit({ action: 'correct', kind: 'return_parcel', id: parcelId, dealerId, changed: { difference: { after: parcel.difference }, objection: { after: objection?.number ?? '' } } });
}

async function tellAdded(tx: Tx, parcel: Parcel, results: readonly CountedResult[]): Promise<void> {
  if (results.length === 0) return;
  const { id: parcelId, number, dealerId, difference } = parcel;
  await tx.announce(ReturnCountedSchema, {
    parcelId, number, dealerId, difference, month: monthOf(await tx.now()),
    lines: results.map(({ unitSerial: _serial, ...line }) => line),
  });
}
