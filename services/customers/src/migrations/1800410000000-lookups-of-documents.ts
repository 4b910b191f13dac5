import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-9, D-7: a serial that a document names is looked up for it once, so that a report that is corrected again spends nothing. */
export class LookupsOfDocuments1800410000000 implements MigrationInterface {
  name = 'LookupsOfDocuments1800410000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table serial_lookup add column document_id uuid');
    await runner.query('create index serial_lookup_of_document on serial_lookup (document_id, serial) where document_id is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table serial_lookup drop column document_id');
  }
}
