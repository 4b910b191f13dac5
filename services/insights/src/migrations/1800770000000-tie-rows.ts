import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = `
create table tie_row (
  generation int not null,
  month text not null,
  dealer_id uuid not null,
  part_id uuid not null,
  pieces jsonb not null,
  amounts jsonb not null,
  nets jsonb not null,
  on_slips int not null,
  on_slips_net numeric(20,2) not null,
  primary key (generation, month, dealer_id, part_id)
);
`;

/** H-8: of a kept month the rows as well. What was kept without them is forgotten: who asks for such a month next has it computed. */
export class TieRows1800770000000 implements MigrationInterface {
  name = 'TieRows1800770000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await tenantTable(runner, 'tie_row', { money: true });
    await runner.query('delete from tie_month');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tie_row');
  }
}
