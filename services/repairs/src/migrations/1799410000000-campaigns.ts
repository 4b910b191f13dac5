import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** campaigns, and the units that they concern with the ids of whose they are. */
export class Campaigns1799410000000 implements MigrationInterface {
  name = 'Campaigns1799410000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table campaign (
      id uuid primary key,
      number text not null unique,
      kind text not null check (kind in ('recall', 'service')),
      title text not null,
      problem text not null,
      remedy text not null,
      selection jsonb not null,
      parts jsonb not null,
      letter text not null,
      letter_en text not null,
      due_on date not null,
      corrective_action_id uuid references corrective_action (id),
      state text not null check (state in ('draft', 'collected', 'running', 'closed', 'cancelled')),
      collecting jsonb,
      unknown_serials text[] not null,
      collected_at timestamptz,
      launched_at timestamptz,
      closed_at timestamptz,
      closing_note text not null,
      created_at timestamptz not null,
      created_by uuid not null,
      version int not null,
      check (state <> 'running' or launched_at is not null),
      check ((state in ('closed', 'cancelled')) = (closed_at is not null)))`);
    await runner.query('create index campaign_newest on campaign (created_at desc, id desc)');
    await runner.query(`create table campaign_unit (
      id uuid primary key,
      campaign_id uuid not null references campaign (id),
      dealer_id uuid,
      unit_id uuid not null,
      serial text not null,
      model_code text not null,
      customer_id uuid,
      state text not null check (state in ('open', 'contacted', 'unreachable', 'done', 'excluded')),
      note text not null,
      attempts int not null check (attempts >= 0),
      call_id uuid references repair_call (id),
      call_number text not null,
      photos jsonb not null,
      marked_at timestamptz,
      marked_by uuid,
      version int not null,
      constraint campaign_unit_once unique (campaign_id, unit_id))`);
    await runner.query('create index campaign_unit_list on campaign_unit (campaign_id, serial collate "C", id)');
    await runner.query('create index campaign_unit_serial on campaign_unit (serial collate "C", id)');
    await runner.query('create index campaign_unit_work on campaign_unit (dealer_id, serial collate "C", id)');
    await runner.query('create index campaign_unit_owner on campaign_unit (customer_id) where customer_id is not null');
    await runner.query('create index campaign_unit_call on campaign_unit (call_id) where call_id is not null');
    await tenantTable(runner, 'campaign_unit');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table campaign_unit, campaign');
  }
}
