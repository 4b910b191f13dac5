import type { MigrationInterface, QueryRunner } from 'typeorm';

/** C-4: a finished installation keeps which checklist it was finished by; of those before it is not known. */
export class ChecklistUsed1800483000000 implements MigrationInterface {
  name = 'ChecklistUsed1800483000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation add column checklist_id uuid references installation_checklist (id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation drop column checklist_id');
  }
}
