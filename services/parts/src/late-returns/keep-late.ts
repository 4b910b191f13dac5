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
  const charged = await tx.sql<ChargedPieces>({ name: 'charged_pieces', text: CHARGED, values: [parcel.dealerId, partIds] });
  const arrivedOn = businessDate(parcel.receivedAt ?? (await tx.now()));
  const days = await settingAt(tx, 'return.lateCreditDays', arrivedOn);
  const sorted = matchLate(charged, pieces, { arrivedOn, days, chainOf });
  for (const match of sorted.matches) await keep(tx, parcel, { match, partId: partOf(pieces, match), arrivedOn });
  return sorted;
}

const partOf = (pieces: readonly CountedPieces[], { line }: LateMatch): string => pieces.find((piece) => piece.line === line)?.partId ?? '';

async function keep(tx: Tx, parcel: LateParcel, { match, partId, arrivedOn }: { match: LateMatch; partId: string; arrivedOn: string }): Promise<void> {
  const { charged, quantity, inTime } = match;
  const { dealerId } = parcel;
  const state = inTime ? lateReturnSteps.initial : lateReturnSteps.next('refuse', lateReturnSteps.initial);
  const late: LateReturnRow = {
    id: newId(), dealerId, state, parcelId: parcel.id, discrepancyId: null, excuseId: null, partId, quantity, obligationId: charged.obligationId, slipId: charged.slipId,
    chargedOn: businessDate(charged.chargedAt), arrivedOn, waitsFor: '', retryAt: null, reversingSlipId: null, carrier: '', waybillNumber: '',
    createdAt: await tx.now(), version: 1,
  };
  await tx.em.insert(LateReturnRow, late);
  await tx.audit({ action: 'arrive-late', kind: 'late_return', id: late.id, dealerId, changed: { state: { after: state }, quantity: { after: quantity } } });
  if (inTime) return;
  const about = { kind: 'late_return.refused', document: { kind: 'late-return', id: late.id, number: parcel.number }, severity: 'warning' as const, params: { pieces: quantity, chargedOn: late.chargedOn } };
  await notify(tx, { ...about, role: 'dealer_manager', dealerId });
  await notify(tx, { ...about, role: 'warehouse_keeper' });
}
