import type { MigrationInterface, QueryRunner } from 'typeorm';

const states = (...allowed: string[]): string =>
  `alter table fault_code add constraint fault_code_state_check check (state in (${allowed.map((state) => `'${state}'`).join(', ')}))`;

/** R-15, R-16: codes can be taken out of use; a record keeps the stage from whose dimensions its faults chose. */
export class FaultCatalogue1799210000000 implements MigrationInterface {
  name = 'FaultCatalogue1799210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table fault_code drop constraint fault_code_state_check');
    await runner.query(states('draft', 'published', 'inactive'));
    await runner.query('create index fault_code_listed on fault_code (code, id)');
    await runner.query('create index fault_code_family on fault_code (family, code, id)');
    await runner.query(`alter table repair_record add column stage text not null default '' check (stage in ('', 'unboxing', 'in_warranty', 'out_of_warranty'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_record drop column stage');
    await runner.query('drop index fault_code_listed, fault_code_family');
    await runner.query(`update fault_code set state = 'published' where state = 'inactive'`);
    await runner.query('alter table fault_code drop constraint fault_code_state_check');
    await runner.query(states('draft', 'published'));
  }
}
