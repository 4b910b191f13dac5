import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ASKS = `
create table reversal_ask (
  id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null references charge_slip (id),
  lines jsonb not null,
  state text not null check (state in ('asked', 'withdrawn')),
  asked_at timestamptz not null
);
create unique index reversal_ask_one on reversal_ask (slip_id) where state = 'asked';
create index reversal_ask_state on reversal_ask (state, asked_at);
`;

/** F-5: reversals that invoicing was asked to release and that are not posted yet. */
export class ReversalAsks1800510000000 implements MigrationInterface {
  name = 'ReversalAsks1800510000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ASKS);
    await tenantTable(runner, 'reversal_ask', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table reversal_ask');
  }
}
