import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** questions of dealers on calls, and the manufacturer's answers. */
export class SupportQuestions1799100200000 implements MigrationInterface {
  name = 'SupportQuestions1799100200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table support_question (
      id uuid primary key,
      number text not null unique,
      dealer_id uuid not null,
      call_id uuid not null references repair_call (id),
      call_number text not null,
      kind text not null check (kind in ('support', 'appraisal')),
      state text not null check (state in ('open', 'answered')),
      question text not null,
      photos jsonb not null,
      asked_by uuid not null,
      asked_at timestamptz not null,
      answer text not null,
      files jsonb not null,
      answered_by uuid,
      answered_at timestamptz,
      answer_minutes int not null check (answer_minutes >= 0),
      queue text not null,
      version int not null,
      check ((state = 'answered') = (answered_at is not null)))`);
    await runner.query('create index support_question_queue on support_question (queue desc, id desc)');
    await runner.query('create index support_question_dealer_queue on support_question (dealer_id, queue desc, id desc)');
    await runner.query('create index support_question_asked on support_question (asked_at, id)');
    await runner.query('create index support_question_dealer_asked on support_question (dealer_id, asked_at, id)');
    await runner.query('create index support_question_call on support_question (call_id)');
    await tenantTable(runner, 'support_question');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table support_question');
  }
}
