import type { Client } from 'pg';
import type { Running } from '../http/running.js';
import { beginRebuild } from '../registry/generate.js';
import { id, monthly, monthOf, numberOf, PART_ROWS } from '../registry/goods.js';
import { insertAccounts, makeAccounts, makeDealers } from '../registry/in-dealers.js';
import { CONFIRMED_AS_REVENUE, invoicingSteps, PAID, paymentsOf, vouchersOf } from '../registry/in-invoicing.js';
import { makeParts, partsSteps } from '../registry/in-parts.js';
import { madeDealers, madeId, madeParts, type Plan } from '../registry/plan.js';
import { bulkListeners, inboxOf, outboxOf, type Told } from '../registry/told.js';
import { GOODS_TOLD } from '../registry/told-goods.js';
import { DEALER_ROWS, dice, type Step } from '../registry/world.js';
import { connected, inside, runStep } from './volume-data.js';

/** How much money there is. */
export interface Money {
  slips: number;
  dealers: number;
  /** Everything lies before this instant, ISO 8601. */
  until: string;
}

export const SEED = 9;
/** Staff who sign in; all with the registry's password. */
export const STAFF = ['finance_clerk', 'service_supervisor', 'auditor'] as const;
/** Whole months that everything lies in, beside the running one. */
export const MONTHS = 12;
const PARTS_OF_KIND = 40;
/** Every tenth slip was entered by hand; one of three of these is not paid yet. */
const BY_HAND_EACH = 10;
const UNPAID_EACH = 3;
/** Of four lines that ship one must come back. */
const LINES_EACH = 4;
/** Rows by hand have numbers of their own, so that no id of theirs is one of a request's. */
const BY_HAND_FROM = 5_000_000;

/** What the lists of a month, its ledger and its figures are made of; the rest of a request's life is told nobody who is measured. */
const LISTED = ['PartsShipped', 'ObligationOpened', 'ObligationDue', 'ObligationSettled', 'ReturnAccepted', 'ChargeSlipConfirmed', 'ChargeSlipPaid', 'InvoiceIssued'];

const SLIP = id('slip', 'approved_at');
const SLIP_LINE = id('slip line', 'approved_at');

const BY_HAND_TOLD: readonly Told[] = [
  {
    teller: 'parts', from: 'g_by_hand', event: 'aftercare.parts.v1.ChargeSlipConfirmed', where: 'true', at: 'confirmed_at',
    payload: `'slipId', ${SLIP}, 'number', ${numberOf('CS', 'confirmed_at')}, 'dealerId', dealer_id, 'direction', 'charge',
      'lines', json_build_array(json_build_object('lineId', ${SLIP_LINE}, 'partId', part_id, 'quantity', quantity, 'unitPrice', price || '.0000', 'netAmount', net::text, 'taxAmount', tax::text,
        'reason', 'manual', 'taxRate', '13', 'originKind', 'manual', 'originId', '', 'revenueNet', net::text, 'revenueQuantity', quantity)),
      'netTotal', net::text, 'taxTotal', tax::text, 'grossTotal', gross::text, 'paymentMethod', 'bank_transfer', 'invoiceWish', wish,
      'confirmedAt', iso(confirmed_at), 'month', ${monthOf('confirmed_at')}, 'origin', 'manual', 'requestId', '', 'claimId', '', 'payeeKind', ''`,
  },
  {
    teller: 'invoicing', from: 'g_by_hand', event: 'aftercare.invoicing.v1.ChargeSlipPaid', where: 'paid', at: 'paid_at',
    payload: `'slipId', ${SLIP}, 'dealerId', dealer_id, 'paidTotal', gross::text, 'paid', true, 'version', 2`,
  },
];

const TOLD: readonly Told[] = [...GOODS_TOLD.filter(({ event }) => LISTED.includes(event.slice(event.lastIndexOf('.') + 1))), ...BY_HAND_TOLD];

/**
 * Fills a fresh platform's databases, as each database's owner and past the bus, with so many slips over a year: those of requests with their shipments, and those by
 * hand, with payments, invoices, stubs and the ledger; and beside them lines that must come back, with obligations, parcels and settlements. The rows are those that
 * the services write and the events those that they tell, so that every month ties out. `insights` builds its figures from the outboxes.
 */
export async function fillMoney(running: Running, money: Money, say: (line: string) => void): Promise<void> {
  const plan: Plan = { seed: SEED, dealers: money.dealers, until: money.until, customers: 0, units: 0, calls: 0 };
  const made = madeDealers(plan);
  const parts = madeParts(plan, PARTS_OF_KIND);
  const created = new Date(Date.parse(money.until) - CREATED_DAYS * DAY_MS).toISOString();
  await inside(running, 'dealers', (client) => makeDealers(client, made, created));
  await inside(running, 'gateway', async (client) => {
    await makeAccounts(client, made, created);
    await insertAccounts(client, STAFF.map((role) => ({ id: madeId(SEED, role, money.until), username: role, name: role, role, dealerId: null })), created);
  });
  const services = [...new Set(['parts', 'invoicing', ...bulkListeners(TOLD)])].filter((service) => running.databases[service]);
  const filled = await Promise.allSettled(services.map((service) => inside(running, service, async (client) => {
    if (service === 'parts') await makeParts(client, plan, parts, created);
    await client.query(`set local work_mem = '256MB'; ${dice(plan)}`);
    await client.query(DEALER_ROWS, [JSON.stringify(made.map(({ n, id: dealerId, regions, managerId, technicianIds }) => ({ n, id: dealerId, regions, manager: managerId, technicians: technicianIds })))]);
    await client.query(PART_ROWS, [JSON.stringify(parts)]);
    for (const step of stepsOf(service, money, plan)) await runStep(client, step, (line) => say(`${service}: ${line}`));
    // Checks that wait for the commit plan with what the tables hold now.
    await client.query('analyze');
    await runStep(client, { what: 'checked', sql: 'set constraints all immediate' }, (line) => say(`${service}: ${line}`));
  })));
  for (const each of filled) if (each.status === 'rejected') throw each.reason;
  for (const service of ['parts', 'invoicing']) await alone(running, service, (client) => client.query('vacuum analyze'));
  await alone(running, 'insights', (client) => beginRebuild(client, say));
}

/** What runs in no transaction. */
async function alone(running: Running, service: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = await connected(running, service);
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const DAY_MS = 86_400_000;
const CREATED_DAYS = 430;

function stepsOf(service: string, money: Money, plan: Plan): Step[] {
  const own: Record<string, Step[]> = {
    parts: [...partsSteps(plan).map((step) => (step.what === 'requests' ? { ...step, sql: REQUESTS } : step)), { what: 'slips by hand', sql: SLIPS_BY_HAND }],
    invoicing: [
      ...invoicingSteps(), { what: 'receivables by hand', sql: RECEIVABLES_BY_HAND }, { what: 'payments by hand', sql: paymentsOf('g_by_hand', 'paid') },
      { what: 'vouchers by hand', sql: `${vouchersOf([CONFIRMED_AS_REVENUE], 'g_by_hand', 'true')};${vouchersOf(PAID, 'g_by_hand', 'paid')}` },
    ],
  };
  return [
    { what: 'supplies are thought up', sql: supplies(money) }, { what: 'slips by hand are thought up', sql: byHand(money) }, ...monthly(`timestamptz '${money.until}'`),
    ...(own[service] ?? []), ...outboxOf(service, TOLD), ...inboxOf(service, TOLD),
  ];
}

const PRICED = `quantity * price::numeric(14,2) as net, round(quantity * price * 0.13, 2) as tax, quantity * price + round(quantity * price * 0.13, 2) as gross`;
const WISH = `pg_temp.pick('wish', n, array['now','now','now','now','now','later','later','later','later','never'])`;

/** From the beginning of the first whole month on, evenly. */
const moment = ({ until }: Money, n: string, of: number): string => {
  const first = `((date_trunc('month', timestamptz '${until}' at time zone 'Asia/Shanghai') - interval '${MONTHS} months') at time zone 'Asia/Shanghai')`;
  return `date_trunc('milliseconds', ${first} + (timestamptz '${until}' - interval '2 days' - ${first}) * (${n}::float8 / ${of}))`;
};

const byHandOf = ({ slips }: Money): number => Math.floor(slips / BY_HAND_EACH);

/** Larger dealers come first. */
const dealerOf = ({ dealers }: Money, n: string): string => `1 + floor(${dealers} * pg_temp.roll('dealer', ${n}) ^ 2)::int`;

const supplies = (money: Money): string => {
  const lines = Math.ceil(((money.slips - byHandOf(money)) * LINES_EACH) / (LINES_EACH - 1));
  return `
  create temp table g_choice as select n, id, price, "returnRequired" as due, row_number() over (partition by "returnRequired" order by n) as r, count(*) over (partition by "returnRequired") as choices from g_part;
  create temp table g_supply as
  select s.*, ${PRICED}, case when not charged then pg_temp.day(delivered_at) + 30 end as due_on, case when charged then ${WISH} end as wish,
    date_trunc('month', delivered_at at time zone 'Asia/Shanghai')::date as delivered_month
  from (
    select o.n, null::uuid as call_id, '' as serial, d.n as dealer_n, d.id as dealer_id, d.technicians[1] as technician, d.manager, p.n as part_n, p.id as part_id, p.price, o.charged, true as parted,
      pg_temp.whole('pieces', o.n, 1, 3) as quantity, o.at as asked_at, o.at + interval '1 hour' as approved_at, o.at + interval '2 hours' as confirmed_at, o.at + interval '2 hours 30 minutes' as paid_at,
      o.at + interval '3 hours' as shipped_at, o.at + interval '7 hours' as delivered_at, o.at + interval '8 hours' as received_at
    from (select n, n % ${LINES_EACH} <> 0 as charged, ${moment(money, 'n', lines)} as at from generate_series(1::bigint, ${lines}) n) o
    join g_dealer d on d.n = ${dealerOf(money, 'o.n')}
    join g_choice p on p.due = (not o.charged or o.n % 2 = 0) and p.r = 1 + floor((select max(c.choices) from g_choice c where c.due = (not o.charged or o.n % 2 = 0)) * pg_temp.roll('part', o.n))::bigint) s
  order by asked_at;
  create index on g_supply (n);
  create index on g_supply (part_id);
  analyze g_supply`;
};

const byHand = (money: Money): string => `
  create temp table g_by_hand as
  select s.*, ${PRICED}, ${WISH} as wish, n % ${UNPAID_EACH} <> 0 as paid
  from (
    select ${BY_HAND_FROM} + m as n, d.id as dealer_id, d.manager, p.id as part_id, p.price, pg_temp.whole('pieces', ${BY_HAND_FROM} + m, 1, 3) as quantity, at as approved_at, at + interval '1 hour' as confirmed_at,
      at + interval '1 day' as paid_at
    from (select m, ${moment(money, 'm', byHandOf(money))} as at from generate_series(1::bigint, ${byHandOf(money)}) m) o
    join g_dealer d on d.n = ${dealerOf(money, `${BY_HAND_FROM} + m`)} join g_part p on p.n = 1 + floor((select count(*) from g_part) * pg_temp.roll('part', ${BY_HAND_FROM} + m))::int) s
  order by approved_at;
  analyze g_by_hand`;

/** For the dealers' own stock, so that no unit and no verdict stands behind them. */
const REQUESTS = `
  insert into parts_request (id, number, dealer_id, requested_by, asked_by, purpose, delivery_address, urgency, state, submitted_on, line_count, created_at, version)
  select ${id('request', 'asked_at')}, ${numberOf('PR', 'asked_at')}, dealer_id, technician, '', 'stock', '经销商仓库', case when n % 4 = 0 then 'urgent' else 'scheduled' end, 'fulfilled',
    pg_temp.day(asked_at), 1, asked_at, 6 from g_supply;
  insert into parts_request_line (id, dealer_id, request_id, position, part_id, quantity, unit_serial, fault, state, supply_kind, return_due, review, unit_price, net_amount, tax_amount, quote_valid_until,
    decision_reason, approved_at, shipped_quantity, received_quantity, missing_quantity, backordered_quantity)
  select ${id('request line', 'asked_at')}, dealer_id, ${id('request', 'asked_at')}, 1, part_id, quantity, '', '备货', 'received', case when charged then 'charged' else 'warranty' end, due_on is not null,
    jsonb_build_object('exclusion', '', 'exclusionCause', '', 'eventDate', pg_temp.day(asked_at), 'reviewedBy', 'money'), case when charged then price end, case when charged then net end,
    case when charged then tax end, case when charged then pg_temp.day(approved_at) + 15 end, '', approved_at, quantity, quantity, 0, 0 from g_supply`;

const SLIPS_BY_HAND = `
  insert into charge_slip (id, number, dealer_id, direction, state, origin, request_id, reason, net_total, tax_total, gross_total, tax_rate, payment_method, invoice_wish, created_at,
    created_by, confirmed_at, month, paid, paid_version, version)
  select ${SLIP}, null, dealer_id, 'charge', 'draft', 'manual', null, '补收', net, tax, gross, 13, 'bank_transfer', wish, approved_at, 'money', null, null, false, 0, 1 from g_by_hand;
  insert into charge_slip_line (id, dealer_id, slip_id, position, part_id, quantity, unit_price, net_amount, tax_amount, reason, origin_kind, origin_id, revenue_net, revenue_quantity)
  select ${SLIP_LINE}, dealer_id, ${SLIP}, 1, part_id, quantity, price, net, tax, 'manual', 'manual', null, net, quantity from g_by_hand;
  update charge_slip c set state = 'confirmed', number = ${numberOf('CS', 'confirmed_at', 's.')}, confirmed_at = s.confirmed_at, month = ${monthOf('s.confirmed_at')}, paid = s.paid,
    paid_version = case when s.paid then 2 else 0 end, version = 2
  from g_by_hand s where c.id = ${id('slip', 'approved_at', 's.')}`;

const RECEIVABLES_BY_HAND = `
  insert into receivable (slip_id, dealer_id, slip_number, origin, request_id, payment_method, invoice_wish, net_total, tax_total, gross_total, reversed_total, paid_total, confirmed_at, month, version)
  select ${SLIP}, dealer_id, ${numberOf('CS', 'confirmed_at')}, 'manual', null, 'bank_transfer', wish, net, tax, gross, 0, case when paid then gross else 0 end, confirmed_at, ${monthOf('confirmed_at')},
    case when paid then 2 else 1 end from g_by_hand;
  insert into receivable_line (line_id, dealer_id, slip_id, position, part_id, quantity, unit_price, net_amount, tax_amount, tax_rate, reason, released_quantity, released_net, released_tax,
    reversed_quantity, reversed_net, shipped_quantity, revenue_net)
  select ${SLIP_LINE}, dealer_id, ${SLIP}, 1, part_id, quantity, price, net, tax, 13, 'manual', 0, 0, 0, 0, 0, 0, net from g_by_hand`;
