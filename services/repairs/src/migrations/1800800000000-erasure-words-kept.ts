import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: since when words wait for an erasure, so that those of one that was given up can go. */
export class ErasureWordsKept1800800000000 implements MigrationInterface {
  name = 'ErasureWordsKept1800800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table erasure_words add column kept_at timestamptz not null default business_now()');
    await runner.query('alter table erasure_words alter column kept_at drop default');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table erasure_words drop column kept_at');
  }
}
