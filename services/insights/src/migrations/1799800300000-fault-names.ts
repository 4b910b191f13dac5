import type { MigrationInterface, QueryRunner } from 'typeorm';

/** what codes of the fault catalogue are called. It is the manufacturer's and everybody reads it. */
export class FaultNames1799800300000 implements MigrationInterface {
  name = 'FaultNames1799800300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table code_fact (
      generation int not null,
      kind text not null check (kind in ('fault', 'cause', 'action')),
      family text not null,
      code text not null,
      name text not null,
      name_en text not null,
      version int not null,
      primary key (generation, kind, family, code))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table code_fact');
  }
}
