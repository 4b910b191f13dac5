import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-1: which file of customers survived a merge, so that calls follow it. */
export class MergedCustomers1790000100000 implements MigrationInterface {
  name = 'MergedCustomers1790000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_customer add column merged_into uuid check (merged_into <> id)');
    await runner.query('create index known_customer_merged_into on known_customer (merged_into) where merged_into is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_customer drop column merged_into');
  }
}
