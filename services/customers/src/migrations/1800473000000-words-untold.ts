import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: what was wrong at an installation was told in people's words; they are taken out of what was told. */
export class WordsUntold1800473000000 implements MigrationInterface {
  name = 'WordsUntold1800473000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update outbox set payload = (payload::jsonb - 'reason')::text
      where event_type = 'aftercare.customers.v1.InstallationFailed' and payload::jsonb ? 'reason'`);
  }

  /** What was taken out is gone. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
