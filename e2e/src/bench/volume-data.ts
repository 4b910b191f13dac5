import { Client } from 'pg';
import { serviceDatabaseUrl } from '../../../deploy/local/postgres.mjs';
import type { Running } from '../http/running.js';
import { insertAccounts, makeAccounts, makeDealers } from '../registry/in-dealers.js';
import { makeParts, WAREHOUSE } from '../registry/in-parts.js';
import { PART_ROWS } from '../registry/goods.js';
import { madeDealers, madeId, madeParts } from '../registry/plan.js';
import { DEALER_ROWS, dice, type Step } from '../registry/world.js';

/** How much a ledger holds. */
export interface Volume {
  movements: number;
  dealers: number;
  /** Everything lies before this instant, ISO 8601. */
  until: string;
}

export const SEED = 7;
const PARTS_OF_KIND = 40;
/** Lines of a request, of one piece each. Of a request of the past the last line is of a part that does not come back. */
const LINES = 4;
const RETURNED = LINES - 1;
/**
 * What has not come back is the business of the last weeks, however long the ledger: all dealers' open requests, of which the
 * largest has every third, so 20 000 pieces; and requests of pieces that need not come back.
 */
const OPEN = 15_000;
const GIVEN = 3_000;
const LARGEST_EACH = 3;
/** Pieces the largest dealer has to return. */
export const LARGEST_PIECES = (OPEN / LARGEST_EACH) * LINES;
/** The last stocktakes were so many days ago; what was issued before had all come back by then. */
const STOCKTAKEN_DAYS = 90;
const BACK_WITHIN_DAYS = 45;
const OPEN_DAYS = 85;
const HISTORY_REQUESTS_A_YEAR = 62_000;
const SPARE_PIECES = 500;
/** Of so many open requests one has a parcel on its way. */
const ON_ITS_WAY_EACH = 20;

/** Staff who sign in beside the dealers' people; all with the registry's password. */
export const STAFF = ['service_clerk', 'service_supervisor', 'auditor'] as const;

/** Requests that are over; a movement for each line and each returned piece. */
export function historyOf({ movements }: Pick<Volume, 'movements'>): number {
  return Math.floor((movements - (OPEN + GIVEN) * LINES) / (LINES + RETURNED));
}

/**
 * Fills a fresh platform's databases, as each database's owner and past the bus, with the ledger of a business: `movements` of stock, with the requests,
 * orders, shipments, obligations, parcels and settlements that they come from. The rows are those that the services write, so the checker's
 * invariants hold.
 */
export async function fillVolume(running: Running, volume: Volume, say: (line: string) => void): Promise<void> {
  const { dealers, until } = volume;
  const plan = { seed: SEED, dealers, until };
  const made = madeDealers(plan);
  const parts = madeParts(plan, PARTS_OF_KIND);
  const created = new Date(Date.parse(until) - spanDays(volume) * DAY_MS).toISOString();
  await inside(running, 'dealers', (client) => makeDealers(client, made, created));
  await inside(running, 'gateway', async (client) => {
    await makeAccounts(client, made, created);
    await insertAccounts(client, STAFF.map((role) => ({ id: madeId(SEED, role, until), username: role, name: role, role, dealerId: null })), created);
  });
  await inside(running, 'parts', async (client) => {
    await makeParts(client, plan, parts, created);
    await client.query(`set local work_mem = '256MB'; ${dice(plan)}`);
    await client.query(DEALER_ROWS, [JSON.stringify(made.map(({ n, id, regions, managerId, technicianIds }) => ({ n, id, regions, manager: managerId, technicians: technicianIds })))]);
    await client.query(PART_ROWS, [JSON.stringify(parts)]);
    for (const step of steps(volume)) await runStep(client, step, say);
  });
  const client = await connected(running, 'parts');
  try {
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
  say('vacuumed and analysed');
}

const DAY_MS = 86_400_000;
const spanDays = (volume: Volume): number => STOCKTAKEN_DAYS + BACK_WITHIN_DAYS + 30 + Math.ceil((historyOf(volume) / HISTORY_REQUESTS_A_YEAR) * 365);

/** A connection of a database's owner. */
export async function connected(running: Running, service: string): Promise<Client> {
  const client = new Client({ connectionString: serviceDatabaseUrl(running.databases[service] ?? '', service, { role: 'owner' }), application_name: 'volume' });
  await client.connect();
  await client.query(`set timezone = 'UTC'`);
  return client;
}

/** One transaction of a database's owner. */
export async function inside(running: Running, service: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connected(running, service);
  try {
    // The owner role is under row-level security as well.
    await client.query(`begin; select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await work(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/** One step, and how long it took. */
export async function runStep(client: Client, { what, sql }: Step, say: (line: string) => void): Promise<void> {
  const startedAt = Date.now();
  const results = [(await client.query(sql)) as unknown].flat() as { rowCount: number | null }[];
  say(`${what}, ${Math.max(...results.map(({ rowCount }) => rowCount ?? 0))} rows, ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
}

function steps(volume: Volume): Step[] {
  return [
    { what: 'requests are thought up', sql: orders(volume) },
    { what: 'lines are thought up', sql: LINE_ROWS },
    { what: 'warehouse', sql: WAREHOUSE },
    { what: 'purchases', sql: purchases(volume) },
    { what: 'requests', sql: REQUESTS },
    { what: 'request lines', sql: REQUEST_LINES },
    { what: 'picking orders', sql: PICKING },
    { what: 'shipping orders', sql: SHIPPING },
    { what: 'shipped lines', sql: SHIPPED },
    { what: 'obligations', sql: OBLIGATIONS },
    { what: 'due dates to come', sql: deadlines(volume) },
    { what: 'parcels', sql: PARCELS },
    { what: 'settlements', sql: SETTLEMENTS },
    { what: 'movements', sql: MOVEMENTS },
    { what: 'holdings', sql: HOLDINGS },
    { what: 'last stocktakes', sql: stocktakes(volume) },
  ];
}

const [HISTORY_KIND, OPEN_KIND, GIVEN_KIND] = ['history', 'open', 'given'];
const month = (at: string): string => `to_char(${at} at time zone 'Asia/Shanghai', 'YYYY-MM')`;

/** One row for each request with its moments; larger dealers come first, but the largest of all only by what it has open. */
const orders = (volume: Volume): string => {
  const history = historyOf(volume);
  const until = `timestamptz '${volume.until}'`;
  const first = `${until} - interval '${spanDays(volume) - 2} days'`;
  const last = `${until} - interval '${STOCKTAKEN_DAYS + BACK_WITHIN_DAYS + 5} days'`;
  const recent = `${until} - interval '${OPEN_DAYS} days' + interval '${OPEN_DAYS - 5} days'`;
  return `
  create temp table g_order as
  select o.n, o.kind, d.id as dealer_id, d.manager, d.technicians[1] as technician, o.asked_at, o.asked_at + interval '2 hours' as approved_at, o.asked_at + interval '1 day' as shipped_at,
    o.asked_at + interval '3 days' as delivered_at, o.asked_at + interval '1 day' * pg_temp.whole('back', o.n, 10, ${BACK_WITHIN_DAYS}) as counted_at,
    o.kind = '${OPEN_KIND}' and o.n % ${ON_ITS_WAY_EACH} = 0 as announced
  from (
    select n, case when n <= ${history} then '${HISTORY_KIND}' when n <= ${history + OPEN} then '${OPEN_KIND}' else '${GIVEN_KIND}' end as kind,
      date_trunc('milliseconds', case when n <= ${history} then ${first} + (${last} - (${first})) * (n::float8 / ${history})
        when n <= ${history + OPEN} then ${recent} * ((n - ${history})::float8 / ${OPEN}) else ${recent} * ((n - ${history + OPEN})::float8 / ${GIVEN}) end) as asked_at,
      case when n <= ${history} then 1 + floor(${volume.dealers} * pg_temp.roll('dealer', n) ^ 2)::int when n % ${LARGEST_EACH} = 0 then 1
        else 2 + floor(${volume.dealers - 1} * pg_temp.roll('dealer', n) ^ 2)::int end as dealer_n
    from generate_series(1::bigint, ${history + OPEN + GIVEN}) n) o
  join g_dealer d on d.n = o.dealer_n order by o.n;
  create index on g_order (n);
  analyze g_order`;
};

/** One row for each line, with the ids of everything that follows from it. */
const LINE_ROWS = `
  create temp table g_choice as select "returnRequired" as due, row_number() over (partition by "returnRequired" order by n) as r, count(*) over (partition by "returnRequired") as choices, id from g_part;
  create temp table g_line as
  select l.*, p.id as part_id, pg_temp.uid('request', l.n, l.asked_at) as request_id, pg_temp.uid('request line', l.m, l.asked_at) as request_line_id,
    pg_temp.uid('picking', l.n, l.approved_at) as picking_id, pg_temp.uid('picking line', l.m, l.approved_at) as picking_line_id,
    pg_temp.uid('shipping', l.n, l.approved_at) as shipping_id, pg_temp.uid('shipping line', l.m, l.approved_at) as shipping_line_id,
    case when l.due then pg_temp.uid('obligation', l.m, l.shipped_at) end as obligation_id, case when l.due then pg_temp.day(l.delivered_at) + 30 end as due_on
  from (
    select o.*, at as position, o.n * ${LINES} + at as m, o.kind = '${OPEN_KIND}' or (o.kind = '${HISTORY_KIND}' and at <= ${RETURNED}) as due,
      o.kind = '${HISTORY_KIND}' and at <= ${RETURNED} as counted
    from g_order o cross join generate_series(1, ${LINES}) at) l
  join (select distinct due, choices from g_choice) c on c.due = l.due
  join g_choice p on p.due = l.due and p.r = 1 + floor(c.choices * pg_temp.roll('part', l.m))::bigint;
  analyze g_line`;

const purchases = ({ until }: Volume): string => `
  create temp table g_purchase as select gen_random_uuid() as id, w.id as warehouse_id, (select min(asked_at) from g_order) - interval '1 day' as at from g_warehouse w;
  create temp table g_bought as select p.n, p.id as part_id, p.price, ${SPARE_PIECES} + coalesce(l.pieces, 0)::int as pieces
  from g_part p left join (select part_id, count(*) as pieces from g_line group by part_id) l on l.part_id = p.id;
  insert into purchase_receipt (id, number, warehouse_id, reference, received_by, received_at, version) select id, 'GR-V${SEED}', warehouse_id, '${until}', 'volume', at, 1 from g_purchase;
  insert into purchase_line (purchase_receipt_id, position, part_id, quantity, unit_cost) select g.id, b.n, b.part_id, b.pieces, b.price * 0.4 from g_bought b, g_purchase g;
  insert into part_cost (id, part_id, effective_from, unit_cost, document_kind, document_id, reason, entered_by, entered_at)
  select pg_temp.uid('cost', b.n, g.at), b.part_id, (g.at at time zone 'Asia/Shanghai')::date, b.price * 0.4, 'purchase_receipt', g.id, '', 'volume', g.at from g_bought b, g_purchase g;
  insert into stock_movement (id, at, part_id, quantity, from_account, to_account, kind, document_kind, document_id)
  select pg_temp.uid('purchase', b.n, g.at), g.at, b.part_id, b.pieces, 'supplier', 'warehouse:' || g.warehouse_id, 'purchase', 'purchase_receipt', g.id from g_bought b, g_purchase g;
  insert into stock_balance (warehouse_id, part_id, on_hand, reserved) select g.warehouse_id, b.part_id, ${SPARE_PIECES}, 0 from g_bought b, g_purchase g`;

const REQUESTS = `
  insert into parts_request (id, number, dealer_id, requested_by, asked_by, purpose, delivery_address, urgency, state, submitted_on, line_count, created_at, version)
  select pg_temp.uid('request', n, asked_at), pg_temp.number('PR', asked_at, n), dealer_id, technician, '', 'visit', '经销商仓库', case when n % 4 = 0 then 'urgent' else 'scheduled' end,
    'fulfilled', pg_temp.day(asked_at), ${LINES}, asked_at, 6 from g_order`;

const REQUEST_LINES = `
  insert into parts_request_line (id, dealer_id, request_id, position, part_id, quantity, unit_serial, fault, state, supply_kind, return_due, review, decision_reason, approved_at,
    shipped_quantity, received_quantity, missing_quantity, backordered_quantity)
  select request_line_id, dealer_id, request_id, position, part_id, 1, '', '损坏', 'received', 'warranty', due,
    jsonb_build_object('exclusion', '', 'exclusionCause', '', 'eventDate', pg_temp.day(asked_at), 'reviewedBy', 'volume'), '', approved_at, 1, 1, 0, 0 from g_line`;

const PICKING = `
  insert into picking_order (id, number, dealer_id, request_id, warehouse_id, state, urgency, created_at, paid_at, version)
  select pg_temp.uid('picking', n, approved_at), pg_temp.number('PK', approved_at, n), dealer_id, pg_temp.uid('request', n, asked_at), w.id, 'picked',
    case when n % 4 = 0 then 'urgent' else 'scheduled' end, approved_at, approved_at, 3 from g_order, g_warehouse w;
  insert into picking_line (id, dealer_id, picking_order_id, request_line_id, part_id, quantity, planned_quantity)
  select picking_line_id, dealer_id, picking_id, request_line_id, part_id, 1, 1 from g_line`;

const SHIPPING = `
  insert into shipping_order (id, number, dealer_id, request_id, picking_order_id, warehouse_id, state, carrier, waybill_number, parcels, weight_grams, delivery_address, created_at,
    shipped_at, delivered_at, version)
  select pg_temp.uid('shipping', n, approved_at), pg_temp.number('SO', approved_at, n), dealer_id, pg_temp.uid('request', n, asked_at), pg_temp.uid('picking', n, approved_at), w.id,
    'received', '德邦', 'DB' || n, 1, 400, '经销商仓库', approved_at, shipped_at, delivered_at, 5 from g_order, g_warehouse w`;

const SHIPPED = `
  insert into shipping_line (id, dealer_id, shipping_order_id, request_line_id, picking_line_id, part_id, quantity, supply_kind, return_due, received_quantity, shipped_at)
  select shipping_line_id, dealer_id, shipping_id, request_line_id, picking_line_id, part_id, 1, 'warranty', due, 1, shipped_at from g_line`;

const OBLIGATIONS = `
  insert into obligation (id, dealer_id, part_id, shipping_order_id, shipping_line_id, request_id, unit_serial, issued_quantity, outstanding_quantity, due_on, opened_at, month)
  select obligation_id, dealer_id, part_id, shipping_id, shipping_line_id, request_id, '', 1, case when counted then 0 else 1 end, due_on, shipped_at, ${month('shipped_at')} from g_line where due`;

const deadlines = ({ until }: Volume): string => `
  insert into deadline (kind, ref, due_at)
  select k.kind, obligation_id::text, k.at from g_line
    cross join lateral (values ('obligation-due', due_on::timestamp at time zone 'Asia/Shanghai'), ('obligation-overdue', (due_on + 1)::timestamp at time zone 'Asia/Shanghai')) k (kind, at)
  where due and not counted and k.at > timestamptz '${until}'`;

const PARCELS = `
  insert into return_parcel (id, number, dealer_id, state, via_transit_id, warehouse_id, carrier, waybill_number, difference, created_at, received_at, counted_at, created_by, version)
  select pg_temp.uid('parcel', n, asked_at), pg_temp.number('RT', asked_at, n), dealer_id, case when announced then 'in_transit' else 'counted' end, null, case when not announced then w.id end,
    '德邦', 'RT' || n, false, case when announced then delivered_at else counted_at - interval '2 days' end, case when not announced then counted_at - interval '1 hour' end,
    case when not announced then counted_at end, manager, case when announced then 2 else 4 end
  from g_order, g_warehouse w where announced or kind = '${HISTORY_KIND}';
  insert into return_announced_line (id, dealer_id, parcel_id, position, part_id, quantity, piece, unit_serial)
  select pg_temp.uid('announced', m, asked_at), dealer_id, pg_temp.uid('parcel', n, asked_at), position, part_id, 1, 'old', '' from g_line where counted or announced;
  insert into return_counted_line (id, dealer_id, parcel_id, position, part_id, quantity, condition, unit_serial, met_quantity, surplus_quantity)
  select pg_temp.uid('counted', m, counted_at), dealer_id, pg_temp.uid('parcel', n, asked_at), position, part_id, 1, 'scrap', '', 1, 0 from g_line where counted`;

/** What the guard keeps with each settlement stands with the obligations already, and the checker looks at every one; so it need not look at them one by one. */
const SETTLEMENTS = `
  alter table obligation_settlement disable trigger obligation_settlement_fits;
  insert into obligation_settlement (id, dealer_id, obligation_id, kind, quantity, document_kind, document_id, at, month)
  select pg_temp.uid('settlement', m, counted_at), dealer_id, obligation_id, 'returned', 1, 'return_parcel', pg_temp.uid('parcel', n, asked_at), counted_at, ${month('counted_at')} from g_line where counted;
  set constraints all immediate;
  alter table obligation_settlement enable trigger obligation_settlement_fits`;

const MOVEMENTS = `
  insert into stock_movement (id, at, part_id, quantity, from_account, to_account, kind, document_kind, document_id, dealer_id)
  select * from (
    select pg_temp.uid('issue', m, shipped_at), shipped_at as at, part_id, 1, 'warehouse:' || w.id, case when due then 'dealer:' || dealer_id else 'given' end, 'issue', 'shipping_order', shipping_id, dealer_id
    from g_line, g_warehouse w
    union all
    select pg_temp.uid('return', m, counted_at), counted_at, part_id, 1, 'dealer:' || dealer_id, 'scrap', 'return', 'return_parcel', pg_temp.uid('parcel', n, asked_at), dealer_id from g_line where counted) moved
  order by at`;

const HOLDINGS = `insert into dealer_holding (dealer_id, part_id, quantity) select dealer_id, part_id, sum(case when counted then 0 else 1 end) from g_line where due group by dealer_id, part_id`;

/** H-2: everything had come back by then, so nothing was borrowed and nothing charged. */
const stocktakes = ({ until }: Volume): string => `
  insert into stocktake (id, number, dealer_id, state, cut_off_on, return_until, opened_at, opened_by, closed_at, object_until, confirmed_at, month, borrowed_quantity, line_count, version)
  select pg_temp.uid('stocktake', d.n, c.at), pg_temp.number('ST', c.at, d.n), d.id, 'confirmed', pg_temp.day(c.at) - 1, pg_temp.day(c.at) + 1, c.at, 'volume', c.at + interval '1 hour', pg_temp.day(c.at) + 7,
    c.at + interval '2 hours', ${month(`(c.at + interval '2 hours')`)}, 0, 0, 3
  from g_dealer d cross join (select timestamptz '${until}' - interval '${STOCKTAKEN_DAYS} days' as at) c`;
