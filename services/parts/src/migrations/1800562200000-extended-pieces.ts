import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pieces whose time was extended beyond a stocktake's last day for returns are not charged by it (H-1, H-7). */
export class ExtendedPieces1800562200000 implements MigrationInterface {
  name = 'ExtendedPieces1800562200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stocktake_line add column extended_quantity int check (extended_quantity between 0 and outstanding_quantity)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stocktake_line drop column extended_quantity');
  }
}
