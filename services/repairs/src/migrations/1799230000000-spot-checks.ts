import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-6: samples of filed records, with the population they were drawn from, and what the customers said. */
export class SpotChecks1799230000000 implements MigrationInterface {
  name = 'SpotChecks1799230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table spot_check (
      id uuid primary key,
      number text not null unique,
      dealer_id uuid not null,
      period_from date not null,
      period_to date not null,
      seed text not null,
      population uuid[] not null,
      state text not null check (state in ('open', 'closed')),
      guidance text not null,
      created_at timestamptz not null,
      created_by uuid not null,
      closed_at timestamptz,
      closed_by uuid,
      acknowledged_at timestamptz,
      acknowledged_by uuid,
      version int not null,
      check ((state = 'closed') = (closed_at is not null)),
      constraint spot_check_dealer unique (dealer_id, id))`);
    await runner.query('create index spot_check_newest on spot_check (created_at desc, id desc)');
    await runner.query('create index spot_check_dealer_newest on spot_check (dealer_id, created_at desc, id desc)');
    await runner.query(`create table spot_check_item (
      id uuid primary key,
      dealer_id uuid not null,
      check_id uuid not null,
      position int not null,
      call_id uuid not null references repair_call (id),
      call_number text not null,
      state text not null check (state in ('open', 'checked', 'unreachable')),
      answers jsonb not null,
      score int check (score between 0 and 100),
      false_record boolean not null,
      finding text not null,
      guidance text not null,
      attempts int not null,
      checked_at timestamptz,
      checked_by uuid,
      version int not null,
      check ((state = 'checked') = (score is not null)),
      foreign key (dealer_id, check_id) references spot_check (dealer_id, id),
      constraint spot_check_item_call unique (check_id, call_id),
      constraint spot_check_item_position unique (check_id, position))`);
    await runner.query('create index spot_check_item_of_call on spot_check_item (call_id)');
    for (const table of ['spot_check', 'spot_check_item']) await tenantTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table spot_check_item, spot_check');
  }
}
