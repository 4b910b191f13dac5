import { brokenMonths } from './closed-months.js';
import { searchAll, type Invariant } from './invariant.js';
import { MORE_LEFT_THAN_CHARGED } from './reversed.js';

const MONTH = (instant: string): string => `to_char(${instant} at time zone 'Asia/Shanghai', 'YYYY-MM')`;

/** H-8 (1): what was issued is charged or not charged: on a slip, an obligation, or free without return; never two of them. */
const IN_BOTH_OR_NEITHER = `
  with shipped as (
    select l.id, l.request_line_id, l.charge_slip_line_id, l.supply_kind, l.return_due, o.number from shipping_line l join shipping_order o on o.id = l.shipping_order_id
    where o.shipped_at is not null),
  told as (
    select s.*,
      (select count(*) from charge_slip_line c join charge_slip h on h.id = c.slip_id
        where c.id = s.charge_slip_line_id and c.origin_kind = 'parts_request_line' and c.origin_id = s.request_line_id and h.state <> 'draft') as slips,
      (select count(*) from obligation b where b.shipping_line_id = s.id) as obligations
    from shipped s)
  select 'line ' || id || ' of ' || number || ' (' || supply_kind || case when return_due then ', return due' else '' end || ') is on '
    || slips || ' slips and in ' || obligations || ' obligations' as violation
  from told
  where slips <> case when supply_kind = 'charged' then 1 else 0 end
    or obligations <> case when return_due and supply_kind <> 'charged' then 1 else 0 end`;

const MORE_THAN_CHARGED = `
  select 'request line ' || l.id || ': shipped ' || l.shipped_quantity || ' pieces, charged ' || coalesce(sum(c.quantity), 0) as violation
  from parts_request_line l
  left join charge_slip_line c on c.origin_kind = 'parts_request_line' and c.origin_id = l.id and c.quantity > 0
    and exists (select from charge_slip h where h.id = c.slip_id and h.state <> 'draft')
  where l.supply_kind = 'charged' and l.shipped_quantity > 0
  group by l.id, l.shipped_quantity having coalesce(sum(c.quantity), 0) < l.shipped_quantity`;

/** H-8 (3): per dealer, part and month, what the ledger moved into and out of the holdings is what was opened less what ended. */
const LEDGER_AND_OBLIGATIONS = `
  with moved as (
    select split_part(to_account, ':', 2) as dealer, part_id, ${MONTH('at')} as month, quantity from stock_movement where to_account like 'dealer:%'
    union all select split_part(from_account, ':', 2), part_id, ${MONTH('at')}, -quantity from stock_movement where from_account like 'dealer:%'),
  owed as (
    select dealer_id::text as dealer, part_id, month, issued_quantity as quantity from obligation
    union all
    select o.dealer_id::text, o.part_id, s.month, case when s.kind like '%_reversed' then s.quantity else -s.quantity end
    from obligation_settlement s join obligation o on o.id = s.obligation_id),
  ledger as (select dealer, part_id, month, sum(quantity) as pieces from moved group by dealer, part_id, month),
  lists as (select dealer, part_id, month, sum(quantity) as pieces from owed group by dealer, part_id, month)
  select 'dealer ' || dealer || ' part ' || part_id || ' in ' || month || ': holdings changed by ' || coalesce(ledger.pieces, 0)
    || ', issued less ended is ' || coalesce(lists.pieces, 0) as violation
  from ledger full join lists using (dealer, part_id, month) where coalesce(ledger.pieces, 0) <> coalesce(lists.pieces, 0)`;

const OTHER_MONTH = `
  select 'obligation ' || id || ' is of ' || month || ', opened in ' || ${MONTH('opened_at')} as violation from obligation where month <> ${MONTH('opened_at')}
  union all
  select 'settlement ' || id || ' is of ' || month || ', written in ' || ${MONTH('at')} from obligation_settlement where month <> ${MONTH('at')}
  union all
  select 'credit ' || id || ' is of ' || month || ', written in ' || ${MONTH('at')} from return_credit where month <> ${MONTH('at')}
  union all
  select 'slip ' || number || ' is of ' || coalesce(month, 'no month') || ', confirmed in ' || ${MONTH('confirmed_at')}
  from charge_slip where confirmed_at is not null and month is distinct from ${MONTH('confirmed_at')}`;

/** A conversion is charged: per dealer and part the pieces that ended so are those of the slip lines of stocktakes and exclusions. */
const CONVERSIONS = `
  with ended as (
    select o.dealer_id, o.part_id, sum(s.quantity) as pieces from obligation_settlement s join obligation o on o.id = s.obligation_id
    where s.kind = 'charged' group by o.dealer_id, o.part_id),
  charged as (
    select dealer_id, part_id, sum(quantity) as pieces from charge_slip_line where origin_kind in ('obligation', 'stocktake_line') and quantity > 0
    group by dealer_id, part_id)
  select 'dealer ' || dealer_id || ' part ' || part_id || ': ' || coalesce(ended.pieces, 0) || ' pieces ended as charged, slips of conversions hold '
    || coalesce(charged.pieces, 0) as violation
  from ended full join charged using (dealer_id, part_id) where coalesce(ended.pieces, 0) <> coalesce(charged.pieces, 0)`;

export const listsTieOut: Invariant = {
  id: 'I3',
  sentence: 'per month what was issued is charged or not charged, no line in both or neither, holdings change by issued less ended, and a closed month is frozen as it was',
  find: async (world) => [
    ...(await searchAll(world, [IN_BOTH_OR_NEITHER, MORE_THAN_CHARGED, MORE_LEFT_THAN_CHARGED, LEDGER_AND_OBLIGATIONS, OTHER_MONTH, CONVERSIONS].map((sql) => ({ service: 'parts', sql })))),
    ...(await brokenMonths(world)),
  ],
};
