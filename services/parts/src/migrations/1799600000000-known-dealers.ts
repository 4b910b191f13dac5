import { createKnownDealers } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-1: which dealers serve, as dealers tells it. One that nobody told of since is as the gateway signs it. */
export class KnownDealers1799600000000 implements MigrationInterface {
  name = 'KnownDealers1799600000000';

  async up(runner: QueryRunner): Promise<void> {
    await createKnownDealers(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table known_dealer');
  }
}
