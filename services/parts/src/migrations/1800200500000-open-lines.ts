import type { MigrationInterface, QueryRunner } from 'typeorm';

/** P-7: who a part's promised pieces are for is read from the lines that are not shipped, however many were. */
export class OpenLines1800200500000 implements MigrationInterface {
  name = 'OpenLines1800200500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index parts_request_line_approved on parts_request_line (part_id) where state = 'approved'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index parts_request_line_approved');
  }
}
