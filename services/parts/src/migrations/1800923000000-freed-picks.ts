import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEY = 'shipping_line_dealer_id_picking_line_id_fkey';
const REFERS = `add constraint ${KEY} foreign key (dealer_id, picking_line_id) references picking_line (dealer_id, id)`;

/** P-10, D-1: pieces that once stood on a shipping order which was cancelled can be given up: that order keeps its line without its place. */
export class FreedPicks1800923000000 implements MigrationInterface {
  name = 'FreedPicks1800923000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table shipping_line alter column picking_line_id drop not null');
    await runner.query(`alter table shipping_line drop constraint ${KEY}, ${REFERS} on delete set null (picking_line_id)`);
    await runner.query('create index shipping_line_picking_line on shipping_line (picking_line_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index shipping_line_picking_line');
    await runner.query(`alter table shipping_line drop constraint ${KEY}, ${REFERS}`);
  }
}
