import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = [
  'alter table invoice drop constraint invoice_state_check',
  `alter table invoice add constraint invoice_state_check check (state in ('requested', 'issued', 'delivered', 'red_letter', 'withdrawn'))`,
  'alter table invoice add column red_total numeric(14,2) not null default 0 check (red_total >= 0 and red_total <= gross_total)',
  `alter table invoice add column withdraw_reason text not null default ''`,
  `alter table invoice add column platform_note text not null default ''`,
  'alter table invoice_line add constraint invoice_line_dealer_key unique (dealer_id, id)',
  'create index invoice_papers on invoice (dealer_id, invoice_date, id) where invoice_number is not null',
];

const RED_LETTERS = `
create table red_letter (
  id uuid primary key,
  number text unique,
  dealer_id uuid not null,
  invoice_id uuid not null,
  state text not null check (state in ('draft', 'approved', 'issued', 'delivered', 'discarded')),
  reason text not null,
  discard_reason text not null,
  whole boolean not null,
  net_total numeric(14,2) not null,
  tax_total numeric(14,2) not null,
  gross_total numeric(14,2) not null check (gross_total >= 0),
  invoice_number text unique check (invoice_number ~ '^[0-9]{20}$'),
  invoice_date date,
  files jsonb not null,
  drafted_by text not null,
  approved_by text,
  created_at timestamptz not null,
  version int not null,
  check (gross_total = net_total + tax_total),
  check (state not in ('approved', 'issued', 'delivered') or number is not null),
  check ((state in ('issued', 'delivered')) = (invoice_number is not null)),
  unique (dealer_id, id),
  foreign key (dealer_id, invoice_id) references invoice (dealer_id, id)
);
create index red_letter_newest on red_letter (created_at desc, id desc);
create index red_letter_dealer on red_letter (dealer_id, created_at desc, id desc);
create index red_letter_state on red_letter (state, created_at desc, id desc);
create index red_letter_dealer_state on red_letter (dealer_id, state, created_at desc, id desc);
create index red_letter_invoice on red_letter (invoice_id, created_at desc, id desc);
create index red_letter_papers on red_letter (dealer_id, invoice_date, id) where invoice_number is not null;

create table red_letter_line (
  id uuid primary key,
  dealer_id uuid not null,
  red_letter_id uuid not null,
  invoice_line_id uuid not null,
  open boolean not null,
  foreign key (dealer_id, red_letter_id) references red_letter (dealer_id, id),
  foreign key (dealer_id, invoice_line_id) references invoice_line (dealer_id, id)
);
create unique index red_letter_line_open on red_letter_line (invoice_line_id) where open;
create index red_letter_line_of on red_letter_line (red_letter_id);

create view invoice_paper with (security_invoker = true) as
  select id, dealer_id, 'invoice' as document_kind, number, invoice_number, invoice_date, gross_total as gross_amount, files
    from invoice where invoice_number is not null
  union all
  select id, dealer_id, 'red_letter', number, invoice_number, invoice_date, -gross_total, files
    from red_letter where invoice_number is not null;
`;

/** B-2: what takes an issued invoice back; one that is not issued yet is withdrawn. */
export class RedLetters1800550100000 implements MigrationInterface {
  name = 'RedLetters1800550100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of CHANGES) await runner.query(sql);
    await runner.query(RED_LETTERS);
    for (const table of ['red_letter', 'red_letter_line']) await tenantTable(runner, table, { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view invoice_paper');
    await runner.query('drop table red_letter_line, red_letter');
    await runner.query('drop index invoice_papers');
    await runner.query('alter table invoice_line drop constraint invoice_line_dealer_key');
    await runner.query('alter table invoice drop column red_total, drop column withdraw_reason, drop column platform_note');
    await runner.query('alter table invoice drop constraint invoice_state_check');
    await runner.query(`alter table invoice add constraint invoice_state_check check (state in ('requested', 'issued', 'delivered', 'red_letter'))`);
  }
}
