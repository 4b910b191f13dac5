import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What they replace served the month alone. */
const REPLACED = {
  obligation_month: ['on obligation (month, id)', 'on obligation (month)'],
  obligation_settlement_month: ['on obligation_settlement (month, id)', 'on obligation_settlement (month)'],
  return_credit_month: ['on return_credit (month, id)', 'on return_credit (month)'],
  stock_movement_returned: [`on stock_movement (at, id) where kind in ('return', 'shortage')`, `on stock_movement (at) where kind in ('return', 'shortage')`],
} as const;

const ADDED = {
  shipping_line_left: 'on shipping_line (shipped_at, id) where shipped_at is not null',
  charge_slip_of_month: 'on charge_slip (month, id) where month is not null',
};

/** H-8: the lines of a month are read in frames, each behind the last one of an index. */
export class MonthsInFrames1800680000000 implements MigrationInterface {
  name = 'MonthsInFrames1800680000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${Object.keys(REPLACED).join(', ')}`);
    for (const [name, [on]] of Object.entries(REPLACED)) await runner.query(`create index ${name} ${on}`);
    for (const [name, on] of Object.entries(ADDED)) await runner.query(`create index ${name} ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${[...Object.keys(ADDED), ...Object.keys(REPLACED)].join(', ')}`);
    for (const [name, [, on]] of Object.entries(REPLACED)) await runner.query(`create index ${name} ${on}`);
  }
}
