import { id, monthOf, numberOf } from './goods.js';
import type { Step } from './world.js';

/** The rows of `invoicing`: what slips owe, how they were paid and invoiced, and the ledger below. Every slip was paid before it shipped. */
export function invoicingSteps(): Step[] {
  return [
    { what: 'receivables', sql: RECEIVABLES },
    { what: 'payments', sql: paymentsOf('g_supply', 'charged') },
    { what: 'invoices', sql: INVOICES },
    { what: 'vouchers', sql: vouchersOf(BOOKED, 'g_supply', 'charged') },
  ];
}

const SLIP = id('slip', 'approved_at');
const LINE = id('slip line', 'approved_at');

const RECEIVABLES = `
  insert into receivable (slip_id, dealer_id, slip_number, origin, request_id, payment_method, invoice_wish, net_total, tax_total, gross_total, reversed_total, paid_total, confirmed_at, month, version)
  select ${SLIP}, dealer_id, ${numberOf('CS', 'confirmed_at')}, 'request', ${id('request', 'asked_at')}, 'bank_transfer', wish, net, tax, gross, 0, gross, confirmed_at, ${monthOf('confirmed_at')}, 2
  from g_supply where charged;
  insert into receivable_line (line_id, dealer_id, slip_id, position, part_id, quantity, unit_price, net_amount, tax_amount, tax_rate, reason, released_quantity, released_net, released_tax,
    reversed_quantity, reversed_net, shipped_quantity, revenue_net)
  select ${LINE}, dealer_id, ${SLIP}, 1, part_id, quantity, price, net, tax, 13, 'term_over', 0, 0, 0, 0, 0, quantity, net from g_supply where charged`;

/** Payments of the slips of such rows, in full. */
export const paymentsOf = (from: string, where: string): string => `
  insert into payment (id, number, dealer_id, method, amount, unmatched, to_deposit, reference, bank_date, state, received_at, received_by, version)
  select ${id('payment', 'paid_at')}, ${numberOf('PY', 'paid_at')}, dealer_id, 'bank_transfer', gross, 0, 0, ${numberOf('CS', 'confirmed_at')}, pg_temp.day(paid_at), 'matched', paid_at, 'registry', 1
  from ${from} where ${where};
  insert into allocation (id, dealer_id, slip_id, payment_id, amount, at)
  select ${id('allocation', 'paid_at')}, dealer_id, ${SLIP}, ${id('payment', 'paid_at')}, gross, paid_at from ${from} where ${where}`;

const INVOICES = `
  insert into invoice (id, number, dealer_id, kind, state, title, tax_number, net_total, tax_total, gross_total, invoice_number, invoice_date, files, requested_by, created_at, version)
  select ${id('invoice', 'created_at')}, ${numberOf('IR', 'created_at')}, dealer_id, 'general', case when issued then 'issued' else 'requested' end, '经销商有限公司', '91310000MA1K00000X', net, tax, gross,
    case when issued then to_char(created_at, 'YYYY') || lpad((pg_temp.hash('invoice', n, 0) & 1073741823)::text, 10, '0') || lpad(n::text, 6, '0') end,
    case when issued then pg_temp.day(created_at + interval '1 day') end, '[]', 'registry', created_at, case when issued then 2 else 1 end from g_invoice;
  insert into invoice_line (id, dealer_id, invoice_id, slip_id, line_id, quantity, net_amount, tax_amount, live)
  select ${id('invoice line', 'approved_at', 's.')}, s.dealer_id, ${id('invoice', 'created_at', 'i.')}, ${id('slip', 'approved_at', 's.')}, ${id('slip line', 'approved_at', 's.')}, s.quantity, s.net, s.tax, true
  from g_invoice i cross join lateral unnest(i.slips) as w (n) join g_supply s on s.n = w.n`;

/** A voucher's kind and document, and its postings as account and signed amount (B-4, F-8). */
export interface Booked {
  kind: string;
  document: string;
  documentId: string;
  at: string;
  postings: [account: string, amount: string][];
}

const confirmedAs = (account: string): Booked => (
  { kind: 'slip_confirmed', document: 'charge_slip', documentId: SLIP, at: 'confirmed_at', postings: [['receivable', 'gross'], [account, '-net'], ['tax_payable', '-tax']] });

/** What is no request's is revenue when it is confirmed (F-8). */
export const CONFIRMED_AS_REVENUE = confirmedAs('revenue');

/** A payment that came and paid its slip. */
export const PAID: readonly Booked[] = [
  { kind: 'payment_received', document: 'payment', documentId: id('payment', 'paid_at'), at: 'paid_at', postings: [['bank_transfer', 'gross'], ['unmatched', '-gross']] },
  { kind: 'payment_matched', document: 'charge_slip', documentId: SLIP, at: 'paid_at', postings: [['unmatched', 'gross'], ['receivable', '-gross']] },
];

const BOOKED: readonly Booked[] = [
  confirmedAs('unearned_revenue'),
  ...PAID,
  { kind: 'shipped', document: 'shipping_order', documentId: id('shipping', 'confirmed_at'), at: 'shipped_at', postings: [['unearned_revenue', 'net'], ['revenue', '-net']] },
];

/** Vouchers with their postings for each of such rows. */
export const vouchersOf = (booked: readonly Booked[], from: string, where: string): string => booked.map(({ kind, document, documentId, at, postings }) => `
  insert into voucher (id, dealer_id, kind, document_kind, document_id, at, month)
  select ${id(`voucher ${kind}`, at)}, dealer_id, '${kind}', '${document}', ${documentId}, ${at}, ${monthOf(at)} from ${from} where ${where};
  insert into posting (id, dealer_id, voucher_id, account, debit, credit, at, month)
  select pg_temp.uid('${kind} ' || p.account, n, ${at}), dealer_id, ${id(`voucher ${kind}`, at)}, p.account, greatest(p.amount, 0), greatest(-p.amount, 0), ${at}, ${monthOf(at)}
  from ${from} cross join lateral (values ${postings.map(([account, amount]) => `('${account}', ${amount})`).join(', ')}) p (account, amount) where ${where} and p.amount <> 0`).join(';');
