import { beyondTenants } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const callOfClaim = (state: string): string => `
      create or replace function call_of_claim(call uuid) returns table (called_on date, state text) language plpgsql as $$
      ${beyondTenants(`return query select c.opened_on, ${state} from repair_call c where c.id = call`)}
      $$`;

/** R-2: of a cancelled call that was solved and reopened only the reopening was cancelled: what it was solved with is still claimed (R-14) and checked (D-6). Calls of before stay as they were told. */
export class SolvedBefore1800880000000 implements MigrationInterface {
  name = 'SolvedBefore1800880000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call add column solved_before timestamptz');
    await runner.query('create index repair_call_solved_before on repair_call (dealer_id, solved_before) where solved_before is not null');
    await runner.query(callOfClaim(`case when c.solved_before is null then c.state else 'resolved' end`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(callOfClaim('c.state'));
    await runner.query('drop index repair_call_solved_before');
    await runner.query('alter table repair_call drop column solved_before');
  }
}
