import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TIE_LINE = `
create table tie_line (
  generation int not null,
  term text not null,
  key text not null,
  line_id uuid not null,
  month text not null,
  dealer_id uuid not null,
  part_id uuid not null,
  pieces int not null,
  amount numeric(20,2) not null,
  net numeric(20,2) not null,
  link text not null,
  document_kind text not null,
  document_id uuid not null,
  document_number text not null,
  reason text not null,
  at timestamptz not null,
  seal bigint not null,
  primary key (generation, term, key)
);
create index tie_line_month on tie_line (generation, month, dealer_id, part_id, term);
create index tie_line_link on tie_line (generation, link, term);
create index tie_line_document on tie_line (generation, document_id) where document_number <> '';
create table month_fact (
  generation int not null,
  month text not null,
  closed_at timestamptz not null,
  hash text not null,
  primary key (generation, month)
);
`;

/** H-8: the lines of the three monthly lists, built from what was told from the first day on: a rebuilding begins, or begins again. */
export class TieOut1800600100000 implements MigrationInterface {
  name = 'TieOut1800600100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TIE_LINE);
    await tenantTable(runner, 'tie_line');
    await runner.query('delete from rebuild_source s using read_model m where s.generation = m.building');
    await runner.query(`with begun as (update read_model set building = current + 1 where building is null returning building)
      insert into rebuild (generation, requested_by) select building, '' from begun`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tie_line, month_fact');
  }
}
