import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ACCOUNTS = ['receivable', 'unearned_revenue', 'revenue', 'tax_payable', 'deposit', 'unmatched', 'bank_transfer', 'cash', 'wechat_pay', 'alipay'];
const accountCheck = (accounts: readonly string[]): string[] => [
  'alter table posting drop constraint posting_account_check',
  `alter table posting add constraint posting_account_check check (account in (${accounts.map((account) => `'${account}'`).join(', ')}))`,
];

const CHANGES = [
  // Money that came in and is nobody's yet stands in the ledger without a dealer.
  'alter table voucher alter column dealer_id drop not null',
  'alter table posting alter column dealer_id drop not null',
  ...accountCheck([...ACCOUNTS, 'unidentified']),
  'alter table payment add column posted_by_itself boolean not null default false',
  'create index payment_by_itself on payment (received_at desc, id desc) where posted_by_itself',
];

const BANK = `
create table bank_format (
  id uuid primary key,
  name text not null unique,
  account text not null,
  columns jsonb not null,
  version int not null
);
create index bank_format_name on bank_format (name, id);

create table bank_line (
  id uuid primary key,
  account text not null,
  line_key text not null,
  job_id uuid not null,
  bank_date date not null,
  amount numeric(14,2) not null check (amount > 0),
  reference text not null,
  payer_name text not null,
  payer_account text not null,
  transaction_number text not null,
  state text not null check (state in ('waiting', 'received', 'ignored')),
  dealer_id uuid,
  found_by text not null,
  payment_id uuid,
  reason text not null,
  created_at timestamptz not null,
  version int not null,
  unique (account, line_key),
  check ((state = 'received') = (payment_id is not null))
);
create index bank_line_newest on bank_line (created_at desc, id desc);
create index bank_line_state on bank_line (state, created_at desc, id desc);
create index bank_line_job on bank_line (job_id, created_at desc, id desc);
`;

/** B-4: files of banks, whose lines become payments. */
export class BankLines1800550600000 implements MigrationInterface {
  name = 'BankLines1800550600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of CHANGES) await runner.query(sql);
    await runner.query(BANK);
    await tenantTable(runner, 'bank_line', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table bank_line, bank_format');
    await runner.query('alter table payment drop column posted_by_itself');
    for (const sql of accountCheck(ACCOUNTS)) await runner.query(sql);
    for (const table of ['posting', 'voucher']) await runner.query(`alter table ${table} alter column dealer_id set not null`);
  }
}
