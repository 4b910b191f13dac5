import type { MigrationInterface, QueryRunner } from 'typeorm';

const CAUSE = (causes: string): string => `alter table late_return add constraint late_return_cause check (${causes})`;

/** H-7: surplus that is free again takes charges back, as a late return does. */
export class FreeSurplus1800670000000 implements MigrationInterface {
  name = 'FreeSurplus1800670000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table late_return add column credit_discrepancy_id uuid references discrepancy (id)');
    await runner.query('alter table late_return drop constraint late_return_cause');
    await runner.query(CAUSE('parcel_id is not null or discrepancy_id is not null or credit_discrepancy_id is not null'));
    await runner.query('alter table late_return add constraint late_return_surplus check (parcel_id is null or credit_discrepancy_id is null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table late_return drop constraint late_return_surplus, drop constraint late_return_cause');
    await runner.query('alter table late_return drop column credit_discrepancy_id');
    await runner.query(CAUSE('parcel_id is not null or discrepancy_id is not null'));
  }
}
