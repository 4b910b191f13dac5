import type { ListReturnsRequest } from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, scopeCondition, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { objectRefusal } from '../objections/count-objection.rules.js';
import { countedParcel, standingLines } from './counted-parcel.js';
import { AnnouncedLine, Parcel } from './return-parcel.entity.js';
import { compareLines, hidesAnnounced, PARCEL_ACTIONS, parcelRefusal } from './return-parcel.rules.js';

/** One parcel the caller may see; null for a missing one and for another dealer's. With `lock` it is locked. */
export async function findParcel(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<Parcel | null> {
  const scope = scopeCondition(tx.ctx, 'parcel.dealer_id');
  const query = tx.em.createQueryBuilder(Parcel, 'parcel').where('parcel.id = :id', { id }).andWhere(scope.where, scope.parameters);
  return (options.lock ? query.setLock('pessimistic_write') : query).getOne();
}

/** H-4, H-5: the parcel as the caller may see it, announced and counted beside each other. */
export async function parcelAnswer(tx: Tx, parcel: Parcel) {
  const announced = await tx.em.find(AnnouncedLine, { where: { parcelId: parcel.id }, order: { position: 'ASC' } });
  const counted = await standingLines(tx, parcel.id);
  const blind = hidesAnnounced(parcel.state, tx.ctx.role);
  const lines = compareLines(announced, counted);
  const names = await partNames(tx, lines.map((line) => line.partId));
  return {
    id: parcel.id, number: parcel.number, dealerId: parcel.dealerId, state: parcel.state, viaTransitId: parcel.viaTransitId ?? '',
    warehouseId: parcel.warehouseId ?? '', carrier: parcel.carrier, waybillNumber: parcel.waybillNumber, onwardCarrier: parcel.onwardCarrier,
    onwardWaybillNumber: parcel.onwardWaybillNumber, unannounced: parcel.unannounced, difference: parcel.difference,
    announcedPhotos: blind ? [] : parcel.announcedPhotos, countedPhotos: parcel.countedPhotos,
    countedAt: parcel.countedAt ?? '', version: parcel.version, ...(await parcelActions(tx, parcel)),
    lines: lines.map((line) => ({ ...line, ...names.get(line.partId), announcedQuantity: blind ? 0 : line.announcedQuantity })),
  };
}

async function parcelActions(tx: Tx, parcel: Parcel) {
  const facts = await countedParcel(tx, parcel);
  return {
    objectUntil: facts.objectUntil ?? '',
    allowedActions: allowedActions(tx.ctx, [
      ...PARCEL_ACTIONS.map((action) => ({ action, reason: parcelRefusal(action, parcel, tx.ctx) })),
      { action: 'object', reason: objectRefusal(facts, tx.ctx.role) },
    ], { afterTermination: true }),
  };
}

/** What a part is called; its name in English is empty where it has none. */
export interface PartNames {
  partNumber: string;
  partName: string;
  partNameEn: string;
}

/** Numbers and names of parts for documents that show them. */
export async function partNames(tx: Tx, partIds: readonly string[]): Promise<Map<string, PartNames>> {
  const rows = await tx.sql<PartNames & { id: string }>({
    name: 'part_names',
    text: `select id, number as "partNumber", name as "partName", name_en as "partNameEn" from part where id = any($1::uuid[])`,
    values: [[...new Set(partIds)]],
  });
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.number, r.dealer_id as "dealerId", r.state, iso(r.created_at) as "createdAt", r.version, r.created_at::text as "sortAt"`;

/** Parcels, newest first. */
export function listParcels(request: ListReturnsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
  return listStatement({ name: 'parcels', table: 'return_parcel', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: LINE });
}
