import type { ListCampaignDealersRequest, ListCampaignPartsRequest, ListCampaignsRequest, ListCampaignUnitsRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, EVERY_DEALER, listStatement, pageOf, prefixRange, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { BY_STATE } from './campaign.js';

interface List {
  statement: Statement;
  page: Page;
}

/** Lists sorted by a serial read an index byte by byte, whatever the database's language is. */
const SERIAL = `serial collate "C"`;
const BY_SERIAL: ListOrder = { by: `r.${SERIAL}`, direction: 'asc', type: 'text' };
const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const IS_OVERDUE = `(c.state = 'running' and c.due_on < (select (business_now() at time zone 'Asia/Shanghai')::date))`;

/** the work list by serial; a dealer's of launched campaigns. */
export function unitList(request: ListCampaignUnitsRequest, ctx: CallContext): List {
  for (const id of [request.campaignId, request.dealerId, request.unitId, request.customerId]) if (id !== '' && !isId(id)) throw notFound('filter');
  const page = pageOf(request.page, { list: 'campaign-units' });
  const toDo = request.state === 'to_do';
  const where = new Conditions()
    .when(request.campaignId, 'c', (id) => `r.campaign_id = ${id}::uuid`)
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.unitId, 'u', (id) => `r.unit_id = ${id}::uuid`)
    .when(request.customerId, 'o', (id) => `r.customer_id = ${id}::uuid`)
    .when(toDo, 'td', () => `r.state in ('open', 'contacted', 'unreachable')`)
    .when(toDo ? '' : request.state, 's', (state) => `r.state = ${state}`)
    .when(ctx.dealerId !== null, 'l', () => 'r.campaign_id in (select l.id from campaign l where l.launched_at is not null)');
  const prefix = request.serial.trim().toUpperCase();
  if (prefix !== '') where.add('n', (from, to) => `(r.${SERIAL} >= ${from} and r.${SERIAL} < ${to})`, ...prefixRange(prefix));
  const listing = { name: 'campaign_units', table: 'campaign_unit', order: BY_SERIAL, scope: { dealers: dealerScope(ctx) }, where, page };
  return { page, statement: listStatement({ ...listing, columns: UNIT_LINE, joins: 'join campaign c on c.id = r.campaign_id' }) };
}

const UNIT_LINE = `r.id, r.serial as key, json_build_object('id', r.id, 'campaignNumber', c.number, 'unitId', r.unit_id, 'serial', r.serial, 'modelCode', r.model_code,
  'dealerId', coalesce(r.dealer_id::text, ''), 'customerId', coalesce(r.customer_id::text, ''), 'state', r.state, 'attempts', r.attempts, 'dueOn', c.due_on,
  'markedAt', coalesce(iso(r.marked_at), ''), 'version', r.version)::text as item`;

/** campaigns, newest first; a dealer's are the launched ones with units of its own. */
export function campaignList(request: ListCampaignsRequest, ctx: CallContext): List {
  const page = pageOf(request.page, { list: 'campaigns', key: 'instant' });
  const scope = dealerScope(ctx);
  const where = new Conditions().when(request.state, 's', (state) => `r.state = ${state}`).when(request.kind, 'k', (kind) => `r.kind = ${kind}`);
  if (scope !== EVERY_DEALER) {
    where.add('own', (own) => `r.launched_at is not null and exists (select from campaign_unit u where u.campaign_id = r.id and u.dealer_id = any(${own}::uuid[]))`, scope);
  }
  return { page, statement: listStatement({ name: 'campaigns', table: 'campaign', order: NEWEST, where, page, columns: CAMPAIGN_LINE }) };
}

const CAMPAIGN_LINE = `r.id, r.created_at::text as key, json_build_object('id', r.id, 'number', r.number, 'kind', r.kind, 'title', r.title, 'state', r.state, 'dueOn', r.due_on,
  'overdue', ${IS_OVERDUE.replaceAll('c.', 'r.')}, 'createdAt', iso(r.created_at), 'launchedAt', coalesce(iso(r.launched_at), ''), 'version', r.version)::text as item`;

/** how far each dealer is; a dealer sees itself. */
export function dealerProgress(request: ListCampaignDealersRequest, ctx: CallContext): List {
  const page = pageOf(request.page, { list: 'campaign-dealers' });
  const where = new Conditions();
  const table = where.part('c', (id) => `(select u.dealer_id, u.dealer_id::text as key, ${BY_STATE} from campaign_unit u
    where u.campaign_id = ${id}::uuid and u.dealer_id is not null group by u.dealer_id)`, request.id);
  const order: ListOrder = { by: 'r.key', direction: 'asc', type: 'text', id: 'r.dealer_id' };
  return { page, statement: listStatement({ name: 'campaign_dealers', table, order, scope: { dealers: dealerScope(ctx) }, where, page, columns: DEALER_LINE }) };
}

const DEALER_LINE = `r.dealer_id as id, r.key, json_build_object('dealerId', r.dealer_id, 'units', r.open + r.contacted + r.unreachable + r.done, 'notContacted', r.open,
  'contacted', r.contacted, 'unreachable', r.unreachable, 'done', r.done, 'excluded', r.excluded)::text as item`;

/** pieces for all units and for those where work is left, of the caller's dealers or of one. */
export function partsDemand(request: ListCampaignPartsRequest, ctx: CallContext): List {
  if (request.dealerId !== '' && !isId(request.dealerId)) throw notFound('filter');
  const page = pageOf(request.page, { list: 'campaign-parts' });
  const scope = dealerScope(ctx);
  const where = new Conditions();
  const table = where.part('p', (id, everything, dealers, one) => `(
    select (p ->> 'partId')::uuid as id, p ->> 'partNumber' as number, (p ->> 'quantity')::int as quantity, f.needed, f.outstanding
    from campaign c cross join lateral jsonb_array_elements(c.parts) p
      cross join lateral (select count(*) filter (where u.state <> 'excluded')::int as needed, count(*) filter (where u.state in ('open', 'contacted', 'unreachable'))::int as outstanding
        from campaign_unit u where u.campaign_id = c.id and (${everything}::boolean or u.dealer_id = any(${dealers}::uuid[])) and (${one}::uuid is null or u.dealer_id = ${one}::uuid)) f
    where c.id = ${id}::uuid)`, request.id, scope === EVERY_DEALER, scope === EVERY_DEALER ? [] : scope, request.dealerId || null);
  const order: ListOrder = { by: 'r.number', direction: 'asc', type: 'text' };
  return { page, statement: listStatement({ name: 'campaign_parts', table, order, where, page, columns: PART_LINE }) };
}

const PART_LINE = `r.id, r.number as key, json_build_object('partId', r.id, 'partNumber', r.number, 'perUnit', r.quantity, 'needed', r.needed * r.quantity,
  'stillNeeded', r.outstanding * r.quantity)::text as item`;
