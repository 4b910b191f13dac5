import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  obligation_month: 'on obligation (month)',
  obligation_settlement_month: 'on obligation_settlement (month)',
  return_credit_month: 'on return_credit (month)',
  stock_movement_returned: `on stock_movement (at) where kind in ('return', 'shortage')`,
  late_return_reversing: 'on late_return (reversing_slip_id) where reversing_slip_id is not null',
};

/** H-8: the lines of a month are found by their month. */
export class MonthLists1800600000000 implements MigrationInterface {
  name = 'MonthLists1800600000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`create index ${name} ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${Object.keys(INDEXES).join(', ')}`);
  }
}
