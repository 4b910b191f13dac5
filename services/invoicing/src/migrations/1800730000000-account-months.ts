import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Without a dealer is what came in of nobody known. */
const TABLE = `
create table account_month (
  dealer_id uuid,
  account text not null,
  month text not null,
  debit numeric(20,2) not null,
  credit numeric(20,2) not null
);
create unique index account_month_of on account_month (dealer_id, account, month) nulls not distinct;
create index account_month_account on account_month (account, month);
create index account_month_month on account_month (month);
`;

const sums = (postings: string): string => `
  insert into account_month as kept (dealer_id, account, month, debit, credit)
  select dealer_id, account, month, sum(debit), sum(credit) from ${postings} group by 1, 2, 3 order by 1, 2, 3
  on conflict (dealer_id, account, month) do update set debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit`;

/** Whoever books for a dealer holds the turn for its money, so that nobody waits here for anybody new. */
const KEEP = [
  `create function keep_account_month() returns trigger language plpgsql as $$
    begin
      ${sums('booked')};
      return null;
    end $$`,
  `create trigger posting_account_month after insert on posting referencing new table as booked for each statement execute function keep_account_month()`,
];

const OPEN = 'gross_total - reversed_total > paid_total';
const STUB = `invoice_wish = 'later' and stub_net > 0`;

/** A dealer's open slips and stubs, and the days of a month, are summed from their index alone. */
const INDEXES = [
  'drop index posting_account, posting_dealer',
  'create index posting_account on posting (account, at desc, id desc) include (debit, credit)',
  'create index posting_dealer on posting (dealer_id, account, at desc, id desc) include (debit, credit, voucher_id)',
  'create index dealer_account_code on dealer_account (code, dealer_id)',
  'drop index receivable_dealer_open, receivable_dealer_stub',
  `create index receivable_dealer_open on receivable (dealer_id, confirmed_at, slip_id) include (gross_total, reversed_total, paid_total) where ${OPEN}`,
  `create index receivable_dealer_stub on receivable (dealer_id, confirmed_at, slip_id) include (stub_net, stub_tax, invoice_wish) where ${STUB}`,
];

/** B-4, B-5: sums of a dealer's accounts by month are kept with each posting, so that no balance is summed up from all of them. */
export class AccountMonths1800730000000 implements MigrationInterface {
  name = 'AccountMonths1800730000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(TABLE);
    // The trigger's lock keeps postings off until the commit, so that each is in the sums or kept by it.
    for (const sql of KEEP) await runner.query(sql);
    await runner.query(sums('posting'));
    await tenantTable(runner, 'account_month', { money: true });
    for (const sql of INDEXES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index dealer_account_code, receivable_dealer_open, receivable_dealer_stub');
    await runner.query(`create index receivable_dealer_open on receivable (dealer_id, confirmed_at, slip_id) where ${OPEN}`);
    await runner.query(`create index receivable_dealer_stub on receivable (dealer_id, confirmed_at, slip_id) where ${STUB}`);
    await runner.query('drop index posting_account, posting_dealer');
    await runner.query('create index posting_account on posting (account, at desc, id desc)');
    await runner.query('create index posting_dealer on posting (dealer_id, account, at desc, id desc)');
    await runner.query('drop trigger posting_account_month on posting');
    await runner.query('drop function keep_account_month');
    await runner.query('drop table account_month');
  }
}
