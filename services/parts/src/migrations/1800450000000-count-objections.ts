import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** H-5: objections to a count, and the lines that correct it: what was counted first stays as it was written. */
export class CountObjections1800450000000 implements MigrationInterface {
  name = 'CountObjections1800450000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLE, LINES, ...INDEXES]) await runner.query(sql);
    await tenantTable(runner, 'return_objection');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index return_counted_line_corrected, return_counted_line_replaces, return_counted_line_objection');
    await runner.query('alter table return_counted_line drop column objection_id, drop column replaces_line_id, drop column counted_at');
    await runner.query('drop table return_objection');
    await runner.query('alter table return_counted_line drop constraint return_counted_line_dealer');
  }
}

const TABLE = `
alter table return_counted_line add constraint return_counted_line_dealer unique (dealer_id, id);
create table return_objection (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  state text not null check (state in ('open', 'upheld', 'refused')),
  parcel_id uuid not null,
  line_id uuid,
  part_id uuid not null references part (id),
  unit_serial text not null,
  counted_quantity int not null check (counted_quantity >= 0),
  counted_condition text not null,
  kind text not null check (kind in ('quantity', 'condition', 'wrong_part')),
  quantity int not null check (quantity > 0),
  condition text not null check (condition in ('', 'reusable', 'scrap', 'supplier_claim')),
  reason text not null,
  photos jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  decision_reason text not null default '',
  decided_at timestamptz,
  decided_by text not null default '',
  version int not null,
  check ((state = 'open') = (decided_at is null)),
  unique (dealer_id, id),
  foreign key (dealer_id, parcel_id) references return_parcel (dealer_id, id),
  foreign key (dealer_id, line_id) references return_counted_line (dealer_id, id)
);
`;

const LINES = `
alter table return_counted_line
  add column objection_id uuid,
  add column replaces_line_id uuid,
  add column counted_at timestamptz,
  add foreign key (dealer_id, objection_id) references return_objection (dealer_id, id),
  add foreign key (dealer_id, replaces_line_id) references return_counted_line (dealer_id, id);
`;

const INDEXES = [
  // One objection to a line is open at a time.
  `create unique index return_objection_open on return_objection (parcel_id, part_id, unit_serial, line_id) nulls not distinct where state = 'open'`,
  'create index return_objection_newest on return_objection (created_at desc, id desc)',
  'create index return_objection_state on return_objection (state, created_at desc, id desc)',
  'create index return_objection_dealer on return_objection (dealer_id, created_at desc, id desc)',
  'create index return_objection_dealer_state on return_objection (dealer_id, state, created_at desc, id desc)',
  'create index return_objection_parcel on return_objection (parcel_id, created_at desc, id desc)',
  'create index return_counted_line_replaces on return_counted_line (replaces_line_id) where replaces_line_id is not null',
  'create index return_counted_line_objection on return_counted_line (objection_id) where objection_id is not null',
  'create index return_counted_line_corrected on return_counted_line (counted_at desc, id desc) where counted_at is not null',
];
