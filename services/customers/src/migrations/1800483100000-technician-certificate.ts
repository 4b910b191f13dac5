import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-5: an appointment says whether its technician is certified; of those made before it was not asked. */
export class TechnicianCertificate1800483100000 implements MigrationInterface {
  name = 'TechnicianCertificate1800483100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table installation add column technician_certificate text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation drop column technician_certificate');
  }
}
