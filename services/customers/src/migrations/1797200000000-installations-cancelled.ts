import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-4: an appointment that nobody will come to is cancelled. */
export class InstallationsCancelled1797200000000 implements MigrationInterface {
  name = 'InstallationsCancelled1797200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation drop constraint installation_state_check');
    await runner.query(`alter table installation add constraint installation_state_check check (state in ('scheduled', 'accepted', 'failed', 'cancelled'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation drop constraint installation_state_check');
    await runner.query(`alter table installation add constraint installation_state_check check (state in ('scheduled', 'accepted', 'failed'))`);
  }
}
