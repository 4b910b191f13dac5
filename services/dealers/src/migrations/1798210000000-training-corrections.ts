import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** D-5: results are corrected with a reason, certificates revoked; what is told of a technician and a family is counted. */
export class TrainingCorrections1798210000000 implements MigrationInterface {
  name = 'TrainingCorrections1798210000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`alter table training_attendance add column correction_reason text not null default '', add column corrected_at timestamptz`);
    await runner.query(`alter table certificate add column holds_until date, add column revoked_from date, add column revoke_reason text not null default '',
      add column version int not null default 1 check (version > 0)`);
    await runner.query('update certificate set holds_until = valid_until');
    await runner.query(`alter table certificate alter column holds_until set not null, alter column version drop default,
      add check (holds_until = coalesce(revoked_from - 1, valid_until)), add check (revoked_from between valid_from and valid_until)`);
    // Who failed after all and passes after all is certified anew.
    await runner.query('alter table certificate drop constraint certificate_training_id_technician_id_key');
    await runner.query('create unique index certificate_of_training on certificate (training_id, technician_id) where revoked_from is null');
    await runner.query(`create table certification (
      technician_id uuid not null,
      family text not null,
      dealer_id uuid not null,
      version int not null check (version > 0),
      primary key (technician_id, family),
      foreign key (dealer_id, technician_id) references technician (dealer_id, id))`);
    await tenantTable(runner, 'certification');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table certification');
    await runner.query('drop index certificate_of_training');
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query('delete from certificate where revoked_from is not null');
    await runner.query('alter table certificate add unique (training_id, technician_id)');
    await runner.query('alter table certificate drop column holds_until, drop column revoked_from, drop column revoke_reason, drop column version');
    await runner.query('alter table training_attendance drop column correction_reason, drop column corrected_at');
  }
}
