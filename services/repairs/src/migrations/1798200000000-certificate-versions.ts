import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-5: a certificate can be revoked: what is known of a technician and a family is the newest that was told, not the longest. */
export class CertificateVersions1798200000000 implements MigrationInterface {
  name = 'CertificateVersions1798200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_certificate add column version int not null default 0 check (version >= 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table known_certificate drop column version');
  }
}
