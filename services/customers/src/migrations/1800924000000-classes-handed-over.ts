import { beyondTenants } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JOINED, mergeClasses } from './1800914000000-classes-of-both.js';

/**
 * C-7, D-1: the classes of a customer are read by whoever serves him, as his pin is, and go over with his file; who computed them stays beside it.
 * Those of files that went over before follow their file; where taking off a pin had not found them, the class that was computed holds again.
 */
export class ClassesHandedOver1800924000000 implements MigrationInterface {
  name = 'ClassesHandedOver1800924000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const statement of CHANGES) await runner.query(statement);
    await runner.query(RUNS);
    await runner.query(mergeClasses(JOINED_OF_ANY));
    await runner.query(HELD_AGAIN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(mergeClasses(JOINED));
    for (const statement of BACK) await runner.query(statement);
  }
}

const CHANGES = [
  'alter table customer_class add column computed_by uuid',
  'update customer_class set computed_by = dealer_id',
  'alter table customer_class alter column computed_by set not null',
  'alter table customer_class drop constraint customer_class_dealer_id_month_fkey',
  // Not by his dealer, nor by one that left: one to which his call was routed had classed him by its receipts.
  `delete from customer_class k using customer c where c.id = k.customer_id and c.dealer_id <> k.dealer_id
    and not exists (select from known_dealer d where d.id = k.dealer_id and d.status = 'terminated')`,
  'update customer_class k set dealer_id = c.dealer_id from customer c where c.id = k.customer_id and c.dealer_id <> k.dealer_id',
  'alter table customer_class add foreign key (computed_by, month) references customer_class_run (dealer_id, month)',
  'alter table customer_class add foreign key (dealer_id, customer_id) references customer (dealer_id, id) deferrable initially immediate',
];

/** What was counted with which limits by the dealer that serves a customer, and by those that classed him before, whose runs it does not see. */
const RUNS = `
  create function customer_class_runs(customer uuid, dealer uuid) returns setof customer_class_run language plpgsql as $$
  ${beyondTenants(`
    return query select r.* from customer_class_run r
      where r.dealer_id = dealer or r.dealer_id in (select k.computed_by from customer_class k where k.customer_id = customer)`)}
  $$`;

const BACK = [
  'drop function customer_class_runs',
  'alter table customer_class drop constraint customer_class_dealer_id_customer_id_fkey',
  'alter table customer_class drop constraint customer_class_computed_by_month_fkey',
  'update customer_class set dealer_id = computed_by',
  'alter table customer_class add foreign key (dealer_id, month) references customer_class_run (dealer_id, month)',
  'alter table customer_class drop column computed_by',
];

/** As before, whoever computed them; of a month that two dealers computed the sum is known as the former one's, so that it stays hidden from who did not make all of it. */
const JOINED_OF_ANY = `
  with files as (select id from customer where id in (merged_file, surviving_file) or merged_into in (merged_file, surviving_file)),
    paid (day) as (
      select coalesce(u.purchase_date, (s.sold_at at time zone 'Asia/Shanghai')::date) from unit_sale s join product_unit u on u.id = s.unit_id where s.buyer_id = surviving_file
      union select r.given_on from known_receipt r where r.customer_id in (select id from files) and r.state = 'given'),
    gone as (delete from customer_class k using customer_class o where k.customer_id = merged_file and o.customer_id = surviving_file and o.month = k.month returning k.*)
  update customer_class o set contribution = o.contribution + k.contribution, last_on = greatest(o.last_on, k.last_on), class = least(o.class, k.class),
    share_before = least(o.share_before, k.share_before), computed_by = case when o.computed_by = o.dealer_id then k.computed_by else o.computed_by end,
    frequency = greatest(o.frequency, k.frequency,
      (select count(*)::int from paid p join customer_class_run r on p.day between r.from_on and r.to_on where r.dealer_id = o.computed_by and r.month = o.month))
  from gone k where o.customer_id = surviving_file and o.month = k.month`;

/** The class of the newest month that his dealer, or one that classed him before, computed; whoever has none in it is C. */
const HELD_AGAIN = `
  update customer c set class = h.class from (
    select f.id, coalesce((select k.class from customer_class k where k.customer_id = f.id and k.month = (
      select max(r.month) from customer_class_runs(f.id, f.dealer_id) r)), 'C') as class
    from customer f
    where f.merged_into is null and not exists (select from customer_class_pin p where p.customer_id = f.id)
      and exists (select from customer_class k where k.customer_id = f.id and k.computed_by <> k.dealer_id)) h
  where c.id = h.id and c.class <> h.class`;
