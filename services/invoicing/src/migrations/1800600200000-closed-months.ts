import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table closed_month (
  id uuid primary key,
  month text not null unique check (month ~ '^\\d{4}-\\d{2}$'),
  closed_at timestamptz not null,
  closed_by text not null,
  hash text not null,
  issued_lines int not null,
  issued_pieces int not null,
  revenue_lines int not null,
  revenue_net numeric(20,2) not null,
  returned_lines int not null,
  returned_pieces int not null
);
create table closed_line (
  id uuid primary key,
  month text not null references closed_month (month),
  list text not null check (list in ('issued', 'revenue', 'returned')),
  position int not null,
  term text not null,
  line_id uuid not null,
  dealer_id uuid not null,
  part_id uuid not null,
  part_number text not null,
  reason text not null,
  quantity int not null,
  net_amount numeric(20,2) not null,
  document_kind text not null,
  document_id uuid not null,
  document_number text not null,
  unique (month, list, position)
);
create index closed_line_dealer on closed_line (month, list, dealer_id, position);
create index closed_line_revenue on closed_line (document_id) where list = 'revenue';
create index posting_revenue_month on posting (month, voucher_id) where account = 'revenue';
`;

/** B-6: what a close froze is never changed, by nobody. */
export class ClosedMonths1800600200000 implements MigrationInterface {
  name = 'ClosedMonths1800600200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['closed_month', 'closed_line']) {
      await runner.query(`create trigger ${table}_stays before update or delete or truncate on ${table} for each statement execute function refuse_change()`);
    }
    await tenantTable(runner, 'closed_line', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index posting_revenue_month');
    await runner.query('drop table closed_line, closed_month');
  }
}
