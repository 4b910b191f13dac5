import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table supplier_claim (
  id uuid primary key,
  number text not null unique,
  supplier text not null,
  state text not null check (state in ('open', 'sent', 'closed', 'cancelled')),
  grounds text not null,
  reference text not null,
  reason text not null,
  files jsonb not null,
  recovered numeric(14,2) not null check (recovered >= 0),
  opened_by text not null,
  opened_at timestamptz not null,
  version int not null
);
create index supplier_claim_newest on supplier_claim (opened_at desc, id desc);
create index supplier_claim_supplier on supplier_claim (supplier, opened_at desc, id desc);

create table supplier_claim_line (
  claim_id uuid not null references supplier_claim (id),
  counted_line_id uuid not null references return_counted_line (id),
  part_id uuid not null references part (id),
  quantity int not null check (quantity > 0),
  unit_cost numeric(14,4) check (unit_cost >= 0),
  live boolean not null,
  primary key (claim_id, counted_line_id)
);
-- Q-6: no piece is claimed twice.
create unique index supplier_claim_line_once on supplier_claim_line (counted_line_id) where live;
create index return_counted_line_claim on return_counted_line (id) where condition = 'supplier_claim';

create table supplier_recovery (
  id uuid primary key,
  claim_id uuid not null references supplier_claim (id),
  recovered_on date not null,
  amount numeric(14,2) not null check (amount > 0),
  note text not null,
  entered_by text not null,
  entered_at timestamptz not null
);
create index supplier_recovery_of on supplier_recovery (claim_id, entered_at, id);
create trigger supplier_recovery_append_only before update or delete or truncate on supplier_recovery
  for each statement execute function refuse_change();
`;

/** claims against suppliers over pieces that came back. */
export class SupplierClaims1800200400000 implements MigrationInterface {
  name = 'SupplierClaims1800200400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index return_counted_line_claim');
    await runner.query('drop table supplier_recovery, supplier_claim_line, supplier_claim');
  }
}
