import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: whose person was erased, so that no new call is taken in his name, and which open calls are erased once they are over. */
export class LateErasure1791300000000 implements MigrationInterface {
  name = 'LateErasure1791300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_customer add column anonymised_at timestamptz');
    await runner.query('alter table repair_call add column erase_when_over boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call drop column erase_when_over');
    await runner.query('alter table known_customer drop column anonymised_at');
  }
}
