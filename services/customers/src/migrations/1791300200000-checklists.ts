import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-4: what is checked at an installation, per product family; the manufacturer's, the same for every dealer. */
export class Checklists1791300200000 implements MigrationInterface {
  name = 'Checklists1791300200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table installation_checklist (
      id uuid primary key,
      family text not null,
      revision int not null check (revision > 0),
      state text not null check (state in ('draft', 'published', 'superseded')),
      points jsonb not null,
      drafted_by text not null,
      version int not null check (version > 0),
      created_at timestamptz not null default business_now(),
      unique (family, revision)
    )`);
    await runner.query(`create unique index installation_checklist_draft on installation_checklist (family) where state = 'draft'`);
    await runner.query(`create unique index installation_checklist_in_force on installation_checklist (family) where state = 'published'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table installation_checklist');
  }
}
