import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Obligations are changed by the version that was seen; excuses, later due dates and exclusions found after the fact (H-1, F-1). */
export class ObligationEndings1800100000000 implements MigrationInterface {
  name = 'ObligationEndings1800100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VERSION);
    await runner.query(TABLES);
    for (const table of KEPT) {
      await runner.query(`create trigger ${table}_append_only before update or delete or truncate on ${table} for each statement execute function refuse_change()`);
      await tenantTable(runner, table);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${KEPT.join(', ')}`);
    await runner.query('drop trigger obligation_next_version on obligation');
    await runner.query('drop function obligation_next_version');
    await runner.query('alter table obligation drop column version');
  }
}

const KEPT = ['obligation_excuse', 'obligation_extension', 'obligation_exclusion'];

const VERSION = `
alter table obligation add column version int not null default 1;
create function obligation_next_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger obligation_next_version before update on obligation for each row execute function obligation_next_version();
`;

const TABLES = `
create table obligation_excuse (
  id uuid primary key,
  dealer_id uuid not null,
  obligation_id uuid not null,
  quantity int not null check (quantity > 0),
  basis text not null check (basis in ('lost_in_transit', 'approval')),
  reason text not null check (reason <> ''),
  evidence jsonb not null check (jsonb_array_length(evidence) > 0),
  excused_by text not null,
  at timestamptz not null,
  foreign key (dealer_id, obligation_id) references obligation (dealer_id, id)
);
create index obligation_excuse_of on obligation_excuse (obligation_id);

create table obligation_extension (
  id uuid primary key,
  dealer_id uuid not null,
  obligation_id uuid not null,
  from_due_on date,
  to_due_on date not null,
  reason text not null check (reason <> ''),
  extended_by text not null,
  at timestamptz not null,
  check (to_due_on > from_due_on),
  foreign key (dealer_id, obligation_id) references obligation (dealer_id, id)
);
create index obligation_extension_of on obligation_extension (obligation_id, at);

create table obligation_exclusion (
  id uuid primary key,
  dealer_id uuid not null,
  obligation_id uuid not null,
  slip_id uuid not null,
  quantity int not null check (quantity > 0),
  exclusion text not null check (exclusion in ('misuse', 'self_moved', 'unauthorised_repair', 'power_supply', 'force_majeure')),
  cause text not null check (cause <> ''),
  evidence jsonb not null check (jsonb_array_length(evidence) > 0),
  found_by text not null,
  at timestamptz not null,
  foreign key (dealer_id, obligation_id) references obligation (dealer_id, id),
  foreign key (dealer_id, slip_id) references charge_slip (dealer_id, id)
);
create index obligation_exclusion_of on obligation_exclusion (obligation_id);
`;
