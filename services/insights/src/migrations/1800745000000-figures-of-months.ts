import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['call_month', 'part_use_month', 'sale_month'];

/** D-4: what a period of the files is summed up of is kept by month beside the days, parts know their call's region, and calls that wait are found by their moment. */
export class FiguresOfMonths1800745000000 implements MigrationInterface {
  name = 'FiguresOfMonths1800745000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE);
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(REGIONS);
    await runner.query(FILL);
    for (const table of TABLES) await tenantTable(runner, table);
    await runner.query('drop index call_fact_open, call_fact_region');
    // Row-level security keeps coalesce() from an index, since its kind of expression is not known to keep what it compares to itself.
    await runner.query(`create index call_fact_open on call_fact (generation, (case when open_since is null then received_at else open_since end))
      where outcome = 'open'`);
    await runner.query('drop index part_use_fact_dealer');
    await runner.query(`create index part_use_fact_dealer on part_use_fact (generation, dealer_id, confirmed_on) include (region_code, part_id, source, quantity, call_id)`);
    // The few days beside whole months, of all dealers.
    await runner.query('create index part_use_fact_day on part_use_fact (generation, confirmed_on)');
    await runner.query('create index call_day_day on call_day (generation, day)');
    await runner.query('create index sale_day_day on sale_day (generation, day)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index call_fact_open, part_use_fact_dealer, part_use_fact_day, call_day_day, sale_day_day');
    await runner.query('alter table part_use_fact drop column region_code');
    await runner.query('create index part_use_fact_dealer on part_use_fact (generation, dealer_id, confirmed_on) include (call_id, part_id, source, quantity)');
    await runner.query(`create index call_fact_open on call_fact (generation, coalesce(open_since, received_at)) where outcome = 'open'`);
    await runner.query('create index call_fact_region on call_fact (generation, region_code, call_id)');
    await runner.query(`drop table ${TABLES.join(', ')}`);
  }
}

const CREATE = `
create table call_month (
  generation int not null,
  dealer_id uuid not null,
  month date not null,
  region_code text not null,
  calls int not null,
  cancelled int not null,
  resolved int not null,
  within_24 int not null,
  within_48 int not null,
  special int not null,
  first_visit int not null,
  repeated int not null,
  primary key (generation, dealer_id, month, region_code)
);
create table part_use_month (
  generation int not null,
  dealer_id uuid not null,
  month date not null,
  region_code text not null,
  pieces int not null,
  primary key (generation, dealer_id, month, region_code)
);
create table sale_month (
  generation int not null,
  dealer_id uuid not null,
  month date not null,
  units int not null,
  primary key (generation, dealer_id, month)
);`;

/** Parts count in the region of their call, and need not look it up. */
const REGIONS = `
alter table part_use_fact add column region_code text not null default '';
update part_use_fact u set region_code = c.region_code from call_fact c where c.generation = u.generation and c.call_id = u.call_id and c.region_code <> '';`;

const FILL = `
insert into call_month
  select generation, dealer_id, date_trunc('month', day)::date, region_code, sum(calls), sum(cancelled), sum(resolved), sum(within_24), sum(within_48),
    sum(special), sum(first_visit), sum(repeated)
  from call_day group by 1, 2, 3, 4;
insert into part_use_month select generation, dealer_id, date_trunc('month', confirmed_on)::date, region_code, sum(quantity) from part_use_fact group by 1, 2, 3, 4;
insert into sale_month select generation, dealer_id, date_trunc('month', day)::date, sum(units) from sale_day group by 1, 2, 3;`;
