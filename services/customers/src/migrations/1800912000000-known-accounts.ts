import { createKnownAccounts } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** which accounts are disabled, so that a leaver's planned installations are told to his manager. */
export class KnownAccounts1800912000000 implements MigrationInterface {
  name = 'KnownAccounts1800912000000';

  async up(runner: QueryRunner): Promise<void> {
    await createKnownAccounts(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table known_account');
  }
}
