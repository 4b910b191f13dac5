import { beyondTenants } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A month in which both contributed: what both paid, on the days of either, and the better of the two classes; it is asked after their purchases were put together. */
export const JOINED = `
  with files as (select id from customer where id in (merged_file, surviving_file) or merged_into in (merged_file, surviving_file)),
    paid (dealer_id, day) as (
      select s.dealer_id, coalesce(u.purchase_date, (s.sold_at at time zone 'Asia/Shanghai')::date) from unit_sale s join product_unit u on u.id = s.unit_id where s.buyer_id = surviving_file
      union select r.dealer_id, r.given_on from known_receipt r where r.customer_id in (select id from files) and r.state = 'given'),
    gone as (delete from customer_class k using customer_class o where k.customer_id = merged_file and o.customer_id = surviving_file and o.month = k.month returning k.*)
  update customer_class o set contribution = o.contribution + k.contribution, last_on = greatest(o.last_on, k.last_on), class = least(o.class, k.class),
    share_before = least(o.share_before, k.share_before), frequency = greatest(o.frequency, k.frequency,
      (select count(*)::int from paid p join customer_class_run r on r.dealer_id = p.dealer_id where r.dealer_id = o.dealer_id and r.month = o.month and p.day between r.from_on and r.to_on))
  from gone k where o.customer_id = surviving_file and o.month = k.month`;

/** The function that joins the months of both by a statement, and gives the surviving file those of the merged one alone. */
export const mergeClasses = (joined: string): string => `
  create or replace function merge_customer_classes(merged_file uuid, surviving_file uuid) returns void language plpgsql as $$
  ${beyondTenants(`${joined}; update customer_class set customer_id = surviving_file where customer_id = merged_file`)}
  $$`;

/**
 * C-1, C-7: a merge puts the classes of both files together, month by month, also those that a dealer computed who served one of them before
 * (D-1), which the merging dealer does not see. Rows of before that were left with a merged file as well.
 */
export class ClassesOfBoth1800914000000 implements MigrationInterface {
  name = 'ClassesOfBoth1800914000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(mergeClasses(JOINED));
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`
      select merge_customer_classes(c.id, c.merged_into) from customer c
      where c.merged_into is not null and exists (select from customer_class k where k.customer_id = c.id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function merge_customer_classes');
  }
}
