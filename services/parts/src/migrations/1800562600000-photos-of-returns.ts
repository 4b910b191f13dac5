import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Photos with which a return was announced, and of its count (H-4, H-5). */
export class PhotosOfReturns1800562600000 implements MigrationInterface {
  name = 'PhotosOfReturns1800562600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table return_parcel add column announced_photos jsonb not null default '[]', add column counted_photos jsonb not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table return_parcel drop column announced_photos, drop column counted_photos');
  }
}
