import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = ['announced', 'in_transit', 'at_transit_site', 'received', 'counted'];

const states = (known: readonly string[]): string[] => [
  'alter table return_parcel drop constraint return_parcel_state_check',
  `alter table return_parcel add constraint return_parcel_state_check check (state in (${known.map((state) => `'${state}'`).join(', ')}))`,
];

/** A parcel that was announced and is not sent can be called off (H-4). */
export class CancelledReturns1800562100000 implements MigrationInterface {
  name = 'CancelledReturns1800562100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of states([...STATES, 'cancelled'])) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of states(STATES)) await runner.query(sql);
  }
}
