import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Parts that come back after they were charged (H-7). */
export class LateReturns1800120000000 implements MigrationInterface {
  name = 'LateReturns1800120000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLES, ...INDEXES]) await runner.query(sql);
    await tenantTable(runner, 'late_return');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table late_return');
    await runner.query('drop index obligation_settlement_charge, obligation_settlement_charged');
    await runner.query('alter table return_counted_line drop constraint return_counted_line_sorted');
    await runner.query('alter table return_counted_line drop column late_quantity, drop column refused_quantity');
    await runner.query(`alter table return_counted_line add constraint return_counted_line_check
      check (met_quantity + surplus_quantity = case condition when 'wrong_part' then 0 else quantity end)`);
  }
}

const INDEXES = [
  // Charges of a dealer's pieces, and what a slip and its reversals did to obligations.
  `create index obligation_settlement_charged on obligation_settlement (obligation_id) where kind in ('charged', 'conversion_reversed')`,
  `create index obligation_settlement_charge on obligation_settlement (document_id) where kind in ('charged', 'conversion_reversed')`,
  'create index late_return_newest on late_return (created_at desc, id desc)',
  'create index late_return_state on late_return (state, created_at desc, id desc)',
  'create index late_return_dealer on late_return (dealer_id, created_at desc, id desc)',
  'create index late_return_dealer_state on late_return (dealer_id, state, created_at desc, id desc)',
  `create index late_return_slip on late_return (slip_id) where state = 'waiting'`,
  `create index late_return_obligation on late_return (obligation_id) where state = 'waiting'`,
  `create index late_return_retry on late_return (retry_at) where state = 'waiting'`,
];

const TABLES = `
alter table return_counted_line add column late_quantity int not null default 0 check (late_quantity >= 0);
alter table return_counted_line add column refused_quantity int not null default 0 check (refused_quantity >= 0);
alter table return_counted_line drop constraint return_counted_line_check;
alter table return_counted_line add constraint return_counted_line_sorted
  check (met_quantity + surplus_quantity + late_quantity + refused_quantity = case condition when 'wrong_part' then 0 else quantity end);

create table late_return (
  id uuid primary key,
  dealer_id uuid not null,
  state text not null check (state in ('waiting', 'reversed', 'refused', 'sent_back')),
  parcel_id uuid not null,
  part_id uuid not null references part (id),
  quantity int not null check (quantity > 0),
  obligation_id uuid not null,
  slip_id uuid not null,
  charged_on date not null,
  arrived_on date not null,
  waits_for text not null default '',
  retry_at timestamptz,
  reversing_slip_id uuid,
  carrier text not null default '',
  waybill_number text not null default '',
  created_at timestamptz not null,
  version int not null,
  check ((state = 'reversed') = (reversing_slip_id is not null)),
  foreign key (dealer_id, parcel_id) references return_parcel (dealer_id, id),
  foreign key (dealer_id, obligation_id) references obligation (dealer_id, id),
  foreign key (dealer_id, slip_id) references charge_slip (dealer_id, id),
  foreign key (dealer_id, reversing_slip_id) references charge_slip (dealer_id, id)
);
`;
