import { searchAll, type Invariant } from './invariant.js';

const VOUCHERS = `
  select 'voucher ' || v.id || ' (' || v.kind || '): debit ' || coalesce(sum(p.debit), 0) || ', credit ' || coalesce(sum(p.credit), 0) as violation
  from voucher v left join posting p on p.voucher_id = v.id
  group by v.id, v.kind having coalesce(sum(p.debit), 0) <> coalesce(sum(p.credit), 0) or count(p.id) < 2
  union all
  select 'posting ' || p.id || ' has no voucher' from posting p where not exists (select from voucher v where v.id = p.voucher_id)
  union all
  select 'the ledger: debit ' || sum(debit) || ', credit ' || sum(credit) from posting having sum(debit) <> sum(credit)`;

const INVOICED_TWICE = `
  select 'slip line ' || line_id || ' stands on ' || count(*) || ' live invoices' as violation
  from invoice_line where live group by line_id having count(*) > 1
  union all
  select 'slip ' || r.slip_number || ' is never to be invoiced and stands on invoice ' || i.number
  from invoice_line l join invoice i on i.id = l.invoice_id join receivable r on r.slip_id = l.slip_id
  where l.live and r.invoice_wish = 'never'
  group by r.slip_number, i.number`;

const INVOICE_TOTALS = `
  select 'invoice ' || i.number || ': ' || i.net_total || ' + ' || i.tax_total || ' = ' || i.gross_total || ', its lines ' || l.net || ' + ' || l.tax as violation
  from invoice i
  left join lateral (
    select coalesce(sum(net_amount), 0) as net, coalesce(sum(tax_amount), 0) as tax from invoice_line where invoice_id = i.id) l on true
  where l.net <> i.net_total or l.tax <> i.tax_total or i.gross_total <> i.net_total + i.tax_total`;

const RECEIVABLES = `
  select 'receivable ' || r.slip_number || ': gross ' || r.gross_total || ', reversed ' || r.reversed_total || ', paid ' || r.paid_total
         || ', allocated ' || coalesce(a.amount, 0) as violation
  from receivable r left join lateral (select sum(amount) as amount from allocation where slip_id = r.slip_id) a on true
  where r.paid_total + r.reversed_total > r.gross_total or (r.reversed_total = 0 and r.paid_total <> coalesce(a.amount, 0))
  union all
  select 'receivable ' || r.slip_number || ': ' || r.net_total || ' + ' || r.tax_total || ' = ' || r.gross_total || ', its lines ' || l.net || ' + ' || l.tax
  from receivable r
  join lateral (select sum(net_amount) as net, sum(tax_amount) as tax from receivable_line where slip_id = r.slip_id) l on true
  where l.net <> r.net_total or l.tax <> r.tax_total or r.gross_total <> r.net_total + r.tax_total
  union all
  select 'payment ' || p.number || ': ' || p.amount || ' = allocated ' || coalesce(a.amount, 0) || ' + deposit ' || p.to_deposit || ' + refunded ' || p.refunded || ' + unmatched ' || p.unmatched
  from payment p left join lateral (select sum(amount) as amount from allocation where payment_id = p.id) a on true
  where p.amount <> coalesce(a.amount, 0) + p.to_deposit + p.refunded + p.unmatched`;

const SLIPS = `
  select 'slip ' || coalesce(s.number, s.id::text) || ': ' || s.net_total || ' + ' || s.tax_total || ' = ' || s.gross_total || ', its lines ' || l.net || ' + ' || l.tax as violation
  from charge_slip s
  left join lateral (
    select coalesce(sum(net_amount), 0) as net, coalesce(sum(tax_amount), 0) as tax from charge_slip_line where slip_id = s.id) l on true
  where l.net <> s.net_total or l.tax <> s.tax_total or s.gross_total <> s.net_total + s.tax_total`;

/** F-8: the months of the revenue list as they are kept with its lines, and as their documents have them. */
const REVENUE_MONTHS = `
  select 'shipping line ' || l.id || ' is revenue of ' || coalesce(l.revenue_month, 'no month') || ' for ' || coalesce(l.revenue_reason, 'no reason') || ', it left in ' || coalesce(o.month, 'none') as violation
  from shipping_line l left join charge_slip_line c on c.id = l.charge_slip_line_id
  join (select id, to_char(shipped_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month from shipping_order) o on o.id = l.shipping_order_id
  where (l.revenue_month, l.revenue_reason) is distinct from
    (case when l.supply_kind = 'charged' then o.month end, case when l.supply_kind = 'charged' and o.month is not null then coalesce(c.reason, 'charged') end)
  union all
  select 'slip line ' || l.id || ' is revenue of ' || coalesce(l.revenue_month, 'no month') || ', its slip ' || coalesce(s.number, s.id::text) || ' is of ' || coalesce(s.month, 'none')
  from charge_slip_line l join charge_slip s on s.id = l.slip_id
  where l.revenue_month is distinct from case when s.direction = 'charge' and s.confirmed_at is not null
    and (s.origin in ('exclusion', 'stocktake', 'manual') or s.origin = 'reversal' and (l.revenue_net <> 0 or l.revenue_quantity <> 0)) then s.month end`;

/** F-8: what is kept of a month's revenue by dealer, part and reason, with what was written since it was added up, and what its lines say. */
const REVENUE_SUMS = `
  with lines as (
    select revenue_month as month, dealer_id, part_id, revenue_reason as reason, 'shipped_charged' as term, quantity as pieces, revenue_net as net from shipping_line where revenue_month is not null
    union all
    select revenue_month, dealer_id, part_id, reason,
      case when reverses_line_id is not null then 'revenue_reversed' when origin_kind in ('obligation', 'stocktake_line') then 'converted' else 'manual' end, revenue_quantity, revenue_net
    from charge_slip_line where revenue_month is not null),
  both_sides as (
    select true as kept, month, by, of, term, lines, pieces, net from revenue_sum
    union all
    select true, c.month, k.by, k.of, c.term, c.lines, c.pieces, c.net
    from revenue_change c cross join lateral (values ('dealer', c.dealer_id::text), ('part', c.part_id::text), ('reason', c.reason)) k (by, of)
    union all
    select false, l.month, k.by, k.of, l.term, 1, l.pieces, l.net
    from lines l cross join lateral (values ('dealer', l.dealer_id::text), ('part', l.part_id::text), ('reason', l.reason)) k (by, of)),
  sums as (
    select month, by, of, term,
      coalesce(sum(lines) filter (where kept), 0) as kept_lines, coalesce(sum(pieces) filter (where kept), 0) as kept_pieces, coalesce(sum(net) filter (where kept), 0.00) as kept_net,
      coalesce(sum(lines) filter (where not kept), 0) as lines, coalesce(sum(pieces) filter (where not kept), 0) as pieces, coalesce(sum(net) filter (where not kept), 0.00) as net
    from both_sides group by 1, 2, 3, 4)
  select 'revenue of ' || month || ' by ' || by || ' ' || coalesce(of, 'none') || ', ' || term || ': kept ' || kept_lines || ' lines of ' || kept_pieces || ' pieces, ' || kept_net
         || ', its lines say ' || lines || ' of ' || pieces || ' pieces, ' || net as violation
  from sums where (kept_lines, kept_pieces, kept_net) <> (lines, pieces, net)`;

/** What the accounts of the ledger say of a dealer, and what its documents say of the same. */
const BOOKS = `
  with books as (select dealer_id, account, sum(debit - credit) as balance from posting where dealer_id is not null group by dealer_id, account),
  documents as (
    select dealer_id, 'receivable' as account, sum(gross_total - reversed_total - paid_total) as balance from receivable group by dealer_id
    union all select dealer_id, 'unmatched', -sum(unmatched) from payment group by dealer_id
    union all select dealer_id, 'unearned_revenue', -sum(net_amount - reversed_net - revenue_net) from receivable_line group by dealer_id
    union all select dealer_id, 'reimbursement_payable', -sum(gross_total - settled_total) filter (where state <> 'reversed') from payable group by dealer_id)
  select 'account ' || account || ' of dealer ' || dealer_id || ': ' || coalesce(b.balance, 0) || ', its documents ' || coalesce(d.balance, 0) as violation
  from books b full join documents d using (dealer_id, account)
  where account in ('receivable', 'unmatched', 'unearned_revenue', 'reimbursement_payable') and coalesce(b.balance, 0) <> coalesce(d.balance, 0)`;

/** What is kept of a dealer's account in a month, and what its postings say. Of what has no dealer nothing is kept. */
const KEPT = `
  select 'account ' || account || ' of dealer ' || key || ' in ' || month || ': kept ' || coalesce(k.debit, 0) || ' and ' || coalesce(k.credit, 0)
         || ', its postings say ' || coalesce(p.debit, 0) || ' and ' || coalesce(p.credit, 0) as violation
  from (select dealer_id as key, account, month, sum(debit) as debit, sum(credit) as credit from posting where dealer_id is not null group by 1, 2, 3) p
  full join (select dealer_id as key, account, month, debit, credit from account_month) k using (key, account, month)
  where (coalesce(k.debit, 0), coalesce(k.credit, 0)) <> (coalesce(p.debit, 0), coalesce(p.credit, 0))`;

export const moneyBalances: Invariant = {
  id: 'I6',
  sentence: 'debit = credit per voucher and overall; a dealer’s accounts are what its documents say; a slip line stands on at most one live invoice; sums are exact to the fen; the revenue list has each line in its document’s month, and its kept sums are those of its lines',
  find: (world) => searchAll(world, [
    ...[VOUCHERS, INVOICED_TWICE, INVOICE_TOTALS, RECEIVABLES, BOOKS, KEPT].map((sql) => ({ service: 'invoicing', sql })),
    ...[SLIPS, REVENUE_MONTHS, REVENUE_SUMS].map((sql) => ({ service: 'parts', sql })),
  ]),
};
