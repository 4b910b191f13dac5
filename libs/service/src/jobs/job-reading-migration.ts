import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A job may be begun before its file is read: it says so. */
export class JobReading1799600100000 implements MigrationInterface {
  name = 'JobReading1799600100000';

  async up(runner: QueryRunner): Promise<void> {
    await states(runner, ['reading', 'staging', 'queued', 'running', 'done', 'failed']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`update job set state = 'staging' where state = 'reading'`);
    await states(runner, ['staging', 'queued', 'running', 'done', 'failed']);
  }
}

async function states(runner: QueryRunner, names: readonly string[]): Promise<void> {
  await runner.query('alter table job drop constraint job_state_check');
  await runner.query(`alter table job add constraint job_state_check check (state in (${names.map((name) => `'${name}'`).join(', ')}))`);
}
