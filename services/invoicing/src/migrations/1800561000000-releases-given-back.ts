import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table payable_release (
  reversal_id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null,
  released_at timestamptz not null,
  -- When its reversal was told.
  reversed_at timestamptz,
  foreign key (dealer_id, slip_id) references payable (dealer_id, slip_id)
);
create index payable_release_slip on payable_release (slip_id);

-- Of a reversal that was given up, also before its release has arrived: none is given to it any more.
create table slip_release_undo (
  reversal_id uuid primary key,
  dealer_id uuid not null,
  slip_id uuid not null,
  undone_at timestamptz not null
);
create trigger slip_release_undo_append_only before update or delete or truncate on slip_release_undo for each statement execute function refuse_change();
`;

/** F-5, R-14: what was released for a reversal that parts gave up comes back. */
export class ReleasesGivenBack1800561000000 implements MigrationInterface {
  name = 'ReleasesGivenBack1800561000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['payable_release', 'slip_release_undo']) await tenantTable(runner, table, { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table slip_release_undo, payable_release');
  }
}
