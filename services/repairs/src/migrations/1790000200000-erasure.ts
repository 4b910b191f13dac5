import type { MigrationInterface, QueryRunner } from 'typeorm';

const refuseChange = (allowed: string): string => `create or replace function refuse_change() returns trigger language plpgsql as $$
  begin
    ${allowed}
    raise exception '% is only ever added to', tg_table_name;
  end $$`;

/** C-5: history and records are only ever added to, but for the erasing of a person, which says so in its transaction. */
export class Erasure1790000200000 implements MigrationInterface {
  name = 'Erasure1790000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(refuseChange(`if tg_op = 'UPDATE' and current_setting('app.erasing', true) = 'on' then return new; end if;`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(refuseChange(''));
  }
}
