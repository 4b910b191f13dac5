import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-4: the day a unit was sold may be proved later; the newest one told counts, and the sale's own is the oldest. */
export class PurchaseDates1798300200000 implements MigrationInterface {
  name = 'PurchaseDates1798300200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table sale_fact add column version int not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table sale_fact drop column version');
  }
}
