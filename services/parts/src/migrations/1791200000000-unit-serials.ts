import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-2: serials in one spelling, as the registry has them, so that what was issued for a unit is found by its serial. */
export class UnitSerials1791200000000 implements MigrationInterface {
  name = 'UnitSerials1791200000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const table of ['parts_request_line', 'obligation', 'return_announced_line']) {
      const spelled = `upper(regexp_replace(normalize(unit_serial, NFKC), '\\s', '', 'g'))`;
      await runner.query(`update ${table} set unit_serial = ${spelled} where unit_serial <> ${spelled}`);
    }
    await runner.query(`create index parts_request_line_serial on parts_request_line (unit_serial) where unit_serial <> ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index parts_request_line_serial');
  }
}
