import type { MigrationInterface, QueryRunner } from 'typeorm';

/** a ticket that was taken may have no call behind it, so the sweep asks once for all that were. */
export class PhotosAskedFor1800495000000 implements MigrationInterface {
  name = 'PhotosAskedFor1800495000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('update public_photo set used_at = null');
  }

  /** Which tickets were taken is not known any more. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
