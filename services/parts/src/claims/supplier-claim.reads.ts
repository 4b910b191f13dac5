import { Controller } from '@nestjs/common';
import { SupplierClaimService, type GetSupplierClaimRequest, type GetSupplierRecoveryRequest, type ListClaimablePiecesRequest, type ListSupplierClaimsRequest } from '@aftercare/contracts';
import { addDays, allowedActions, isRealDate, refusalReason, startOfDay } from '@aftercare/domain';
import { JsonText, Rpc, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { actionEntry, mayAct, requireManufacturer, requireRole } from '../actions.js';
import { filterId, idOr404 } from '../documents.js';
import { standsLine } from '../returns/counted-parcel.js';
import { requireNothingRecovered, stateWithFiles, supplierClaimSteps, type SupplierClaimState } from './supplier-claim.rules.js';

/** Counted lines that stand in no claim; what came too late after its charge goes back to the dealer (H-7). */
const CLAIMABLE = `(select l.id, coalesce(l.counted_at, p.counted_at) as counted_at, l.part_id, l.quantity - l.refused_quantity as quantity, l.unit_serial, p.id as parcel_id, p.number as parcel_number, l.dealer_id
  from return_counted_line l join return_parcel p on p.id = l.parcel_id
 where l.condition = 'supplier_claim' and l.quantity > l.refused_quantity and ${standsLine('l')}
   and not exists (select from supplier_claim_line c where c.counted_line_id = l.id and c.live))`;

const OLDEST: ListOrder = { by: 'r.counted_at', direction: 'asc', type: 'timestamptz' };
const NEWEST: ListOrder = { by: 'r.opened_at', direction: 'desc', type: 'timestamptz' };

const PIECES = `r.id, iso(r.counted_at) as key,
  json_build_object('lineId', r.id, 'countedAt', iso(r.counted_at), 'partId', r.part_id, 'partNumber', part.number, 'partName', part.name, 'quantity', r.quantity,
    'unitSerial', r.unit_serial, 'parcelId', r.parcel_id, 'parcelNumber', r.parcel_number, 'dealerId', r.dealer_id)::text as item`;

const SUMMARY = `r.id, iso(r.opened_at) as key,
  json_build_object('id', r.id, 'number', r.number, 'supplier', r.supplier, 'state', r.state,
    'quantity', (select coalesce(sum(l.quantity), 0)::int from supplier_claim_line l where l.claim_id = r.id), 'recovered', r.recovered::text, 'openedAt', iso(r.opened_at),
    'version', r.version)::text as item`;

const percent = (recovered: string, cost: string): string => `case when ${cost} > 0 then round(100 * ${recovered} / ${cost}, 1)::text else '' end`;

/** $2 says whether the caller may know what the pieces cost. */
const ONE = `
  select c.state, c.recovered, json_build_object('id', c.id, 'number', c.number, 'supplier', c.supplier, 'state', c.state, 'grounds', c.grounds, 'reference', c.reference,
      'reason', c.reason, 'openedAt', iso(c.opened_at), 'files', c.files, 'recovered', c.recovered::text, 'version', c.version,
      'cost', case when $2::boolean then lines.cost::text else '' end, 'recoveredPercent', case when $2::boolean then ${percent('c.recovered', 'lines.cost')} else '' end,
      'lines', lines.items,
      'recoveries', (select coalesce(json_agg(json_build_object('recoveredOn', v.recovered_on::text, 'amount', v.amount::text, 'note', v.note) order by v.entered_at, v.id), '[]')
         from supplier_recovery v where v.claim_id = c.id))::text as item
    from supplier_claim c cross join lateral (
      select coalesce(sum(round(l.quantity * l.unit_cost, 2)), 0)::numeric(14,2) as cost,
             json_agg(json_build_object('lineId', l.counted_line_id, 'partId', l.part_id, 'partNumber', part.number, 'partName', part.name, 'quantity', l.quantity,
               'unitCost', case when $2::boolean then coalesce(l.unit_cost::text, '') else '' end,
               'cost', case when $2::boolean then coalesce(round(l.quantity * l.unit_cost, 2)::text, '') else '' end,
               'parcelId', parcel.id, 'parcelNumber', parcel.number) order by part.number, l.counted_line_id) as items
        from supplier_claim_line l join part on part.id = l.part_id join return_counted_line counted on counted.id = l.counted_line_id
        join return_parcel parcel on parcel.id = counted.parcel_id where l.claim_id = c.id) lines
   where c.id = $1`;

const RATES = `
  with claimed as (
    select c.supplier, c.id, c.recovered, coalesce(sum(l.quantity), 0)::int as pieces, coalesce(sum(round(l.quantity * l.unit_cost, 2)), 0) as cost
      from supplier_claim c join supplier_claim_line l on l.claim_id = c.id
     where c.state <> 'cancelled' and ($1::timestamptz is null or c.opened_at >= $1) and ($2::timestamptz is null or c.opened_at < $2) group by c.id),
  rated as (
    select supplier, count(*)::int as claims, sum(pieces)::int as quantity, sum(cost)::numeric(16,2) as cost, sum(recovered)::numeric(16,2) as recovered from claimed group by supplier)
  select supplier, claims, quantity, cost::text as cost, recovered::text as recovered, ${percent('recovered', 'cost')} as "recoveredPercent" from rated order by supplier`;

interface Head {
  state: SupplierClaimState;
  recovered: string;
  item: string;
}

interface Rate {
  supplier: string;
  claims: number;
  quantity: number;
  cost: string;
  recovered: string;
  recoveredPercent: string;
}

type Reads = Pick<Handlers<typeof SupplierClaimService>, 'listClaimablePieces' | 'getSupplierClaim' | 'listSupplierClaims' | 'getSupplierRecovery'>;

/** Claims against suppliers as they are read; what pieces cost is for finance, supervisors and the auditor (F-7). */
@Controller()
export class SupplierClaimReads implements Reads {
  constructor(private readonly database: Database) {}

  @Rpc(SupplierClaimService.method.listClaimablePieces)
  async listClaimablePieces(request: ListClaimablePiecesRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const page = pageOf(request.page, { list: 'claimable-pieces', key: 'instant' });
    const where = new Conditions().when(filterId(request.partId, 'partId'), 'p', (id) => `r.part_id = ${id}::uuid`);
    const listing = { name: 'claimable', table: CLAIMABLE, order: OLDEST, where, page, columns: PIECES, joins: 'join part on part.id = r.part_id' };
    return jsonPage(await this.database.many<JsonRow>(ctx, listStatement(listing)), page);
  }

  @Rpc(SupplierClaimService.method.getSupplierClaim)
  async getSupplierClaim(request: GetSupplierClaimRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    const values = [idOr404(request.id, 'supplier claim'), mayAct(ctx, 'cost.read')];
    const row = await this.database.one<Head>(ctx, { name: 'supplier_claim_one', text: ONE, values });
    if (!row) throw notFound('supplier claim');
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actionsOf(ctx, row))}}`);
  }

  @Rpc(SupplierClaimService.method.listSupplierClaims)
  async listSupplierClaims(request: ListSupplierClaimsRequest, ctx: CallContext) {
    requireManufacturer(ctx);
    if (request.state !== '' && !(supplierClaimSteps.states as readonly string[]).includes(request.state)) throw invalidField('state', 'This is no state of a claim.');
    const page = pageOf(request.page, { list: 'supplier-claims', key: 'instant' });
    const where = new Conditions().when(request.state, 's', (state) => `r.state = ${state}`).when(request.supplier.trim(), 'u', (supplier) => `r.supplier = ${supplier}`);
    const statement = listStatement({ name: 'supplier_claims', table: 'supplier_claim', order: NEWEST, where, page, columns: SUMMARY });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  @Rpc(SupplierClaimService.method.getSupplierRecovery)
  async getSupplierRecovery(request: GetSupplierRecoveryRequest, ctx: CallContext) {
    requireRole(ctx, 'cost.read');
    for (const field of ['from', 'to'] as const) if (request[field] !== '' && !isRealDate(request[field])) throw invalidField(field, 'This is not a calendar date.', 'INVALID_DATE');
    const values = [request.from === '' ? null : startOfDay(request.from), request.to === '' ? null : startOfDay(addDays(request.to, 1))];
    return { suppliers: await this.database.many<Rate>(ctx, { name: 'supplier_recovery', text: RATES, values }) };
  }
}

function actionsOf(ctx: CallContext, { state, recovered }: Head) {
  const entry = (action: string, refusal: string | undefined) => actionEntry(ctx, { action, key: 'supplierClaim.change', refusal });
  const step = (action: 'send' | 'recover' | 'close' | 'cancel'): string | undefined => refusalReason(() => supplierClaimSteps.next(action, state));
  return allowedActions(ctx, [
    entry('files', refusalReason(() => stateWithFiles(state))), entry('send', step('send')), entry('recover', step('recover')), entry('close', step('close')),
    entry('cancel', step('cancel') ?? refusalReason(() => requireNothingRecovered(recovered))),
  ]);
}
