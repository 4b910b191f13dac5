import type { MigrationInterface, QueryRunner } from 'typeorm';

const keep = (postings: string): string => `
  create or replace function keep_account_month() returns trigger language plpgsql as $$
    begin
      insert into account_month as kept (dealer_id, account, month, debit, credit)
      select dealer_id, account, month, sum(debit), sum(credit) from ${postings} group by 1, 2, 3 order by 1, 2, 3
      on conflict (dealer_id, account, month) do update set debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit;
      return null;
    end $$`;

/** B-4: what is booked for nobody known takes no turn, so that all who book it would wait for each other at one row of its month; it is summed from its index. */
export class MonthsOfDealers1800780000000 implements MigrationInterface {
  name = 'MonthsOfDealers1800780000000';

  async up(runner: QueryRunner): Promise<void> {
    // Nobody books between the new function and what it leaves out.
    await runner.query('lock table posting in share row exclusive mode');
    await runner.query(keep('booked where dealer_id is not null'));
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('delete from account_month where dealer_id is null');
    await runner.query('alter table account_month alter column dealer_id set not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('lock table posting in share row exclusive mode');
    await runner.query('alter table account_month alter column dealer_id drop not null');
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`insert into account_month select dealer_id, account, month, sum(debit), sum(credit) from posting where dealer_id is null group by 1, 2, 3`);
    await runner.query(keep('booked'));
  }
}
