import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * R-1, C-2: a call that was opened with a serial belongs to that piece. Serials get their one spelling, and calls of a piece that is
 * known its id; those of a person who was erased have no serial left. What was told of them before stays told.
 */
export class CallsOfUnits1800400000000 implements MigrationInterface {
  name = 'CallsOfUnits1800400000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`
      update repair_call c set unit_serial = s.serial, unit_id = s.unit_id
      from (select r.id, t.serial, u.id as unit_id
              from repair_call r cross join lateral (select upper(regexp_replace(normalize(r.unit_serial, NFKC), '\\s', '', 'g')) as serial) t
              left join known_unit u on u.serial = t.serial
             where r.unit_id is null and r.unit_serial <> '') s
      where c.id = s.id and (s.unit_id is not null or c.unit_serial <> s.serial)`);
  }

  /** Which of them were not linked before is not known any more. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
