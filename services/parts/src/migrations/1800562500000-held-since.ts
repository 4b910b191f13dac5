import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Opening holdings count from the cut-over day on, whenever they were approved. */
export class HeldSince1800562500000 implements MigrationInterface {
  name = 'HeldSince1800562500000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query('alter table obligation add column held_since timestamptz');
    await runner.query(`update obligation o set held_since = (d.cut_over_on + 1)::timestamp at time zone 'Asia/Shanghai'
      from opening_line l join opening_document d on d.id = l.document_id where l.id = o.opening_line_id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table obligation drop column held_since');
  }
}
