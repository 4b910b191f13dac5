import type { MigrationInterface, QueryRunner } from 'typeorm';

const LIVE = 'exists (select from invoice_line l where l.live and l.slip_id = r.slip_id)';

/** B-4 as before; `by` is how the voucher is found. */
const balances = (declared: string, by: string): string => `create or replace function voucher_balances() returns trigger language plpgsql as $$
  ${declared}
  begin
    if (select coalesce(sum(debit) <> sum(credit), true) from posting where voucher_id = ${by}) then
      raise exception 'a voucher does not balance' using errcode = '23514', constraint = 'voucher_balances';
    end if;
    return null;
  end $$`;
const ITS_VOUCHER = `coalesce(to_jsonb(new) ->> 'voucher_id', to_jsonb(new) ->> 'id')::uuid`;

/** Whether a slip stands on a live invoice, kept with its receivable by the invoice lines' triggers: most slips are, and the list of the others walks past none of them. */
const CHANGES = [
  'create index invoice_line_slip on invoice_line (slip_id) where live',
  'alter table receivable add column on_invoice boolean not null default false',
  `update receivable r set on_invoice = true where ${LIVE}`,
  `create function keep_on_invoice() returns trigger language plpgsql as $$
    begin
      update receivable r set on_invoice = ${LIVE}
      from (select distinct slip_id from written) w where r.slip_id = w.slip_id and r.on_invoice <> ${LIVE};
      return null;
    end $$`,
  ...['insert', 'update'].map((step) => `create trigger invoice_line_on_invoice_${step} after ${step} on invoice_line
    referencing new table as written for each statement execute function keep_on_invoice()`),
  // Worked out beforehand: row-level security lets no such expression into an index, and the whole ledger would be read for each voucher.
  balances(`declare its_voucher uuid := ${ITS_VOUCHER};`, 'its_voucher'),
  'create index receivable_not_invoiced on receivable (confirmed_at, slip_id) where not on_invoice',
  'create index receivable_dealer_not_invoiced on receivable (dealer_id, confirmed_at, slip_id) where not on_invoice',
  'create index receivable_wish on receivable (invoice_wish, confirmed_at, slip_id)',
  'create index receivable_dealer_wish on receivable (dealer_id, invoice_wish, confirmed_at, slip_id)',
  // A dealer's rare state is found without walking past the others.
  'create index invoice_dealer_state on invoice (dealer_id, state, created_at desc, id desc)',
  'create index payment_dealer_state on payment (dealer_id, state, received_at desc, id desc)',
  'drop index posting_dealer',
  'create index posting_dealer on posting (dealer_id, account, at desc, id desc)',
];

/** Lists of money read what they show, however much is paid and invoiced. */
export class ListsAtVolume1798500000000 implements MigrationInterface {
  name = 'ListsAtVolume1798500000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const sql of CHANGES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(balances('', ITS_VOUCHER));
    await runner.query('drop index posting_dealer, payment_dealer_state, invoice_dealer_state, receivable_wish, receivable_dealer_wish, invoice_line_slip');
    await runner.query('create index posting_dealer on posting (dealer_id, account)');
    for (const step of ['insert', 'update']) await runner.query(`drop trigger invoice_line_on_invoice_${step} on invoice_line`);
    await runner.query('drop function keep_on_invoice');
    // Its indexes go with the column.
    await runner.query('alter table receivable drop column on_invoice');
  }
}
