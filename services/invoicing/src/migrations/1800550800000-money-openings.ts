import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ACCOUNTS = [
  'receivable', 'unearned_revenue', 'revenue', 'tax_payable', 'deposit', 'unmatched', 'bank_transfer', 'cash', 'wechat_pay', 'alipay', 'unidentified', 'reimbursement_expense',
  'reimbursement_payable',
];
const accountCheck = (accounts: readonly string[]): string[] => [
  'alter table posting drop constraint posting_account_check',
  `alter table posting add constraint posting_account_check check (account in (${accounts.map((account) => `'${account}'`).join(', ')}))`,
];

const OPENINGS = `
create table money_opening (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  cut_over_on date not null,
  state text not null check (state in ('draft', 'approved', 'discarded', 'reversed')),
  reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  approved_by text,
  version int not null,
  unique (dealer_id, id)
);
create unique index money_opening_once on money_opening (dealer_id) where state in ('draft', 'approved');
create index money_opening_newest on money_opening (created_at desc, id desc);
create index money_opening_state on money_opening (state, created_at desc, id desc);

create table money_opening_line (
  id uuid primary key,
  dealer_id uuid not null,
  opening_id uuid not null,
  kind text not null check (kind in ('receivable', 'deposit', 'credit_line')),
  document_number text not null,
  document_date date,
  amount numeric(14,2) not null check (amount >= 0),
  foreign key (dealer_id, opening_id) references money_opening (dealer_id, id),
  check ((kind = 'receivable') = (document_date is not null))
);
create index money_opening_line_of on money_opening_line (opening_id);
`;

/** X-9: what dealers owed and had when the platform went live. */
export class MoneyOpenings1800550800000 implements MigrationInterface {
  name = 'MoneyOpenings1800550800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of accountCheck([...ACCOUNTS, 'opening_balance'])) await runner.query(sql);
    await runner.query(OPENINGS);
    for (const table of ['money_opening', 'money_opening_line']) await tenantTable(runner, table, { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table money_opening_line, money_opening');
    for (const sql of accountCheck(ACCOUNTS)) await runner.query(sql);
  }
}
