import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: a name of one character is shown wholly masked in lists, also those of before. */
export class MaskedNames1800921100000 implements MigrationInterface {
  name = 'MaskedNames1800921100000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`update customer set masked_name = '*' where char_length(btrim(name)) = 1 and masked_name <> '*'`);
  }

  /** What is masked stays masked. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
