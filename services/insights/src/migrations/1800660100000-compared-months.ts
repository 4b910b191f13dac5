import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COMPARED = `
create table compared_month (
  generation int not null,
  month text not null,
  compared_at timestamptz not null,
  agreed boolean not null,
  primary key (generation, month)
)`;

/** H-8: whether the services' lists agreed at the last look; from which generation on the lines of the lists are whole; and money of a dealer that a parent never sees. */
export class ComparedMonths1800660100000 implements MigrationInterface {
  name = 'ComparedMonths1800660100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COMPARED);
    await runner.query('alter table read_model add tied_from int');
    await runner.query('update read_model set tied_from = coalesce(building, current)');
    await runner.query('alter table read_model alter tied_from set not null');
    await runner.query('drop policy tie_line_tenant on tie_line');
    await tenantTable(runner, 'tie_line', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop policy tie_line_tenant on tie_line');
    await tenantTable(runner, 'tie_line');
    await runner.query('alter table read_model drop tied_from');
    await runner.query('drop table compared_month');
  }
}
