import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = [
  // What a match took back is an allocation of its own, with the opposite amount.
  'alter table allocation drop constraint allocation_amount_check',
  'alter table allocation add constraint allocation_dealer_key unique (dealer_id, id)',
  'alter table allocation add column undoes uuid unique',
  'alter table allocation add constraint allocation_undoes_fkey foreign key (dealer_id, undoes) references allocation (dealer_id, id)',
  'alter table allocation add constraint allocation_amount_check check ((undoes is null and amount > 0) or (undoes is not null and amount < 0))',
  'alter table payment add column refunded numeric(14,2) not null default 0 check (refunded >= 0)',
  'alter table payment add constraint payment_within check (unmatched + to_deposit + refunded <= amount)',
];

const REFUNDS = `
create table refund (
  id uuid primary key,
  number text not null unique,
  dealer_id uuid not null,
  payment_id uuid,
  amount numeric(14,2) not null check (amount > 0),
  method text not null check (method in ('bank_transfer', 'cash', 'wechat_pay', 'alipay')),
  reason text not null,
  state text not null check (state in ('requested', 'approved', 'rejected')),
  reject_reason text not null,
  requested_by text not null,
  created_at timestamptz not null,
  approved_by text,
  approved_at timestamptz,
  version int not null,
  check ((state = 'approved') = (approved_at is not null)),
  unique (dealer_id, id),
  foreign key (dealer_id, payment_id) references payment (dealer_id, id)
);
create index refund_newest on refund (created_at desc, id desc);
create index refund_dealer on refund (dealer_id, created_at desc, id desc);
create index refund_state on refund (state, created_at desc, id desc);
create index refund_dealer_state on refund (dealer_id, state, created_at desc, id desc);
`;

/** B-4: a match is taken back by new rows, and money is paid back once somebody else approved it. */
export class UndoAndRefunds1800550400000 implements MigrationInterface {
  name = 'UndoAndRefunds1800550400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of CHANGES) await runner.query(sql);
    await runner.query(REFUNDS);
    await tenantTable(runner, 'refund', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table refund');
    await runner.query('alter table payment drop constraint payment_within, drop column refunded');
    await runner.query('alter table allocation drop constraint allocation_amount_check, drop column undoes, drop constraint allocation_dealer_key');
    await runner.query('alter table allocation add constraint allocation_amount_check check (amount > 0)');
  }
}
