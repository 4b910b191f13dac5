import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPEN = 'gross_total - reversed_total > paid_total';
const INDEXES = [
  'create index posting_newest on posting (at desc, id desc)',
  'create index posting_dealer_newest on posting (dealer_id, at desc, id desc)',
  // A rare state is found without walking past the others.
  'create index invoice_state on invoice (state, created_at desc, id desc)',
  'create index payment_state on payment (state, received_at desc, id desc)',
  `create index receivable_open on receivable (confirmed_at, slip_id) where ${OPEN}`,
  `create index receivable_dealer_open on receivable (dealer_id, confirmed_at, slip_id) where ${OPEN}`,
];

/** Lists of money are read in index order. */
export class ListIndexes1791400000000 implements MigrationInterface {
  name = 'ListIndexes1791400000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of INDEXES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index posting_newest, posting_dealer_newest, invoice_state, payment_state, receivable_open, receivable_dealer_open');
  }
}
