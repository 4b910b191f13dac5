import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-4, D-5: results that were corrected and certificates that were revoked, in the files of dealers. */
export class RevokedCertificates1798200000000 implements MigrationInterface {
  name = 'RevokedCertificates1798200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query('alter table training_fact add column version int not null default 0');
    await runner.query(`alter table certificate_fact add column certificate_id text not null default '', add column holds_until date`);
    await runner.query('update certificate_fact set holds_until = valid_until');
    await runner.query('alter table certificate_fact alter column holds_until set not null, drop constraint certificate_fact_pkey');
    await runner.query('alter table certificate_fact add primary key (generation, technician_id, family, valid_until, certificate_id)');
    await runner.query('drop index certificate_fact_dealer');
    await runner.query('create index certificate_fact_dealer on certificate_fact (generation, dealer_id, holds_until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`delete from certificate_fact where certificate_id <> ''`);
    await runner.query('alter table certificate_fact drop constraint certificate_fact_pkey, drop column certificate_id, drop column holds_until');
    await runner.query('alter table certificate_fact add primary key (generation, technician_id, family, valid_until)');
    await runner.query('create index certificate_fact_dealer on certificate_fact (generation, dealer_id, valid_until)');
    await runner.query('alter table training_fact drop column version');
  }
}
