import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: customers and calls whose personal data were erased: no receipt is given in their name afterwards. */
export class ErasedSubjects1800701000000 implements MigrationInterface {
  name = 'ErasedSubjects1800701000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table erased_subject (id uuid primary key, erased_at timestamptz not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table erased_subject');
  }
}
