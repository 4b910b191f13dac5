import type { MigrationInterface, QueryRunner } from 'typeorm';

/** corrective actions of the manufacturer, the steps of their rounds, and what was done with them. */
export class CorrectiveActions1799400000000 implements MigrationInterface {
  name = 'CorrectiveActions1799400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table corrective_action (
      id uuid primary key,
      number text not null unique,
      title text not null,
      problem text not null,
      report_id uuid references quality_report (id),
      report_number text not null,
      figure jsonb not null,
      owner_user_id uuid not null,
      state text not null check (state in ('open', 'contained', 'cause_found', 'implemented', 'closed', 'cancelled')),
      round int not null check (round > 0),
      next_step text check (next_step in ('containment', 'root_cause', 'action', 'check')),
      next_due_on date,
      created_at timestamptz not null,
      created_by uuid not null,
      closed_at timestamptz,
      version int not null,
      check ((report_id is null) = (figure <> '[]'::jsonb)),
      check ((state in ('closed', 'cancelled')) = (closed_at is not null)),
      check ((next_step is null) = (closed_at is not null) and (next_due_on is null) = (closed_at is not null)))`);
    await runner.query('create index corrective_action_newest on corrective_action (created_at desc, id desc)');
    await runner.query('create index corrective_action_owner on corrective_action (owner_user_id, created_at desc, id desc)');
    await runner.query('create index corrective_action_due on corrective_action (next_due_on) where next_due_on is not null');
    await runner.query('create index corrective_action_report on corrective_action (report_id) where report_id is not null');
    await runner.query(`create table corrective_step (
      action_id uuid not null references corrective_action (id),
      round int not null,
      step text not null check (step in ('containment', 'root_cause', 'action', 'check')),
      due_on date not null,
      text text not null,
      files jsonb not null,
      outcome text not null check (outcome in ('', 'effective', 'not_effective')),
      done_at timestamptz,
      done_by uuid,
      primary key (action_id, round, step),
      check ((done_at is null) = (done_by is null)))`);
    await runner.query(`create table corrective_event (
      id uuid primary key,
      action_id uuid not null references corrective_action (id),
      action text not null,
      from_state text not null,
      to_state text not null,
      at timestamptz not null,
      user_id uuid not null,
      reason text not null,
      changes text not null)`);
    await runner.query('create index corrective_event_of_action on corrective_event (action_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table corrective_event, corrective_step, corrective_action');
  }
}
