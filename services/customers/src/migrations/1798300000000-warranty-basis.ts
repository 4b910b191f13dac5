import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * W-10: an extension is a settlement or a campaign, and one granted by mistake is withdrawn. What was granted before says no
 * basis, since nobody was asked for it.
 */
export class WarrantyBasis1798300000000 implements MigrationInterface {
  name = 'WarrantyBasis1798300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table warranty_extension
      add column basis text check (basis in ('settlement', 'campaign')),
      add column reference text not null default '',
      add column withdrawn_at timestamptz,
      add column withdrawn_by text,
      add column withdrawal_reason text not null default '',
      add check ((withdrawn_at is null) = (withdrawn_by is null))`);
    // What anybody may know who has the serial (D-9): the basis, never its reference.
    await runner.query(`alter table product_unit add column extension_basis text check (extension_basis in ('settlement', 'campaign'))`);
    await runner.query('create index warranty_extension_newest on warranty_extension (granted_at desc, id desc)');
    await runner.query('create index warranty_extension_of_dealer on warranty_extension (dealer_id, granted_at desc, id desc)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index warranty_extension_newest, warranty_extension_of_dealer');
    await runner.query('alter table product_unit drop column extension_basis');
    await runner.query(`alter table warranty_extension drop column basis, drop column reference, drop column withdrawn_at, drop column withdrawn_by,
      drop column withdrawal_reason`);
  }
}
