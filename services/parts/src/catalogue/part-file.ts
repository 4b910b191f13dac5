import { Controller } from '@nestjs/common';
import { PartUpkeepService, type GetPartFileRequest, type ListModelPartsRequest } from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import { JsonText, Rpc, isManufacturer, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { actionEntry } from '../actions.js';
import { idOr404 } from '../documents.js';

/** A chain in one direction, nearest first; a circle that came in before chains were checked ends it. */
const chain = (name: string, from: string, to: string): string => `
  ${name} (id, depth, path) as (
    select ${to}, 1, array[start.id, ${to}] from part start join part next on ${from} where start.id = $2
    union all
    select ${to}, link.depth + 1, link.path || ${to} from ${name} link join part start on start.id = link.id join part next on ${from}
     where ${to} <> all (link.path))`;

const names = (name: string): string => `
  (select coalesce(json_agg(json_build_object('partId', p.id, 'number', p.number, 'name', p.name, 'nameEn', p.name_en) order by c.depth), '[]')
     from ${name} c join part p on p.id = c.id)`;

/** Everything about the part $2; $1 says whether the caller may know what is in stock. */
const FILE = `
  with recursive ${chain('older', 'next.id = start.supersedes_part_id', 'next.id')}, ${chain('newer', 'next.supersedes_part_id = start.id', 'next.id')}
  select part.id, json_build_object('id', part.id, 'number', part.number, 'version', part.version,
      'models', (select coalesce(json_agg(json_build_object('modelId', m.model_id, 'modelCode', m.model_code, 'position', m.position)
                   order by m.model_code, m.position), '[]') from part_model m where m.part_id = part.id),
      'replaces', ${names('older')}, 'replacedBy', ${names('newer')},
      'photos', (select coalesce(json_agg(json_build_object('id', f.attachment_id, 'sha256', f.sha256) order by f.position), '[]') from part_photo f where f.part_id = part.id),
      'stock', (select coalesce(json_agg(json_build_object('warehouseId', w.id, 'warehouseCode', w.code, 'onHand', coalesce(b.on_hand, 0),
                    'reserved', coalesce(b.reserved, 0), 'available', coalesce(b.on_hand - b.reserved, 0), 'onOrder', coalesce(o.pieces, 0),
                    'minimum', coalesce(m.minimum, 0)) order by w.code), '[]')
                  from warehouse w
                  left join stock_balance b on b.warehouse_id = w.id and b.part_id = part.id
                  left join part_minimum m on m.warehouse_id = w.id and m.part_id = part.id
                  left join lateral (select sum(l.quantity - l.received_quantity)::int as pieces from purchase_order_line l
                      join purchase_order p on p.id = l.purchase_order_id
                     where l.part_id = part.id and l.received_quantity < l.quantity and p.warehouse_id = w.id and p.state = 'open') o on true
                 where $1::boolean and (b.part_id is not null or m.minimum > 0 or o.pieces > 0)))::text as item
    from part where part.id = $2`;

const BY_POSITION: ListOrder = { by: 'r.position', direction: 'asc', type: 'text', id: 'r.part_id' };

const ROW = `r.part_id as id, r.position as key,
  json_build_object('drawingPosition', r.position, 'partId', r.part_id, 'partNumber', p.number, 'name', p.name, 'nameEn', p.name_en,
    'successorNumber', coalesce((
      with recursive newer (id, depth, path) as (
        select n.id, 1, array[r.part_id, n.id] from part n where n.supersedes_part_id = r.part_id
        union all select n.id, c.depth + 1, c.path || n.id from newer c join part n on n.supersedes_part_id = c.id where n.id <> all (c.path))
      select l.number from newer c join part l on l.id = c.id order by c.depth desc limit 1), ''))::text as item`;

/** The file of a part, and the parts of a model (P-1). */
@Controller()
export class PartFiles implements Pick<Handlers<typeof PartUpkeepService>, 'getPartFile' | 'listModelParts'> {
  constructor(private readonly database: Database) {}

  @Rpc(PartUpkeepService.method.getPartFile)
  async getPartFile(request: GetPartFileRequest, ctx: CallContext) {
    const id = idOr404(request.id, 'part');
    const row = await this.database.one<{ item: string }>(ctx, { name: 'part_file', text: FILE, values: [isManufacturer(ctx), id] });
    if (!row) throw notFound('part');
    const actions = allowedActions(ctx, [actionEntry(ctx, { action: 'change', key: 'part.change' }), actionEntry(ctx, { action: 'set-minimum', key: 'part.minimum' })]);
    return new JsonText(`${row.item.slice(0, -1)},"allowedActions":${JSON.stringify(actions)}}`);
  }

  @Rpc(PartUpkeepService.method.listModelParts)
  async listModelParts(request: ListModelPartsRequest, ctx: CallContext) {
    const page = pageOf(request.page, { list: 'model-parts' });
    const where = new Conditions().add('m', (id) => `r.model_id = ${id}::uuid`, idOr404(request.modelId, 'product model'));
    const statement = listStatement({ name: 'model_parts', table: 'part_model', order: BY_POSITION, where, page, columns: ROW, joins: 'join part p on p.id = r.part_id' });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}
