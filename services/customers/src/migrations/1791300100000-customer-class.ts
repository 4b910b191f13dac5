import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-7: classes as they were computed month by month, pinned ones, and the one that holds with the customer. */
export class CustomerClass1791300100000 implements MigrationInterface {
  name = 'CustomerClass1791300100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    for (const table of TENANT_TABLES) await tenantTable(runner, table);
    // The first computation is due at once; each sets the next.
    await runner.query(`insert into deadline (kind, ref, due_at)
      select 'customer-classes', to_char(business_now() at time zone 'Asia/Shanghai', 'YYYY-MM'), business_now()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from deadline where kind in ('customer-classes', 'customer-classes-of-dealer')`);
    await runner.query('drop table customer_class_pin, customer_class, customer_class_run');
    await runner.query('alter table customer drop column class');
  }
}

const TENANT_TABLES = ['customer_class_run', 'customer_class', 'customer_class_pin'];

const TABLES = [
  `alter table customer add column class text not null default 'C' check (class in ('A', 'B', 'C'))`,
  `create index customer_of_class on customer (class, created_at desc, id desc) where class <> 'C'`,
  `create index customer_of_dealer_class on customer (dealer_id, class, created_at desc, id desc)`,
  `create table customer_class_run (
    dealer_id uuid not null,
    month text not null,
    from_on date not null,
    to_on date not null,
    period_months int not null check (period_months > 0),
    a_percent int not null,
    b_percent int not null,
    computed_at timestamptz not null,
    primary key (dealer_id, month)
  )`,
  `create table customer_class (
    customer_id uuid not null,
    month text not null,
    dealer_id uuid not null,
    class text not null check (class in ('A', 'B', 'C')),
    contribution numeric(14,2) not null check (contribution > 0),
    frequency int not null check (frequency > 0),
    last_on date not null,
    share_before numeric(5,2) not null,
    primary key (customer_id, month),
    foreign key (dealer_id, month) references customer_class_run (dealer_id, month),
    foreign key (dealer_id, customer_id) references customer (dealer_id, id)
  )`,
  `create table customer_class_pin (
    customer_id uuid primary key,
    dealer_id uuid not null,
    class text not null check (class in ('A', 'B', 'C')),
    reason text not null,
    pinned_by text not null,
    pinned_at timestamptz not null,
    foreign key (dealer_id, customer_id) references customer (dealer_id, id)
  )`,
];
