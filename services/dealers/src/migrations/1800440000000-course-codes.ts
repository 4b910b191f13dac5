import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * D-5: codes of courses are compared without case. Of those that differ in case only the later ones get a number behind their code,
 * and the audit trail says so; nobody else is told of a course's code.
 */
export class CourseCodes1800440000000 implements MigrationInterface {
  name = 'CourseCodes1800440000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RENAME);
    await runner.query('create unique index training_course_one_code on training_course (lower(code))');
  }

  /** A code that was changed stays. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index training_course_one_code');
  }
}

const CODE_LENGTH = 20;
const RENAME = `
  do $$
  declare
    twin record;
    fresh text;
    n int;
    entry uuid;
  begin
    perform set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true);
    for twin in
      select id, code, version from (select *, row_number() over (partition by lower(code) order by created_at, id) as place from training_course) t
      where place > 1 order by created_at, id
    loop
      n := 2;
      loop
        fresh := left(twin.code, ${CODE_LENGTH} - length('-' || n)) || '-' || n;
        exit when not exists (select 1 from training_course where lower(code) = lower(fresh));
        n := n + 1;
      end loop;
      update training_course set code = fresh, version = twin.version + 1 where id = twin.id;
      entry := gen_random_uuid();
      insert into audit_entry (id, user_id, role, action, kind, document_id, dealer_id, changed, request_id)
        values (entry, 'system', 'system', 'rename-code', 'training_course', twin.id::text, null,
          jsonb_build_object('code', jsonb_build_object('before', twin.code, 'after', fresh)), gen_random_uuid()::text);
      insert into audit_pending (entry_id) values (entry);
    end loop;
  end $$`;
