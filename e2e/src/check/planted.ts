import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Running } from '../http/running.js';
import type { AckLog } from './ack-log.js';
import { markerOf } from './acknowledged.js';

/** A violation that is written past all rules, and by what the checker must tell it. */
export interface Planted {
  invariant: string;
  service: string;
  sql: string;
  told: RegExp;
}

const [LOST, TWICE, STRANGER, PHANTOM] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

const secondCall = (number: number): string => `
  insert into repair_call select (jsonb_populate_record(c, jsonb_build_object(
    'id', gen_random_uuid(), 'number', 'RC-2026-90000${number}', 'symptoms', '${markerOf(TWICE)}'))).* from repair_call c order by id limit 1`;

const told = (published: string): string => `
  insert into outbox (id, event_type, payload, request_id, traceparent, published_at, confirmed_at, lease_until)
  values (gen_random_uuid(), 'aftercare.dealers.v1.DealerChanged', '{}', 'planted', '', ${published}, ${published}, now() + interval '1 hour')`;

/** A charged line that left, its charge, and the reversal of it from long before. */
const SHIPPED_AFTER_REVERSAL = `
  with shipped as (
    select l.* from shipping_line l join shipping_order o on o.id = l.shipping_order_id where l.supply_kind = 'charged' and o.shipped_at is not null order by l.id limit 1),
  slip as (select c.* from charge_slip c join shipped on c.dealer_id = shipped.dealer_id where c.state = 'confirmed' order by c.id limit 1),
  charged as (
    insert into charge_slip_line (id, dealer_id, slip_id, position, part_id, quantity, unit_price, net_amount, tax_amount, reason, origin_kind, origin_id)
    select gen_random_uuid(), shipped.dealer_id, slip.id, 999, part_id, quantity, 1, 1, 0, 'planted', 'parts_request_line', request_line_id from shipped, slip returning *),
  reversing as (
    insert into charge_slip select (jsonb_populate_record(h, jsonb_build_object(
      'id', gen_random_uuid(), 'number', null, 'state', 'void', 'origin', 'reversal', 'reverses_slip_id', h.id, 'confirmed_at', '2001-01-01T00:00:00Z'))).*
    from charge_slip h join slip on slip.id = h.id returning *)
  insert into charge_slip_line (id, dealer_id, slip_id, position, part_id, quantity, unit_price, net_amount, tax_amount, reason, origin_kind, origin_id, reverses_line_id)
  select gen_random_uuid(), charged.dealer_id, reversing.id, 1, part_id, -quantity, 1, -1, 0, 'planted', 'charge_slip', charged.slip_id, charged.id from charged, reversing`;

/** Months that are closed with nothing in their lists. */
const closedMonth = (months: string): string => `
  insert into closed_month (id, month, closed_at, closed_by, hash, issued_lines, issued_pieces, revenue_lines, revenue_net, returned_lines, returned_pieces)
  select gen_random_uuid(), month, now(), 'planted', 'planted', 0, 0, 0, 0, 0, 0 from ${months}`;

/** At least two of each invariant, over what the story left; a constraint that refuses one has found it as well. */
export const PLANTED: readonly Planted[] = [
  { invariant: 'I1', service: 'parts', told: /in warehouse .* movements say/, sql: 'update stock_balance set on_hand = on_hand + 1' },
  { invariant: 'I1', service: 'parts', told: /reserved -1/, sql: 'update stock_balance set reserved = -1' },
  {
    invariant: 'I1', service: 'parts', told: /is not from one account to another/,
    sql: `insert into stock_movement (id, at, part_id, quantity, from_account, to_account, kind, document_kind, document_id)
      select gen_random_uuid(), now(), id, 1, '', 'scrap', 'adjustment', 'planted', gen_random_uuid() from part limit 1`,
  },
  {
    invariant: 'I2', service: 'parts', told: /obligation .* ended/,
    sql: `insert into obligation_settlement (id, dealer_id, obligation_id, kind, quantity, document_kind, document_id, at, month)
      select gen_random_uuid(), dealer_id, id, 'excused', 100, 'planted', gen_random_uuid(), now(), month from obligation limit 1`,
  },
  { invariant: 'I2', service: 'parts', told: /outstanding .* holdings/, sql: 'update dealer_holding set quantity = quantity + 7' },
  { invariant: 'I2', service: 'parts', told: /has no shipped line/, sql: `update obligation set shipping_line_id = gen_random_uuid()` },
  {
    invariant: 'I3', service: 'parts', told: /is on \d slips and in \d obligations/,
    sql: 'update shipping_line set charge_slip_line_id = null',
  },
  { invariant: 'I3', service: 'parts', told: /holdings changed by .* issued less ended/, sql: `update obligation set month = '1999-01'` },
  { invariant: 'I3', service: 'parts', told: /settlement .* is of 1999-02/, sql: `update obligation_settlement set month = '1999-02'` },
  { invariant: 'I3', service: 'parts', told: /ended as charged, slips of conversions hold 1/, sql: `update charge_slip_line set origin_kind = 'stocktake_line'` },
  { invariant: 'I3', service: 'parts', told: /pieces had left, .* of them reversed before/, sql: SHIPPED_AFTER_REVERSAL },
  {
    invariant: 'I3', service: 'invoicing', told: /issued charged in .*: frozen nothing, the rows of parts say \d+ pieces/,
    sql: closedMonth(`(select distinct month from posting)`),
  },
  { invariant: 'I3', service: 'invoicing', told: /month 1999-04: its frozen lines do not have the hash/, sql: closedMonth(`(values ('1999-04')) planted (month)`) },
  { invariant: 'I3', service: 'invoicing', told: /month 1999-04: its close was told 0 times/, sql: 'select 1' },
  {
    invariant: 'I3', service: 'invoicing', told: /returned in 1999-04, .*: frozen 3 pieces, the rows of parts say nothing/,
    sql: `insert into closed_line (id, month, list, position, term, line_id, dealer_id, part_id, part_number, reason, quantity, net_amount, document_kind, document_id, document_number)
      values (gen_random_uuid(), '1999-04', 'returned', 1, 'returned_met', gen_random_uuid(), '${STRANGER}', gen_random_uuid(), '', '', 3, 0, 'return_parcel', gen_random_uuid(), '')`,
  },
  { invariant: 'I3', service: 'invoicing', told: /month 1999-04: closed with 0 lines .* and 1 of 3$/, sql: 'select 1' },
  { invariant: 'I4', service: 'parts', told: /CS-2\d{3} has/, sql: `update charge_slip set number = regexp_replace(number, '[0-9]+$', '000099') where number is not null` },
  { invariant: 'I4', service: 'repairs', told: /made 2 documents/, sql: `${secondCall(1)}; ${secondCall(2)}` },
  { invariant: 'I4', service: 'repairs', told: /without an audit entry/, sql: `select 1` },
  { invariant: 'I4', service: 'repairs', told: /and it is not there/, sql: `select 1` },
  { invariant: 'I5', service: 'dealers', told: /was never handled/, sql: told('now()') },
  { invariant: 'I5', service: 'customers', told: /which nobody told/, sql: `insert into inbox (consumer, event_id) values ('customers-DealerChanged', '${PHANTOM}')` },
  { invariant: 'I5', service: 'invoicing', told: /has no receivable/, sql: 'delete from receivable' },
  { invariant: 'I5', service: 'insights', told: /counted as cancelled/, sql: `update call_fact set outcome = 'cancelled'` },
  { invariant: 'I5', service: 'insights', told: /tie line shipped_due .*: 101 pieces .* the rows of parts say 1 pieces/, sql: `update tie_line set pieces = 101 where term = 'shipped_due'` },
  { invariant: 'I5', service: 'insights', told: /tie line shipped_charged .*: nothing, the rows of parts say 1 pieces/, sql: `delete from tie_line where term = 'shipped_charged'` },
  {
    invariant: 'I5', service: 'insights', told: /tie line returned_met .*: 2 pieces .* the rows of parts say 1 pieces/,
    sql: `insert into tie_line select (jsonb_populate_record(t, jsonb_build_object('key', gen_random_uuid()))).* from tie_line t where term = 'returned_met'`,
  },
  { invariant: 'I5', service: 'insights', told: /month 1999-03 is known as closed, and it is open/, sql: `insert into month_fact (generation, month, closed_at, hash) select current, '1999-03', now(), '' from read_model` },
  { invariant: 'I6', service: 'invoicing', told: /voucher .* debit/, sql: 'update posting set debit = debit + 1 where id = (select id from posting where debit > 0 order by id limit 1)' },
  { invariant: 'I6', service: 'invoicing', told: /its lines/, sql: 'update invoice set net_total = net_total + 1, gross_total = gross_total + 1' },
  {
    invariant: 'I6', service: 'invoicing', told: /stands on 2 live invoices/,
    sql: `insert into invoice_line select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid()))).* from invoice_line l limit 1`,
  },
  { invariant: 'I6', service: 'invoicing', told: /account receivable of dealer/, sql: 'update receivable set reversed_total = reversed_total + 1, gross_total = gross_total + 2' },
  { invariant: 'I6', service: 'invoicing', told: /account unearned_revenue of dealer/, sql: 'update receivable_line set revenue_net = revenue_net - 1' },
  { invariant: 'I6', service: 'invoicing', told: /account deposit of dealer .* in 1999-05: kept 0\.00 and 7\.00/, sql: `insert into account_month (dealer_id, account, month, debit, credit) values ('${STRANGER}', 'deposit', '1999-05', 0, 7)` },
  { invariant: 'I6', service: 'parts', told: /shipping line .* is revenue of 1999-02 for/, sql: `update shipping_line set revenue_month = '1999-02' where revenue_month is not null` },
  {
    invariant: 'I6', service: 'parts', told: /revenue of 1999-06 by dealer .*, manual: kept 1 lines of 2 pieces, 7\.00, its lines say 0 of 0 pieces, 0\.00/,
    sql: `insert into revenue_sum (month, by, of, term, lines, pieces, net) values ('1999-06', 'dealer', '${STRANGER}', 'manual', 1, 2, 7)`,
  },
  {
    invariant: 'I6', service: 'parts', told: /revenue of 1999-07 by reason planted, shipped_charged: kept 1 lines of 1 pieces, 5\.00, its lines say 0 /,
    sql: `insert into revenue_change (month, dealer_id, part_id, reason, term, lines, pieces, net) values ('1999-07', '${STRANGER}', '${STRANGER}', 'planted', 'shipped_charged', 1, 1, 5)`,
  },
  { invariant: 'I7', service: 'parts', told: /free under warranty with the exclusion dropped/, sql: `update parts_request_line set review = coalesce(review, '{}') || '{"exclusion": "dropped"}' where supply_kind = 'warranty'` },
  { invariant: 'I7', service: 'parts', told: /was shipped without a confirmed slip/, sql: 'update shipping_line set charge_slip_id = gen_random_uuid() where charge_slip_id is not null' },
  { invariant: 'I7', service: 'parts', told: /pieces had left, .* of them reversed before/, sql: 'select 1' },
  { invariant: 'I7', service: 'invoicing', told: /neither paid nor held on credit/, sql: `update receivable set paid_total = 0` },
  { invariant: 'I8', service: 'parts', told: /shipping_order .* is cancelled, its history ends with/, sql: `update shipping_order set state = 'cancelled'` },
  { invariant: 'I8', service: 'parts', told: /picking_order .*: begins as printed/, sql: `delete from audit_entry where kind = 'picking_order' and action = 'print'` },
  { invariant: 'I8', service: 'repairs', told: /call .* where it was/, sql: `delete from call_event where action = 'assign'` },
  { invariant: 'I8', service: 'repairs', told: /version \d+ follows \d+/, sql: `delete from audit_entry where kind = 'repair-call' and action = 'arrive'` },
  { invariant: 'I9', service: 'parts', told: /parts_request_line of dealer/, sql: `update parts_request_line set dealer_id = '${STRANGER}'` },
  { invariant: 'I9', service: 'parts', told: /obligation of dealer .* shipping_order/, sql: `update obligation set dealer_id = '${STRANGER}'` },
  // After a re-route too, only what a dealer that had the call wrote may stand on it.
  { invariant: 'I9', service: 'repairs', told: /repair_record of dealer .* repair_call/, sql: `update repair_record set dealer_id = '${STRANGER}'` },
  { invariant: 'I9', service: 'repairs', told: /support_question of dealer .* repair_call/, sql: `update support_question set dealer_id = '${STRANGER}'` },
  { invariant: 'I9', service: 'repairs', told: /reimbursement of dealer .* repair_call/, sql: `update reimbursement set dealer_id = '${STRANGER}'` },
  {
    invariant: 'I9', service: 'repairs', told: /quality_receipt of dealer .* quality_report/,
    sql: `insert into quality_receipt (kind, report_id, user_id, dealer_id, read_at) select 'answer', id, gen_random_uuid(), '${STRANGER}', now() from quality_report limit 1`,
  },
  { invariant: 'I10', service: 'repairs', told: /seal 1 was changed/, sql: `update audit_entry set action = 'nothing' where id = (select entry_id from audit_seal where sequence = 1)` },
  { invariant: 'I10', service: 'parts', told: /seals 2 to 2 are missing/, sql: 'delete from audit_seal where sequence = 2' },
  {
    invariant: 'I10', service: 'dealers', told: /is not in the chain/,
    sql: `insert into audit_entry (id, user_id, role, action, kind, document_id, changed, request_id) values (gen_random_uuid(), '', '', 'planted', '', '', '{}', '')`,
  },
  { invariant: 'I10', service: 'customers', told: /differs from its anchor/, sql: 'select 1' },
  { invariant: 'I11', service: 'dealers', told: /events are not sent/, sql: told('null') },
  {
    invariant: 'I11', service: 'invoicing', told: /dead letter of/,
    sql: `insert into dead_letter (id, consumer, subject, headers, body, error, attempts) values (gen_random_uuid(), 'planted', 'evt.planted', '{}', '', 'planted', 5)`,
  },
  { invariant: 'I11', service: 'repairs', told: /is overdue since/, sql: `insert into deadline (kind, ref, due_at) values ('planted', 'planted', now() - interval '1 hour')` },
  { invariant: 'I12', service: 'gateway', told: /is missing/, sql: `update attachment set sha256 = repeat('0', 64) where id = (select id from attachment order by id limit 1)` },
  { invariant: 'I12', service: 'gateway', told: /bytes, its row says/, sql: `update attachment set size_bytes = size_bytes + 1 where id = (select id from attachment order by id desc limit 1)` },
  { invariant: 'I12', service: 'repairs', told: /shows the file .* which is not there/, sql: `update repair_record set photos = jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'sha256', 'aa'))` },
  { invariant: 'I12', service: 'gateway', told: /is nobody's/, sql: 'select 1' },
  { invariant: 'I12', service: 'gateway', told: /has another content than/, sql: 'select 1' },
  { invariant: 'I13', service: 'dealers', told: /customer .* is still at dealer/, sql: `update dealer set status = 'terminated', successor_dealer_id = '${STRANGER}'` },
  { invariant: 'I13', service: 'repairs', told: /call .* is still open at dealer/, sql: `update repair_call set state = 'received' where id = (select id from repair_call order by id limit 1)` },
  { invariant: 'I11', service: 'gateway', told: /idle in a transaction/, sql: 'select 1' },
];

const CONSTRAINT = /^23/;

/** Writes every planted violation; answers those that a constraint refused, and what ends the idle transaction. */
export async function plantAll(running: Running, acks: AckLog): Promise<{ refused: Planted[]; end: () => Promise<void> }> {
  const refused: Planted[] = [];
  for (const planted of PLANTED) {
    const client = new Client({ connectionString: running.databases[planted.service] });
    await client.connect();
    try {
      await client.query(`set session_replication_role = replica`);
      await client.query(planted.sql);
    } catch (error) {
      if (!CONSTRAINT.test(String((error as { code?: unknown }).code))) throw error;
      refused.push(planted);
    } finally {
      await client.end();
    }
  }
  plantRecords(running, acks);
  const idle = new Client({ connectionString: running.databases.gateway });
  await idle.connect();
  await idle.query('begin');
  await idle.query('select 1');
  return { refused, end: () => idle.end() };
}

/** A client that was told of a document which is not there, one whose key made two, and an anchor of another chain. */
function plantRecords(running: Running, acks: AckLog): void {
  acks.acknowledged(LOST, '/repair-calls', randomUUID());
  acks.sent(TWICE, '/repair-calls');
  const folder = join(running.dir, 'data', 'customers', 'anchors');
  mkdirSync(folder, { recursive: true });
  plantFiles(join(running.dir, 'data', 'gateway', 'attachments'));
  appendFileSync(join(folder, 'customers.jsonl'), `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', sequence: 1, hash: 'f'.repeat(64) })}\n`);
}

/** A file of nobody that is old enough, and for each that is there another content under the same name. */
function plantFiles(folder: string): void {
  const files = readdirSync(folder).flatMap((prefix) => readdirSync(join(folder, prefix)).map((name) => join(folder, prefix, name)));
  for (const file of files.filter((name) => /[0-9a-f]{64}$/.test(name))) appendFileSync(file, 'planted');
  const orphan = join(folder, 'ff', 'f'.repeat(64));
  mkdirSync(join(folder, 'ff'), { recursive: true });
  writeFileSync(orphan, 'nobody');
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(orphan, longAgo, longAgo);
}
