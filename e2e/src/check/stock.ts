import { searchAll, type Invariant } from './invariant.js';

/** The sum of all movements of an account and part: what came in less what went out. */
const SUMS = `
  with leg as (
    select to_account as account, part_id, quantity from stock_movement
    union all select from_account, part_id, -quantity from stock_movement),
  sums as (select account, part_id, sum(quantity)::int as pieces from leg group by account, part_id)`;

const WAREHOUSES = `${SUMS}
  select 'part ' || part_id || ' in warehouse ' || warehouse_id || ': on hand ' || coalesce(on_hand::text, 'nothing') || ', movements say ' || coalesce(pieces, 0) as violation
  from (select warehouse_id, part_id, on_hand from stock_balance) b
  full join (select split_part(account, ':', 2)::uuid as warehouse_id, part_id, pieces from sums where account like 'warehouse:%') s
    using (warehouse_id, part_id)
  where coalesce(on_hand, 0) <> coalesce(pieces, 0)`;

const HOLDINGS = `${SUMS}
  select 'part ' || part_id || ' held by dealer ' || dealer_id || ': ' || coalesce(quantity::text, 'nothing') || ', movements say ' || coalesce(pieces, 0) as violation
  from (select dealer_id, part_id, quantity from dealer_holding) h
  full join (select split_part(account, ':', 2)::uuid as dealer_id, part_id, pieces from sums where account like 'dealer:%') s
    using (dealer_id, part_id)
  where coalesce(quantity, 0) <> coalesce(pieces, 0)`;

const NEGATIVE = `
  select 'part ' || part_id || ' in warehouse ' || warehouse_id || ': on hand ' || on_hand || ', reserved ' || reserved as violation
  from stock_balance where on_hand < 0 or reserved < 0 or reserved > on_hand
  union all
  select 'part ' || part_id || ' held by dealer ' || dealer_id || ': ' || quantity from dealer_holding where quantity < 0`;

const NOT_ONLY_PURCHASED = `${SUMS}
  select 'part ' || part_id || ': the supplier gave ' || -coalesce(sum(pieces) filter (where account = 'supplier'), 0)
         || ', all other accounts hold ' || coalesce(sum(pieces) filter (where account <> 'supplier'), 0) as violation
  from sums group by part_id having sum(pieces) <> 0
  union all
  select 'movement ' || id || ' is not from one account to another' from stock_movement
  where from_account = to_account or from_account = '' or to_account = '' or quantity <= 0`;

export const stockIsItsMovements: Invariant = {
  id: 'I1',
  sentence: 'stock per part and place is the sum of its movements and never negative',
  find: (world) => searchAll(world, [WAREHOUSES, HOLDINGS, NEGATIVE, NOT_ONLY_PURCHASED].map((sql) => ({ service: 'parts', sql }))),
};

const ENDED = `
  ended as (
    select obligation_id,
           sum(case when kind like '%_reversed' then -quantity else quantity end)::int as pieces,
           sum(case kind when 'charged' then quantity when 'conversion_reversed' then -quantity else 0 end)::int as charged
    from obligation_settlement group by obligation_id)`;

const MORE_THAN_ISSUED = `with ${ENDED}
  select 'obligation ' || o.id || ': issued ' || o.issued_quantity || ', ended ' || e.pieces || ', charged ' || e.charged as violation
  from obligation o join ended e on e.obligation_id = o.id where e.pieces > o.issued_quantity or e.pieces < 0 or e.charged < 0`;

const HOLDINGS_OUTSTANDING = `with ${ENDED},
  owed as (
    select o.dealer_id, o.part_id, sum(o.issued_quantity - coalesce(e.pieces, 0))::int as outstanding
    from obligation o left join ended e on e.obligation_id = o.id group by o.dealer_id, o.part_id)
  select 'dealer ' || dealer_id || ' part ' || part_id || ': outstanding ' || coalesce(outstanding, 0) || ', holdings ' || coalesce(quantity, 0) as violation
  from owed full join dealer_holding using (dealer_id, part_id)
  where coalesce(outstanding, 0) <> coalesce(quantity, 0)`;

const LINES_WITHOUT = `
  select 'shipped line ' || l.id || ' (return ' || case when l.return_due then 'due' else 'not due' end || ', ' || l.quantity
         || ' pieces) has obligations over ' || coalesce(o.pieces, 0) as violation
  from shipping_line l join shipping_order s on s.id = l.shipping_order_id
  left join lateral (select sum(issued_quantity)::int as pieces from obligation where shipping_line_id = l.id) o on true
  where coalesce(o.pieces, 0) <> case when l.return_due and s.shipped_at is not null then l.quantity else 0 end
  union all
  select 'obligation ' || o.id || ' has no shipped line and no opening' from obligation o
  where not exists (select from shipping_line l where l.id = o.shipping_line_id) and not exists (select from opening_line l where l.id = o.opening_line_id)`;

export const obligationsEndOnce: Invariant = {
  id: 'I2',
  sentence: 'issued with return due = returned + charged + excused + outstanding; holdings are what is outstanding',
  find: (world) => searchAll(world, [MORE_THAN_ISSUED, HOLDINGS_OUTSTANDING, LINES_WITHOUT].map((sql) => ({ service: 'parts', sql }))),
};
