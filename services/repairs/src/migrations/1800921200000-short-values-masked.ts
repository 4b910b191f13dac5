import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: a name of one character is shown wholly masked, of a short address no more than half; calls of before show it so, too. */
export class ShortValuesMasked1800921200000 implements MigrationInterface {
  name = 'ShortValuesMasked1800921200000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`
      update repair_call set contact_name_masked = ${NAME}, address_masked = ${ADDRESS}
      where contact_name_masked <> ${NAME} or address_masked <> ${ADDRESS}`);
  }

  /** What is masked stays masked. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const NAME = `(case when char_length(btrim(contact_name)) = 1 then '*' else contact_name_masked end)`;

/** From six characters on three are shown, as before. */
const ADDRESS = `(case when char_length(btrim(address_detail)) between 1 and 5
  then left(btrim(address_detail), char_length(btrim(address_detail)) / 2) || '****' else address_masked end)`;
