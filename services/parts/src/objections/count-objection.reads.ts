import { Controller } from '@nestjs/common';
import { CountObjectionService, type GetCountObjectionRequest, type ListCountObjectionsRequest } from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, listStatement, pageAnswer, pageOf, seen, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import { filterId, idOr404 } from '../documents.js';
import { CountedLineRow, Parcel } from '../returns/return-parcel.entity.js';
import { partNames } from '../returns/return-parcel.reads.js';
import { CountObjectionRow } from './count-objection.entity.js';
import { COUNT_OBJECTION_STEPS, objectionRefusal } from './count-objection.rules.js';

const WHAT = 'objection to a count';
const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const COLUMNS = `r.id, r.number, r.dealer_id as "dealerId", r.state, r.parcel_id as "parcelId", (select number from return_parcel where id = r.parcel_id) as "parcelNumber",
  p.number as "partNumber", p.name as "partName", r.kind, r.counted_quantity as "countedQuantity", r.quantity, iso(r.created_at) as "createdAt", r.version,
  r.created_at::text as "sortAt"`;

/** Objections, newest first. */
export function listCountObjections(request: ListCountObjectionsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(filterId(request.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`)
    .when(filterId(request.parcelId, 'parcelId'), 'p', (id) => `r.parcel_id = ${id}::uuid`);
  return listStatement({
    name: 'count_objections', table: 'return_objection', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: COLUMNS, joins: 'join part p on p.id = r.part_id',
  });
}

/** Objections to counts as both sides read them (H-5). */
@Controller()
export class CountObjectionReads implements Pick<Handlers<typeof CountObjectionService>, 'getCountObjection' | 'listCountObjections'> {
  constructor(private readonly db: Database) {}

  @Rpc(CountObjectionService.method.getCountObjection)
  async getCountObjection(request: GetCountObjectionRequest, ctx: CallContext) {
    return this.db.read(ctx, async (tx) => objectionAnswer(tx, await findObjection(tx, request.id)));
  }

  @Rpc(CountObjectionService.method.listCountObjections)
  async listCountObjections(request: ListCountObjectionsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'count-objections' });
    const rows = await this.db.many<Row>(ctx, listCountObjections(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }
}

/** One objection the caller may see; a foreign one is a missing one. With `lock` it is locked. */
export async function findObjection(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<CountObjectionRow> {
  const row = await tx.em.findOne(CountObjectionRow, { where: { id: idOr404(id, WHAT) }, ...(options.lock ? { lock: { mode: 'pessimistic_write' as const } } : {}) });
  return seen(tx.ctx, row, WHAT);
}

/** The objection with the lines that its correction counted, and what its reader may do. */
export async function objectionAnswer(tx: Tx, objection: CountObjectionRow) {
  const parcel = await tx.em.findOneBy(Parcel, { id: objection.parcelId });
  if (!parcel) throw notFound('return parcel');
  const rows = await tx.em.find(CountedLineRow, { where: { objectionId: objection.id }, order: { position: 'ASC' } });
  const names = await partNames(tx, [objection.partId, ...rows.map(({ partId }) => partId)]);
  const { createdBy: _by, decidedBy: _decided, lineId, decidedAt, ...rest } = objection;
  return {
    ...rest, ...names.get(objection.partId), lineId: lineId ?? '', decidedAt: decidedAt ?? '', parcelNumber: parcel.number,
    announcedPhotos: parcel.announcedPhotos, countedPhotos: parcel.countedPhotos,
    lines: rows.map((row) => ({
      lineId: row.id, partId: row.partId, ...names.get(row.partId), announcedQuantity: 0, countedQuantity: row.quantity, condition: row.condition, unitSerial: row.unitSerial,
      metQuantity: row.metQuantity, surplusQuantity: row.surplusQuantity, lateQuantity: row.lateQuantity, refusedQuantity: row.refusedQuantity,
    })),
    allowedActions: allowedActions(tx.ctx, COUNT_OBJECTION_STEPS.map((action) => ({ action, reason: objectionRefusal(action, objection.state, tx.ctx.role) })), { afterTermination: true }),
  };
}

interface Row {
  id: string;
  number: string;
  dealerId: string;
  state: string;
  parcelId: string;
  parcelNumber: string;
  partNumber: string;
  partName: string;
  kind: string;
  countedQuantity: number;
  quantity: number;
  createdAt: string;
  version: number;
  sortAt: string;
}
