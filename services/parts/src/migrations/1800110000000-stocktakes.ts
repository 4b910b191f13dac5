import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stocktakes (H-2 to H-7), and when a parcel arrived. */
export class Stocktakes1800110000000 implements MigrationInterface {
  name = 'Stocktakes1800110000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLES, ...INDEXES]) await runner.query(sql);
    for (const table of ['stocktake_piece', 'stocktake_exclusion']) {
      await runner.query(`create trigger ${table}_append_only before update or delete or truncate on ${table} for each statement execute function refuse_change()`);
    }
    for (const table of STOCKTAKES) await tenantTable(runner, table, { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${[...STOCKTAKES].reverse().join(', ')}`);
    await runner.query('drop index obligation_settlement_dealer');
    await runner.query('alter table return_parcel drop column received_at');
  }
}

const STOCKTAKES = ['stocktake', 'stocktake_line', 'stocktake_piece', 'stocktake_exclusion'];

const INDEXES = [
  // As of a day in the past: what has moved since is read, not all that ever was.
  'create index obligation_settlement_dealer on obligation_settlement (dealer_id, at)',
  'create index stocktake_newest on stocktake (opened_at desc, id desc)',
  'create index stocktake_state on stocktake (state, opened_at desc, id desc)',
  'create index stocktake_dealer on stocktake (dealer_id, opened_at desc, id desc)',
  'create index stocktake_dealer_state on stocktake (dealer_id, state, opened_at desc, id desc)',
  // Pieces converted once are not borrowed again: one at a time (H-7).
  `create unique index stocktake_unfinished on stocktake (dealer_id) where state in ('open', 'closed')`,
  'create index stocktake_piece_part on stocktake_piece (stocktake_id, part_id)',
  'create index stocktake_piece_obligation on stocktake_piece (obligation_id)',
];

const TABLES = `
alter table return_parcel add column received_at timestamptz;

create table stocktake (
  id uuid primary key,
  number text unique,
  dealer_id uuid not null,
  state text not null check (state in ('open', 'closed', 'confirmed', 'cancelled')),
  cut_off_on date not null,
  return_until date not null check (return_until > cut_off_on),
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  object_until date,
  confirmed_at timestamptz,
  month text,
  cancel_reason text not null default '',
  borrowed_quantity int not null check (borrowed_quantity >= 0),
  line_count int not null check (line_count >= 0),
  objection_count int not null default 0 check (objection_count >= 0),
  version int not null,
  check ((state = 'confirmed') = (confirmed_at is not null)),
  check (state not in ('closed', 'confirmed') or object_until is not null),
  check ((confirmed_at is null) = (month is null)),
  check ((state = 'cancelled') = (cancel_reason <> '')),
  unique (dealer_id, id)
);

create table stocktake_line (
  id uuid primary key,
  dealer_id uuid not null,
  stocktake_id uuid not null,
  position int not null,
  part_id uuid not null references part (id),
  borrowed_quantity int not null check (borrowed_quantity >= 0),
  unit_price numeric(14,4) check (unit_price >= 0),
  objection text not null default '',
  decision text not null default '' check (decision in ('', 'charge', 'excuse', 'extend')),
  decision_due_on date,
  decision_reason text not null default '',
  decision_evidence jsonb not null default '[]',
  decided_by text not null default '',
  outstanding_quantity int check (outstanding_quantity between 0 and borrowed_quantity),
  otherwise_quantity int check (otherwise_quantity >= 0),
  surplus_quantity int check (surplus_quantity >= 0),
  slip_id uuid,
  check ((decision = 'extend') = (decision_due_on is not null)),
  check (decision = '' or decision_reason <> ''),
  unique (stocktake_id, position),
  unique (stocktake_id, part_id),
  foreign key (dealer_id, stocktake_id) references stocktake (dealer_id, id),
  foreign key (dealer_id, slip_id) references charge_slip (dealer_id, id)
);

create table stocktake_piece (
  stocktake_id uuid not null,
  obligation_id uuid not null,
  dealer_id uuid not null,
  part_id uuid not null,
  quantity int not null check (quantity > 0),
  primary key (stocktake_id, obligation_id),
  foreign key (dealer_id, stocktake_id) references stocktake (dealer_id, id),
  foreign key (dealer_id, obligation_id) references obligation (dealer_id, id)
);

create table stocktake_exclusion (
  id uuid primary key,
  dealer_id uuid not null,
  stocktake_id uuid not null,
  position int not null,
  part_id uuid not null references part (id),
  rule text not null check (rule in ('gift', 'office', 'literature', 'charged', 'special_without_return', 'return_not_required')),
  quantity int not null check (quantity > 0),
  unique (stocktake_id, position),
  foreign key (dealer_id, stocktake_id) references stocktake (dealer_id, id)
);
`;
