import type { MigrationInterface, QueryRunner } from 'typeorm';

const LOOKS = `
create table month_look (
  month text primary key check (month ~ '^\\d{4}-\\d{2}$'),
  looked_at timestamptz not null,
  agreed boolean not null,
  obstacles jsonb not null
)`;

/** B-6: a line that came after its month was closed names that month; what the last look at a month found is kept until the next one. */
export class LateLines1800660000000 implements MigrationInterface {
  name = 'LateLines1800660000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table closed_line add of_month text not null default ''`);
    await runner.query(LOOKS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table month_look');
    await runner.query('alter table closed_line drop of_month');
  }
}
