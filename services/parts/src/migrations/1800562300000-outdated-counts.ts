import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A gap that was corrected after it was counted is not booked again (P-2). */
export class OutdatedCounts1800562300000 implements MigrationInterface {
  name = 'OutdatedCounts1800562300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stock_count_line add column correction_count int check (correction_count >= 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stock_count_line drop column correction_count');
  }
}
