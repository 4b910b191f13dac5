import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const DUNNING = `
create table dunning (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  level int not null check (level between 1 and 3),
  slip_count int not null check (slip_count > 0),
  outstanding numeric(14,2) not null check (outstanding > 0),
  at timestamptz not null,
  unique (dealer_id, id)
);
create index dunning_newest on dunning (at desc, id desc);
create index dunning_dealer on dunning (dealer_id, at desc, id desc);

create table dunning_slip (
  id uuid primary key,
  dealer_id uuid not null,
  dunning_id uuid not null,
  slip_id uuid not null,
  level int not null check (level between 1 and 3),
  outstanding numeric(14,2) not null,
  unique (slip_id, level),
  foreign key (dealer_id, dunning_id) references dunning (dealer_id, id),
  foreign key (dealer_id, slip_id) references receivable (dealer_id, slip_id)
);
create index dunning_slip_of on dunning_slip (dunning_id);
`;

/** B-5: statements name documents by their numbers; reminders of what is owed too long. */
export class Statements1800550500000 implements MigrationInterface {
  name = 'Statements1800550500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table voucher add column document_number text not null default ''`);
    await runner.query(DUNNING);
    for (const table of ['dunning', 'dunning_slip']) await tenantTable(runner, table, { money: true });
    await runner.query(`insert into deadline (kind, ref, due_at) values ('dunning', 'daily', business_now())`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from deadline where kind in ('dunning', 'dunning-of-dealer')`);
    await runner.query('drop table dunning_slip, dunning');
    await runner.query('alter table voucher drop column document_number');
  }
}
