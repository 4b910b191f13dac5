import { scopeValues, type Statement } from '@aftercare/service';
import { isOwnWork, ownWorker } from '../own-work/own-work.js';
import type { CallContext } from '@aftercare/messaging';
import type { CustomerClass, DealerStatus } from '@aftercare/domain';
import type { FileEnd } from '../customers/customer.rules.js';

export interface ComputedRow {
  month: string;
  /** The dealer whose computation it is. */
  computedBy: string;
  class: CustomerClass;
  contribution: string;
  frequency: number;
  lastOn: string;
  shareBefore: string;
  from: string;
  to: string;
  aPercent: number;
  bPercent: number;
  periodMonths: number;
}

export interface SaleRow {
  unitId: string;
  serial: string;
  on: string;
  amount: string;
  sellerId: string;
}

export interface ReceiptRow {
  receiptId: string;
  number: string;
  on: string;
  amount: string;
  dealerId: string;
}

/** A customer's class with everything it follows from. */
export interface StandingRow extends FileEnd {
  customerId: string;
  dealerId: string;
  /** Its dealer's as this service heard it; null while it heard nothing. */
  dealerStatus: DealerStatus | null;
  version: number;
  class: CustomerClass;
  pin: { class: CustomerClass; reason: string; pinnedBy: string; pinnedAt: string } | null;
  computed: ComputedRow | null;
  sales: SaleRow[];
  receipts: ReceiptRow[];
  history: ComputedRow[];
  today: string;
}

const RUN = `'month', r.month, 'computedBy', r.dealer_id, 'from', r.from_on, 'to', r.to_on, 'aPercent', r.a_percent, 'bPercent', r.b_percent, 'periodMonths', r.period_months`;
const CLASSED = `${RUN}, 'class', k.class, 'contribution', k.contribution::text, 'frequency', k.frequency, 'lastOn', k.last_on, 'shareBefore', k.share_before::text`;

/**
 * One statement: the file in use, its pin, the newest computation of its dealer, or of one that classed it before until there is a later one, its
 * purchases, the months before.
 */
export function standingOf(id: string, ctx: CallContext): Statement {
  return {
    name: 'customer_standing',
    text: `
      with used as (select coalesce(merged_into, id) as id from customer f where id = $1 and ($2::boolean or dealer_id = any($3::uuid[])) and ${isOwnWork('f', '$4')})
      select c.id as "customerId", c.dealer_id as "dealerId", (select d.status from known_dealer d where d.id = c.dealer_id) as "dealerStatus", c.version, c.class, c.merged_into as "mergedInto", iso(c.anonymised_at) as "anonymisedAt",
        (business_now() at time zone 'Asia/Shanghai')::date::text as today,
        (select json_build_object('class', p.class, 'reason', p.reason, 'pinnedBy', p.pinned_by, 'pinnedAt', iso(p.pinned_at))
          from customer_class_pin p where p.customer_id = c.id) as pin,
        (select case when k.month is null
            then json_build_object(${RUN}, 'class', 'C', 'contribution', '0.00', 'frequency', 0, 'lastOn', '', 'shareBefore', '')
            else json_build_object(${CLASSED}) end
          from customer_class_runs(c.id, c.dealer_id) r left join customer_class k on k.customer_id = c.id and k.month = r.month and k.computed_by = r.dealer_id
          order by r.month desc, k.month is null, r.dealer_id <> c.dealer_id limit 1) as computed,
        (select coalesce(json_agg(json_build_object('unitId', s.unit_id, 'serial', s.serial, 'on', s.day, 'amount', coalesce(s.sale_price::text, ''), 'sellerId', s.seller_id)
            order by s.day desc, s.serial), '[]') from (
          select s.unit_id, u.serial, s.sale_price, s.seller_id, coalesce(u.purchase_date, (s.sold_at at time zone 'Asia/Shanghai')::date) as day
          from unit_sale s join product_unit u on u.id = s.unit_id where s.buyer_id = c.id order by day desc, u.serial limit 200) s) as sales,
        (select coalesce(json_agg(json_build_object('receiptId', r.id, 'number', r.number, 'on', r.given_on, 'amount', r.total::text, 'dealerId', r.dealer_id)
            order by r.given_on desc, r.number desc), '[]') from (
          select k.* from known_receipt k join customer f on f.id = k.customer_id where coalesce(f.merged_into, f.id) = c.id and k.state = 'given' order by k.given_on desc, k.number desc limit 200) r) as receipts,
        (select coalesce(json_agg(h.entry order by h.month desc), '[]') from (
          select r.month, json_build_object(${CLASSED}) as entry
          from customer_class k join customer_class_runs(c.id, c.dealer_id) r on r.dealer_id = k.computed_by and r.month = k.month
          where k.customer_id = c.id order by r.month desc limit 36) h) as history
      from customer c join used using (id)`,
    values: [id, ...scopeValues(ctx), ownWorker(ctx)],
  };
}
