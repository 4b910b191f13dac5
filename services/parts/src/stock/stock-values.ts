import type { ListStockValuesRequest } from '@aftercare/contracts';
import { addDays, addMonths, monthOf, startOfDay } from '@aftercare/domain';
import { Conditions, statementName, type Page, type Statement } from '@aftercare/service';
import { filterId } from '../documents.js';
import { costOn } from './unit-cost.js';

const MIDDLE_OF_MONTH = 15;
const DAY_AT = 8;

/**
 * The day; the month that quantities are counted back to, the beginning of the nearer one; the instants between that beginning and the
 * end of the day; and whether what moved between them came before the day was over (1) or after (-1).
 */
function moments(on: string): (string | number)[] {
  const firstDay = `${monthOf(on)}-01`;
  const isBegun = Number(on.slice(DAY_AT)) <= MIDDLE_OF_MONTH;
  const boundary = isBegun ? firstDay : addMonths(firstDay, 1);
  const [begins, over] = [startOfDay(boundary), startOfDay(addDays(on, 1))];
  return isBegun ? [on, monthOf(boundary), begins, over, 1] : [on, monthOf(boundary), over, begins, -1];
}

/**
 * What lay in a place b at the end of the day: what is there now, less what whole months have moved since the nearer beginning of a
 * month, and what moved between that and the day's end. Balances are the sums of all movements (P-2), so this is what the ledger says
 * of that day. The offsets keep it from being counted anew wherever it is named. It gets the places of the moments.
 */
const heldThen = ([, month, from, until, sign]: string[]): string => `
  cross join lateral (select 'warehouse:' || b.warehouse_id as account offset 0) place
  cross join lateral (
    select (b.on_hand
      - coalesce((select sum(m.pieces) from stock_month m where m.warehouse_id = b.warehouse_id and m.part_id = b.part_id and m.month >= ${month}::text), 0)
      + ${sign}::int * coalesce((select sum(case m.to_account when place.account then m.quantity else -m.quantity end) from stock_movement m
          where m.part_id = b.part_id and m.at >= ${from}::timestamptz and m.at < ${until}::timestamptz and place.account in (m.from_account, m.to_account)), 0))::int as quantity
    offset 0) held`;

/** What stock was worth at the end of a day, by part number and warehouse; only the places of the page are counted back. */
export function stockValues(request: ListStockValuesRequest, on: string, page: Page): Statement {
  const where = new Conditions();
  const then = where.part('at', (...places) => `${heldThen(places)} ${costOn('b.part_id', `${places[0]}::date`)}`, ...moments(on));
  where.add('n', () => 'held.quantity <> 0').when(filterId(request.warehouseId, 'warehouseId'), 'w', (id) => `b.warehouse_id = ${id}::uuid`);
  if (page.after) {
    where.add('after', (number, place) => `part.number >= ${number}::text and (part.number > ${number}::text or warehouse.code > (select code from warehouse where id = ${place}::uuid))`,
      page.after.key, page.after.id);
  }
  const text = `
    select b.warehouse_id as id, part.number as key,
           json_build_object('warehouseId', b.warehouse_id, 'warehouseCode', warehouse.code, 'partId', b.part_id, 'partNumber', part.number, 'partName', part.name,
             'quantity', held.quantity, 'unitCost', coalesce(cost.unit_cost::text, ''), 'value', coalesce(round(held.quantity * cost.unit_cost, 2)::text, ''))::text as item
      from part join stock_balance b on b.part_id = part.id join warehouse on warehouse.id = b.warehouse_id ${then}
     where ${where.ways()[0]} order by part.number, warehouse.code limit $${where.values.length + 1}`;
  return { name: statementName(['stock_values', ...where.names]), text, values: [...where.values, page.limit + 1], onePlan: true };
}

/** The same of all places, summed up by warehouse. */
const SUMS = `
  with leg as (
    select to_account as account, part_id, -$5::int * quantity as pieces from stock_movement where at >= $3 and at < $4
    union all select from_account, part_id, $5::int * quantity from stock_movement where at >= $3 and at < $4),
  change as (
    select warehouse_id, part_id, pieces from stock_month where month >= $2
    union all select substr(account, 11)::uuid, part_id, pieces from leg where account like 'warehouse:%'),
  since as (select warehouse_id, part_id, sum(pieces)::int as pieces from change group by warehouse_id, part_id),
  valued as (
    select b.warehouse_id, held.quantity, cost.unit_cost, round(held.quantity * cost.unit_cost, 2) as value
      from stock_balance b left join since on since.warehouse_id = b.warehouse_id and since.part_id = b.part_id
      cross join lateral (select b.on_hand - coalesce(since.pieces, 0) as quantity) held ${costOn('b.part_id', '$1::date')}
     where held.quantity <> 0)
  select warehouse_id as "warehouseId", warehouse.code as "warehouseCode", sum(quantity)::int as quantity,
         coalesce(sum(quantity) filter (where unit_cost is null), 0)::int as "unvaluedQuantity", round(coalesce(sum(value), 0), 2)::text as value
    from valued join warehouse on warehouse.id = valued.warehouse_id group by warehouse_id, warehouse.code order by warehouse.code`;

/** A warehouse's part of what stock was worth. */
export interface StockSum {
  warehouseId: string;
  warehouseCode: string;
  quantity: number;
  unvaluedQuantity: number;
  value: string;
}

export const stockSums = (on: string): Statement => ({ name: 'stock_value', text: SUMS, values: moments(on) });
