import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-7: an installation may be recorded after it was done, with a monthly report. */
export class PastInstallations1797100000000 implements MigrationInterface {
  name = 'PastInstallations1797100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation add column registered_afterwards boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation drop column registered_afterwards');
  }
}
