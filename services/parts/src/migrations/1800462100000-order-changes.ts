import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** P-10: changes of what stands on a printed picking list. */
export class OrderChanges1800462100000 implements MigrationInterface {
  name = 'OrderChanges1800462100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLE, ...INDEXES]) await runner.query(sql);
    await tenantTable(runner, 'order_change');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table order_change');
  }
}

const TABLE = `
create table order_change (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  state text not null check (state in ('open', 'accepted', 'refused', 'withdrawn')),
  request_id uuid not null,
  request_line_id uuid not null,
  kind text not null check (kind in ('cancel', 'reduce')),
  quantity_before int not null,
  quantity int not null check (quantity >= 0 and quantity < quantity_before),
  reason text not null,
  asked_by text not null,
  created_at timestamptz not null,
  created_by text not null,
  decision_reason text not null,
  decided_at timestamptz,
  decided_by text not null,
  version int not null,
  check ((kind = 'cancel') = (quantity = 0)),
  check ((state = 'open') = (decided_at is null)),
  foreign key (dealer_id, request_id) references parts_request (dealer_id, id),
  foreign key (dealer_id, request_line_id) references parts_request_line (dealer_id, id)
);
`;

const INDEXES = [
  // One change of a line is open at a time.
  `create unique index order_change_open on order_change (request_line_id) where state = 'open'`,
  `create index order_change_open_request on order_change (request_id) where state = 'open'`,
  'create index order_change_newest on order_change (created_at desc, id desc)',
  'create index order_change_state on order_change (state, created_at desc, id desc)',
  'create index order_change_dealer on order_change (dealer_id, created_at desc, id desc)',
  'create index order_change_dealer_state on order_change (dealer_id, state, created_at desc, id desc)',
  'create index order_change_request on order_change (request_id, created_at desc, id desc)',
];
