import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * C-5: an erasure finds what was written of every unit in the time the person owned it. Who was erased before is erased so as well, as far as
 * the words were there then: each by a deadline of its own, so that it goes on where it was broken off.
 */
export class ErasedAgain1800921000000 implements MigrationInterface {
  name = 'ErasedAgain1800921000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ERASE_UNTIL);
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(`
      insert into deadline (kind, ref, due_at)
      select 'customer-erasure-again', id::text, business_now() from customer where anonymised_at is not null and merged_into is null`);
  }

  /** What was erased stays erased. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from deadline where kind = 'customer-erasure-again'`);
    await runner.query('drop function erase_audit_personal_until');
  }
}

/** As erase_audit_personal, which forgets the values of all entries of a document: of those up to a moment. */
const ERASE_UNTIL = `
  create function erase_audit_personal_until(document text, moment timestamptz) returns int
  language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    erased int;
    scope text := coalesce(current_setting('app.dealers', true), '');
  begin
    perform set_config('app.dealers', '*', true);
    update audit_personal p set salt = null, personal_values = null, erased_at = now()
    from audit_entry e where e.id = p.entry_id and e.document_id = document and e.at <= moment and p.erased_at is null;
    get diagnostics erased = row_count;
    perform set_config('app.dealers', scope, true);
    return erased;
  end $$`;
