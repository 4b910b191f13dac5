import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ACCOUNTS = ['receivable', 'unearned_revenue', 'revenue', 'tax_payable', 'deposit', 'unmatched', 'bank_transfer', 'cash', 'wechat_pay', 'alipay', 'unidentified'];
const accountCheck = (accounts: readonly string[]): string[] => [
  'alter table posting drop constraint posting_account_check',
  `alter table posting add constraint posting_account_check check (account in (${accounts.map((account) => `'${account}'`).join(', ')}))`,
];

const PAYABLES = `
create table payable (
  slip_id uuid primary key,
  slip_number text not null unique,
  dealer_id uuid not null,
  state text not null check (state in ('open', 'released', 'settled', 'reversed')),
  gross_total numeric(14,2) not null check (gross_total >= 0),
  settled_total numeric(14,2) not null check (settled_total between 0 and gross_total),
  payee_kind text not null,
  claim_id uuid,
  confirmed_at timestamptz not null,
  version int not null,
  check ((state = 'settled') = (settled_total = gross_total)),
  unique (dealer_id, slip_id)
);
create index payable_oldest on payable (confirmed_at, slip_id);
create index payable_dealer on payable (dealer_id, confirmed_at, slip_id);
create index payable_state on payable (state, confirmed_at, slip_id);
create index payable_dealer_state on payable (dealer_id, state, confirmed_at, slip_id);

create table payable_entry (
  id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null,
  way text not null check (way in ('bank_transfer', 'cash', 'wechat_pay', 'alipay', 'set_off')),
  amount numeric(14,2) not null check (amount > 0),
  charge_slip_id uuid,
  reference text not null,
  at timestamptz not null,
  check ((way = 'set_off') = (charge_slip_id is not null)),
  foreign key (dealer_id, slip_id) references payable (dealer_id, slip_id),
  foreign key (dealer_id, charge_slip_id) references receivable (dealer_id, slip_id)
);
create index payable_entry_slip on payable_entry (slip_id);
create trigger payable_entry_append_only before update or delete or truncate on payable_entry for each statement execute function refuse_change();
`;

/** R-14: what is owed for approved reimbursements. */
export class Payables1800550700000 implements MigrationInterface {
  name = 'Payables1800550700000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of accountCheck([...ACCOUNTS, 'reimbursement_expense', 'reimbursement_payable'])) await runner.query(sql);
    await runner.query(PAYABLES);
    for (const table of ['payable', 'payable_entry']) await tenantTable(runner, table, { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table payable_entry, payable');
    for (const sql of accountCheck(ACCOUNTS)) await runner.query(sql);
  }
}
