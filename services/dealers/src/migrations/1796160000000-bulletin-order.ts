import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-8: bulletins stand in the order in which they were published. */
export class BulletinOrder1796160000000 implements MigrationInterface {
  name = 'BulletinOrder1796160000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index bulletin_last on bulletin (coalesce(published_at, created_at) desc, id desc)');
    await runner.query('drop index bulletin_newest');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index bulletin_newest on bulletin (created_at desc, id desc)');
    await runner.query('drop index bulletin_last');
  }
}
