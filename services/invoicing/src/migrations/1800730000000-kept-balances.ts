import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = `
create table dealer_balance (
  dealer_id uuid not null,
  account text not null check (account in ('deposit', 'unmatched')),
  balance numeric(20,2) not null,
  primary key (dealer_id, account)
)`;

const sums = (postings: string): string => `
  insert into dealer_balance as kept (dealer_id, account, balance)
  select dealer_id, account, sum(credit - debit) from ${postings} where dealer_id is not null and account in ('deposit', 'unmatched') group by 1, 2 order by 1, 2
  on conflict (dealer_id, account) do update set balance = kept.balance + excluded.balance`;

/** Whoever books for a dealer holds the turn for its money, so that nobody waits here for anybody new. */
const KEEP = [
  `create function keep_dealer_balance() returns trigger language plpgsql as $$
    begin
      ${sums('booked')};
      return null;
    end $$`,
  `create trigger posting_dealer_balance after insert on posting referencing new table as booked for each statement execute function keep_dealer_balance()`,
];

const OPEN = 'gross_total - reversed_total > paid_total';
const STUB = `invoice_wish = 'later' and stub_net > 0`;

/** A dealer's open slips and stubs are summed from their index alone, dealer after dealer in the order of the lists. */
const INDEXES = [
  'create index dealer_account_code on dealer_account (code, dealer_id)',
  'drop index receivable_dealer_open, receivable_dealer_stub',
  `create index receivable_dealer_open on receivable (dealer_id, confirmed_at, slip_id) include (gross_total, reversed_total, paid_total) where ${OPEN}`,
  `create index receivable_dealer_stub on receivable (dealer_id, confirmed_at, slip_id) include (stub_net, stub_tax, invoice_wish) where ${STUB}`,
];

/** B-4, B-5: what the manufacturer has of a dealer is kept with each posting, instead of summed up from all of them. */
export class KeptBalances1800730000000 implements MigrationInterface {
  name = 'KeptBalances1800730000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(TABLE);
    await runner.query(sums('posting'));
    for (const sql of KEEP) await runner.query(sql);
    await tenantTable(runner, 'dealer_balance', { money: true });
    for (const sql of INDEXES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index dealer_account_code, receivable_dealer_open, receivable_dealer_stub');
    await runner.query(`create index receivable_dealer_open on receivable (dealer_id, confirmed_at, slip_id) where ${OPEN}`);
    await runner.query(`create index receivable_dealer_stub on receivable (dealer_id, confirmed_at, slip_id) where ${STUB}`);
    await runner.query('drop trigger posting_dealer_balance on posting');
    await runner.query('drop function keep_dealer_balance');
    await runner.query('drop table dealer_balance');
  }
}
