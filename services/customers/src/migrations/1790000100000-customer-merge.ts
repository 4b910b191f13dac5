import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-1: a merged file points to the surviving one of the same dealer. */
export class CustomerMerge1790000100000 implements MigrationInterface {
  name = 'CustomerMerge1790000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table customer add column merged_into uuid check (merged_into <> id)`);
    await runner.query('alter table customer add foreign key (dealer_id, merged_into) references customer (dealer_id, id)');
    await runner.query('create index customer_merged_into on customer (merged_into) where merged_into is not null');
    await runner.query('create index installation_of_customer on installation (customer_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index installation_of_customer');
    await runner.query('alter table customer drop column merged_into');
  }
}
