import { PartCataloguedSchema, PartPricedSchema } from '@aftercare/contracts';
import { announceStatement } from '@aftercare/messaging';
import { businessDate } from '@aftercare/domain';
import type { Client } from 'pg';
import { id, monthOf, numberOf } from './goods.js';
import { madeId, type MadePart, type Plan } from './plan.js';
import type { Step } from './world.js';

const CTX = { requestId: 'registry' };

/** The parts with a price list in force, told over the bus like any other. */
export async function makeParts(client: Client, plan: Pick<Plan, 'seed' | 'until'>, parts: MadePart[], created: string): Promise<void> {
  for (const { id: partId, number, name, nameEn, partClass, returnRequired } of parts) {
    await client.query(`insert into part (id, number, name, name_en, unit, part_class, families, return_required, weight_grams, created_at, version)
      values ($1, $2, $3, $4, 'piece', $5, array['faucet','toilet','shower','basin','bidet'], $6, 100, $7, 1)`, [partId, number, name, nameEn, partClass, returnRequired, created]);
    await client.query(announceStatement(PartCataloguedSchema, { partId, number, name, nameEn, version: 1 }, CTX));
  }
  const list = madeId(plan.seed, 'price list', plan.until);
  await client.query(`insert into price_list (id, number, state, effective_from, drafted_by, published_by, published_at, created_at, version)
    values ($1, $2, 'published', ($3::timestamptz at time zone 'Asia/Shanghai')::date, 'registry', 'registry-approver', $3, $3, 2)`, [list, `PL-G${plan.seed}`, created]);
  await client.query(`insert into price_line (price_list_id, part_id, position, dealer_price, suggested_price)
    select $1, p.id, p.n, p.price, p.price * 1.5 from jsonb_to_recordset($2) as p (n int, id uuid, price int)`, [list, JSON.stringify(parts)]);
  for (const { id: partId, price } of parts) {
    await client.query(announceStatement(PartPricedSchema, { partId, priceListId: list, effectiveFrom: businessDate(created), dealerPrice: `${price}.0000`, publishedAt: created }, CTX));
  }
}

/** The rows of `parts`: purchases, requests with verdicts, picking and shipping orders, slips, obligations, parcels, movements. */
export function partsSteps(plan: Plan): Step[] {
  const until = `timestamptz '${plan.until}'`;
  return [
    { what: 'warehouse', sql: WAREHOUSE },
    { what: 'purchases', sql: purchases(plan) },
    { what: 'requests', sql: REQUESTS },
    { what: 'picking and shipping orders', sql: ORDERS },
    { what: 'slips', sql: SLIPS },
    { what: 'shipped lines', sql: SHIPPED_LINES },
    { what: 'obligations', sql: OBLIGATIONS },
    { what: 'deadlines of obligations', sql: deadlines(until) },
    { what: 'parcels', sql: PARCELS },
    { what: 'settlements', sql: SETTLEMENTS },
    { what: 'movements', sql: MOVEMENTS },
  ];
}

/** Where everything is issued and received; a platform that has none gets one. */
export const WAREHOUSE = `
  insert into warehouse (id, code, name, name_en, kind, created_at, version)
  select pg_temp.uid('warehouse', 1, business_now()), 'TZ', '台州售后服务处', 'Taizhou service centre', 'receiving', business_now(), 1
  where not exists (select from warehouse where kind = 'receiving');
  create temp table g_warehouse as select id from warehouse where kind = 'receiving' order by created_at, id limit 1`;

const SPARE_PIECES = 200;

const purchases = ({ seed, until }: Plan): string => `
  create temp table g_purchase as
  select gen_random_uuid() as id, w.id as warehouse_id, timestamptz '${until}' - interval '5 years 1 day' as at from g_warehouse w;
  create temp table g_bought as
  select p.n, p.id as part_id, p.price, ${SPARE_PIECES} + coalesce((select sum(quantity) from g_supply s where s.part_id = p.id and s.parted), 0)::int as pieces from g_part p;
  insert into purchase_receipt (id, number, warehouse_id, reference, received_by, received_at, version) select id, 'GR-G${seed}', warehouse_id, 'G${seed}', 'registry', at, 1 from g_purchase;
  insert into purchase_line (purchase_receipt_id, position, part_id, quantity, unit_cost) select g.id, b.n, b.part_id, b.pieces, b.price * 0.4 from g_bought b, g_purchase g;
  insert into part_cost (id, part_id, effective_from, unit_cost, document_kind, document_id, reason, entered_by, entered_at)
  select pg_temp.uid('cost', b.n, g.at), b.part_id, (g.at at time zone 'Asia/Shanghai')::date, b.price * 0.4, 'purchase_receipt', g.id, '', 'registry', g.at from g_bought b, g_purchase g;
  insert into stock_movement (id, at, part_id, quantity, from_account, to_account, kind, document_kind, document_id)
  select pg_temp.uid('purchase', b.n, g.at), g.at, b.part_id, b.pieces, 'supplier', 'warehouse:' || g.warehouse_id, 'purchase', 'purchase_receipt', g.id from g_bought b, g_purchase g;
  insert into stock_balance (warehouse_id, part_id, on_hand, reserved) select g.warehouse_id, b.part_id, ${SPARE_PIECES}, 0 from g_bought b, g_purchase g`;

const pair = (code: string, en: string, zh: string): string => `json_build_object('code', '${code}', 'en', ${en}, 'zh', ${zh})`;

/** As the verdict of W-6 reads, facts included, so that it can be decided again. */
const VERDICT = `json_build_object('unitId', unit_id, 'coverage', case when charged then 'not_covered' else 'covered' end,
    'reason', case when charged then 'term_over' else 'within_term' end, 'stage', case when charged then 'out_of_warranty' else 'in_warranty' end, 'ruleVersion', 1, 'lastCoveredDay', last_day,
    'sentenceEn', case when charged then 'The warranty ended on ' || last_day || ', so ' || event_on || ' is charged.'
      else event_on || ' is within the warranty, which runs up to and including ' || last_day || '.' end,
    'sentenceZh', case when charged then '保修期已于 ' || last_day || ' 结束，' || event_on || ' 须收费。' else event_on || ' 在保修期内，保修至 ' || last_day || '（含当日）。' end,
    'wouldChange', case when charged then '["extension","earlier_event"]' else '["exclusion","later_event"]' end::json,
    'changes', case when charged
      then json_build_array(${pair('extension', `'an extension until ' || event_on || ' or later'`, `'延保至 ' || event_on || ' 或更晚'`)},
        ${pair('earlier_event', `'an event on ' || last_day || ' or earlier'`, `'判定日期不晚于 ' || last_day`)})
      else json_build_array(${pair('exclusion', `'an exclusion, with its cause and a photo'`, `'证实存在除外原因（附原因说明和照片）'`)},
        ${pair('later_event', `'an event after ' || last_day`, `'判定日期晚于 ' || last_day`)}) end,
    'used', json_build_array(${pair('event_date', `'judged for ' || event_on`, `'判定日期：' || event_on`)},
      ${pair('registered', `'serial ' || serial || ' is registered'`, `'序列号 ' || serial || ' 已登记'`)}, ${pair('purchase_date', `'bought on ' || purchase_date`, `'购买日期：' || purchase_date`)},
      ${pair('accepted', `'installation accepted on ' || accepted_on`, `'安装验收日期：' || accepted_on`)}, ${pair('part_class', `'part class: ' || part_class`, `'配件类别：' || part_class`)},
      ${pair('terms', `'version 1 of the model’s warranty terms applies'`, `'适用保修条款第 1 版'`)}),
    'trials', json_build_array(
      json_build_object('rule', 'W-4', 'note', 'bought on ' || purchase_date, 'noteZh', '购买日期 ' || purchase_date, 'decided', false),
      json_build_object('rule', 'W-9', 'note', months || ' months for * from purchase', 'noteZh', '* 保修 ' || months || ' 个月，自购买日起', 'decided', false),
      json_build_object('rule', 'W-1', 'note', 'within_term: last covered day ' || last_day, 'noteZh', '保修期：保至 ' || last_day || '（含当日）', 'decided', true)),
    'facts', json_build_object('serial', serial, 'registered', true, 'sold', true, 'purchaseDate', purchase_date, 'acceptedOn', accepted_on, 'extendedUntil', null, 'termsVersion', 1,
      'terms', json_build_array(
        json_build_object('months', months, 'partClass', '*', 'startBasis', 'purchase', 'coversParts', true, 'coversLabour', true, 'replacementMonths', 0),
        json_build_object('months', 12, 'partClass', 'seal', 'startBasis', 'purchase', 'coversParts', true, 'coversLabour', true, 'replacementMonths', 0)),
      'replacedOn', null, 'partClass', part_class, 'eventDate', event_on, 'exclusion', null, 'proofPurchaseDate', null, 'visit', false)::text)::jsonb`;

const REVIEW = `json_build_object('exclusion', '', 'exclusionCause', '', 'exclusionEvidence', json_build_array(), 'proofPurchaseDate', '', 'proofEvidence', json_build_array(),
    'eventDate', event_on, 'reviewedBy', 'registry')::jsonb`;

const REQUESTS = `
  insert into parts_request (id, number, dealer_id, requested_by, asked_by, purpose, call_id, delivery_address, urgency, state, submitted_on, line_count, created_at, version)
  select ${id('request', 'asked_at')}, ${numberOf('PR', 'asked_at')}, dealer_id, technician, '', 'repair', call_id, '经销商仓库', case when n % 4 = 0 then 'urgent' else 'scheduled' end,
    case when parted then 'fulfilled' else 'submitted' end, pg_temp.day(asked_at), 1, asked_at, case when parted then 6 else 2 end from g_supply;
  insert into parts_request_line (id, dealer_id, request_id, position, part_id, quantity, unit_serial, fault, state, supply_kind, return_due, review, verdict, unit_price, net_amount,
    tax_amount, quote_valid_until, decision_reason, approved_at, shipped_quantity, received_quantity, missing_quantity, backordered_quantity)
  select ${id('request line', 'asked_at')}, dealer_id, ${id('request', 'asked_at')}, 1, part_id, quantity, serial, '损坏', case when parted then 'received' else 'in_review' end,
    case when not parted then '' when charged then 'charged' else 'warranty' end, due_on is not null, case when parted then ${REVIEW} end, case when parted then ${VERDICT} end,
    case when charged then price end, case when charged then net end, case when charged then tax end, case when charged then pg_temp.day(approved_at) + 15 end, '',
    case when parted then approved_at end, case when parted then quantity else 0 end, case when parted then quantity else 0 end, 0, 0 from g_supply`;

// What is not urgent was agreed for the day of its slip; what left after that midnight broke its promise (P-10).
const ORDERS = `
  insert into picking_order (id, number, dealer_id, request_id, warehouse_id, state, urgency, created_at, paid_at, version)
  select ${id('picking', 'approved_at')}, ${numberOf('PK', 'approved_at')}, s.dealer_id, ${id('request', 'asked_at')}, w.id, 'picked', case when n % 4 = 0 then 'urgent' else 'scheduled' end, approved_at, approved_at, 3
  from g_supply s, g_warehouse w where parted;
  insert into picking_line (id, dealer_id, picking_order_id, request_line_id, part_id, quantity, planned_quantity)
  select ${id('picking line', 'approved_at')}, dealer_id, ${id('picking', 'approved_at')}, ${id('request line', 'asked_at')}, part_id, quantity, quantity from g_supply where parted;
  insert into shipping_order (id, number, dealer_id, request_id, picking_order_id, warehouse_id, state, planned_date, agreed_date, carrier, waybill_number, parcels, weight_grams,
    delivery_address, created_at, shipped_at, delivered_at, version)
  select ${id('shipping', 'confirmed_at')}, ${numberOf('SO', 'confirmed_at')}, s.dealer_id, ${id('request', 'asked_at')}, ${id('picking', 'approved_at')}, w.id, 'received', promised, promised, '德邦',
    'DB' || n, 1, 100 * quantity, '经销商仓库', confirmed_at, shipped_at, delivered_at, 5
  from g_supply s cross join g_warehouse w cross join lateral (select case when n % 4 <> 0 then pg_temp.day(confirmed_at) end as promised) p where parted`;

// Out of draft a slip's lines never change (F-5), so they are written before it is confirmed.
const SLIPS = `
  insert into charge_slip (id, number, dealer_id, direction, state, origin, request_id, reason, net_total, tax_total, gross_total, tax_rate, payment_method, invoice_wish, created_at,
    created_by, confirmed_at, month, paid, paid_version, version)
  select ${id('slip', 'approved_at')}, null, dealer_id, 'charge', 'draft', 'request', ${id('request', 'asked_at')}, '', net, tax, gross, 13, 'bank_transfer', wish, approved_at, manager, null, null, false, 0, 1
  from g_supply where charged;
  insert into charge_slip_line (id, dealer_id, slip_id, position, part_id, quantity, unit_price, net_amount, tax_amount, reason, origin_kind, origin_id)
  select ${id('slip line', 'approved_at')}, dealer_id, ${id('slip', 'approved_at')}, 1, part_id, quantity, price, net, tax, 'term_over', 'parts_request_line', ${id('request line', 'asked_at')}
  from g_supply where charged;
  update charge_slip c set state = 'confirmed', number = ${numberOf('CS', 'confirmed_at', 's.')}, confirmed_at = s.confirmed_at, month = ${monthOf('s.confirmed_at')}, paid = true, paid_version = 2, version = 2
  from g_supply s where s.charged and c.id = ${id('slip', 'approved_at', 's.')}`;

const SHIPPED_LINES = `
  insert into shipping_line (id, dealer_id, shipping_order_id, request_line_id, picking_line_id, part_id, quantity, supply_kind, return_due, charge_slip_id, charge_slip_line_id, revenue_net, received_quantity, shipped_at)
  select ${id('shipping line', 'confirmed_at')}, dealer_id, ${id('shipping', 'confirmed_at')}, ${id('request line', 'asked_at')}, ${id('picking line', 'approved_at')}, part_id, quantity,
    case when charged then 'charged' else 'warranty' end, due_on is not null, case when charged then ${id('slip', 'approved_at')} end, case when charged then ${id('slip line', 'approved_at')} end, case when charged then net else 0 end, quantity, shipped_at
  from g_supply where parted`;

const OBLIGATIONS = `
  insert into obligation (id, dealer_id, part_id, shipping_order_id, shipping_line_id, request_id, call_id, unit_serial, issued_quantity, outstanding_quantity, due_on, opened_at, month)
  select ${id('obligation', 'shipped_at')}, dealer_id, part_id, ${id('shipping', 'confirmed_at')}, ${id('shipping line', 'confirmed_at')}, ${id('request', 'asked_at')}, call_id, serial, quantity, quantity,
    due_on, shipped_at, ${monthOf('shipped_at')} from g_supply where due_on is not null;
  analyze obligation`;

/** Of what is still to be returned; a day that has passed was told of then (H-1). */
const deadlines = (until: string): string => `
  insert into deadline (kind, ref, due_at)
  select k.kind, ${id('obligation', 'shipped_at', 's.')}::text, k.at
  from g_supply s left join g_returned r on r.n = s.n and r.counted_at is not null
    cross join lateral (values ('obligation-due', s.due_on::timestamp at time zone 'Asia/Shanghai'), ('obligation-overdue', (s.due_on + 1)::timestamp at time zone 'Asia/Shanghai')) k (kind, at)
  where s.due_on is not null and r.n is null and k.at > ${until}`;

const PARCELS = `
  insert into return_parcel (id, number, dealer_id, state, via_transit_id, warehouse_id, carrier, waybill_number, difference, created_at, counted_at, created_by, version)
  select ${id('parcel', 'created_at')}, ${numberOf('RT', 'created_at')}, dealer_id, case when counted_at is null then 'in_transit' else 'counted' end, null,
    case when counted_at is not null then w.id end, '德邦', 'RT' || n, false, created_at, counted_at, manager, case when counted_at is null then 2 else 4 end
  from g_parcel, g_warehouse w;
  insert into return_announced_line (id, dealer_id, parcel_id, position, part_id, quantity, piece, unit_serial)
  select ${id('announced', 'created_at')}, dealer_id, pg_temp.uid('parcel', parcel_n, created_at), position, part_id, quantity, 'old', serial from g_returned;
  insert into return_counted_line (id, dealer_id, parcel_id, position, part_id, quantity, condition, unit_serial, met_quantity, surplus_quantity)
  select ${id('counted', 'counted_at')}, dealer_id, pg_temp.uid('parcel', parcel_n, created_at), position, part_id, quantity, 'scrap', serial, quantity, 0 from g_returned where counted_at is not null`;

const SETTLEMENTS = `
  insert into obligation_settlement (id, dealer_id, obligation_id, kind, quantity, document_kind, document_id, at, month)
  select ${id('settlement', 'counted_at')}, dealer_id, ${id('obligation', 'shipped_at')}, 'returned', quantity, 'return_parcel', pg_temp.uid('parcel', parcel_n, created_at), counted_at, ${monthOf('counted_at')}
  from g_returned where counted_at is not null`;

const MOVEMENTS = `
  insert into stock_movement (id, at, part_id, quantity, from_account, to_account, kind, document_kind, document_id, dealer_id)
  select ${id('issue', 'shipped_at')}, shipped_at, part_id, quantity, 'warehouse:' || w.id, case when due_on is not null then 'dealer:' || dealer_id when charged then 'sold' else 'given' end,
    'issue', 'shipping_order', ${id('shipping', 'confirmed_at')}, dealer_id from g_supply, g_warehouse w where parted
  union all select ${id('return', 'counted_at')}, counted_at, part_id, quantity, 'dealer:' || dealer_id, 'scrap', 'return', 'return_parcel', pg_temp.uid('parcel', parcel_n, created_at), dealer_id
  from g_returned where counted_at is not null;
  insert into dealer_holding (dealer_id, part_id, quantity)
  select s.dealer_id, s.part_id, sum(s.quantity) - coalesce(sum(r.quantity), 0)
  from g_supply s left join g_returned r on r.n = s.n and r.counted_at is not null where s.due_on is not null group by s.dealer_id, s.part_id`;
