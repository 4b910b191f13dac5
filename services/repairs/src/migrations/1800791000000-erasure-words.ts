import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-5: by which words a person is known who is about to be erased. Personal values, so nobody but the service itself reads them, and they go with him. */
export class ErasureWords1800791000000 implements MigrationInterface {
  name = 'ErasureWords1800791000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table erasure_words (customer_id uuid primary key, words jsonb not null)');
    await runner.query('alter table erasure_words enable row level security');
    await runner.query('alter table erasure_words force row level security');
    await runner.query('create policy erasure_words_own on erasure_words using ((select app_sees_all())) with check ((select app_sees_all()))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table erasure_words');
  }
}
