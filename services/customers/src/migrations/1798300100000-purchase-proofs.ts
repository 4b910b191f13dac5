import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-4: the day of purchase is proved after the sale, or corrected. */
export class PurchaseProofs1798300100000 implements MigrationInterface {
  name = 'PurchaseProofs1798300100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table purchase_proof (
      id uuid primary key,
      dealer_id uuid not null,
      unit_id uuid not null,
      state text not null check (state in ('submitted', 'accepted', 'refused')),
      purchase_date date not null,
      evidence jsonb,
      reason text not null,
      submitted_by text not null,
      submitted_at timestamptz not null default business_now(),
      decided_by text,
      decided_at timestamptz,
      decision_reason text not null default '',
      standing_before jsonb,
      standing_after jsonb,
      version int not null check (version > 0),
      check ((state = 'submitted') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
      foreign key (dealer_id, unit_id) references unit_sale (dealer_id, unit_id)
    )`);
    await runner.query(`create unique index purchase_proof_open on purchase_proof (unit_id) where state = 'submitted'`);
    await runner.query('create index purchase_proof_newest on purchase_proof (submitted_at desc, id desc)');
    await runner.query('create index purchase_proof_of_dealer on purchase_proof (dealer_id, submitted_at desc, id desc)');
    await runner.query('create index purchase_proof_of_unit on purchase_proof (unit_id)');
    await tenantTable(runner, 'purchase_proof');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table purchase_proof');
  }
}
