import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** the drawn labels of a job, until they are forgotten. */
export class LabelFiles1798700000000 implements MigrationInterface {
  name = 'LabelFiles1798700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table label_file (
      batch uuid primary key,
      dealer_id uuid,
      printed_by uuid not null,
      sha256 text not null,
      created_at timestamptz not null default now()
    )`);
    await runner.query('create index label_file_sha256 on label_file (sha256)');
    await runner.query('create index label_file_created on label_file (created_at)');
    await tenantTable(runner, 'label_file');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table label_file');
  }
}
