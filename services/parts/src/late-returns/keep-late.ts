import { businessDate, newId } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import type { CountedPieces } from '../obligations/obligation.rules.js';
import { notify } from '../notices.js';
import { LateReturnRow } from './late-return.entity.js';
import { lateReturnSteps, matchLate, type ChargedPieces, type LateMatch } from './late-return.rules.js';

/**
 * Pieces of the dealer that stocktakes charged because they were missing, less what was taken back, has come late or was refused already.
 * What an exclusion charged is owed for its reason (W-5), whether the piece comes back or not.
 */
const CHARGED = `
  select * from (
    select s.obligation_id as "obligationId", s.document_id as "slipId", o.part_id as "partId", o.unit_serial as "unitSerial", iso(min(s.at)) as "chargedAt",
           (sum(s.quantity)
             - coalesce((select sum(x.quantity) from obligation_settlement x join charge_slip v on v.id = x.document_id
                          where x.obligation_id = s.obligation_id and x.kind = 'conversion_reversed' and v.reverses_slip_id = s.document_id), 0)
             - coalesce((select sum(l.quantity) from late_return l
                          where l.obligation_id = s.obligation_id and l.slip_id = s.document_id and l.state <> 'reversed'), 0))::int as quantity
      from obligation o join obligation_settlement s on s.obligation_id = o.id join charge_slip c on c.id = s.document_id and c.origin = 'stocktake'
     where o.dealer_id = $1 and o.part_id = any($2::uuid[]) and s.kind = 'charged'
     group by s.obligation_id, s.document_id, o.part_id, o.unit_serial) charged
   where quantity > 0`;

/** A parcel in which something came late. */
export interface LateParcel {
  id: string;
  number: string;
  dealerId: string;
  receivedAt: string | null;
}

/** What exceeds all outstanding, and how parts follow each other. */
export interface Exceeding {
  pieces: readonly CountedPieces[];
  chains: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * H-7: of what exceeds all outstanding, the pieces that had been charged: in time, they take the charge back once invoicing
 * releases it, and the count stands meanwhile; too late, they are refused. The caller holds the dealer's turn.
 */
export async function keepLate(tx: Tx, parcel: LateParcel, { pieces, chains }: Exceeding): Promise<{ matches: LateMatch[]; surplus: Map<number, number> }> {
  if (pieces.length === 0) return { matches: [], surplus: new Map() };
  const chainOf = (partId: string): ReadonlySet<string> => chains.get(partId) ?? new Set([partId]);
  const partIds = [...new Set(pieces.flatMap(({ partId }) => [...chainOf(partId)]))];
  const charged = await chargedPieces(tx, parcel.dealerId, partIds);
  const arrivedOn = businessDate(parcel.receivedAt ?? (await tx.now()));
  const days = await settingAt(tx, 'return.lateCreditDays', arrivedOn);
  const sorted = matchLate(charged, pieces, { arrivedOn, days, chainOf });
  for (const match of sorted.matches) await keep(tx, parcel, { match, partId: partOf(pieces, match), arrivedOn });
  return sorted;
}

/** Pieces of these parts that stocktakes charged the dealer and that have not come back. */
export function chargedPieces(tx: Tx, dealerId: string, partIds: readonly string[]): Promise<ChargedPieces[]> {
  return tx.sql<ChargedPieces>({ name: 'charged_pieces', text: CHARGED, values: [dealerId, partIds] });
}

const partOf = (pieces: readonly CountedPieces[], { line }: LateMatch): string => pieces.find((piece) => piece.line === line)?.partId ?? '';

/** H-7: free surplus takes the charge of a piece back once invoicing releases it. */
export async function awaitCredit(tx: Tx, { dealerId, discrepancyId, match, today }: { dealerId: string; discrepancyId: string; match: LateMatch; today: string }): Promise<void> {
  const { charged, quantity } = match;
  await insertLate(tx, {
    ...(await newRow(tx, { charged, quantity, arrivedOn: today })), dealerId, partId: charged.partId, creditDiscrepancyId: discrepancyId,
  }, 'set-against');
}

async function keep(tx: Tx, parcel: LateParcel, { match, partId, arrivedOn }: { match: LateMatch; partId: string; arrivedOn: string }): Promise<void> {
  const { charged, quantity, inTime } = match;
  const { dealerId } = parcel;
  const state = inTime ? lateReturnSteps.initial : lateReturnSteps.next('refuse', lateReturnSteps.initial);
  const late = { ...(await newRow(tx, { charged, quantity, arrivedOn })), dealerId, state, parcelId: parcel.id, partId };
  await insertLate(tx, late, 'arrive-late');
  if (inTime) return;
  const about = { kind: 'late_return.refused', document: { kind: 'late-return', id: late.id, number: parcel.number }, severity: 'warning' as const, params: { pieces: quantity, chargedOn: late.chargedOn } };
  await notify(tx, { ...about, role: 'dealer_manager', dealerId });
  await notify(tx, { ...about, role: 'warehouse_keeper' });
}

/** A late return that waits, of nothing that came so far. */
export async function newRow(tx: Tx, { charged, quantity, arrivedOn }: { charged: Pick<ChargedPieces, 'obligationId' | 'slipId' | 'chargedAt'>; quantity: number; arrivedOn: string }) {
  return {
    id: newId(), state: lateReturnSteps.initial, parcelId: null, discrepancyId: null, excuseId: null, creditDiscrepancyId: null, quantity, obligationId: charged.obligationId, slipId: charged.slipId,
    chargedOn: businessDate(charged.chargedAt), arrivedOn, waitsFor: '', retryAt: null, reversingSlipId: null, carrier: '', waybillNumber: '', createdAt: await tx.now(), version: 1,
  };
}

/** Keeps a late return and who brought it about. */
export async function insertLate(tx: Tx, late: LateReturnRow, action: 'arrive-late' | 'miss' | 'set-against'): Promise<void> {
  await tx.em.insert(LateReturnRow, late);
  await tx.audit({ action, kind: 'late_return', id: late.id, dealerId: late.dealerId, changed: { state: { after: late.state }, quantity: { after: late.quantity } } });
}
