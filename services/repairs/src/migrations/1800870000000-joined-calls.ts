import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * R-1, C-2: a call that names a serial only joins its unit when that is registered; those whose unit is known by now join it at once. Whether a
 * technician named the serial (C-5) is kept before the unit is known as well; of present calls the audit trail says who named it last.
 */
export class JoinedCalls1800870000000 implements MigrationInterface {
  name = 'JoinedCalls1800870000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`create index repair_call_without_unit on repair_call (unit_serial) where unit_id is null and unit_serial <> ''`);
    await runner.query(`
      with named as (
        select distinct on (e.document_id) e.document_id, e.role from audit_entry e left join audit_personal p on p.entry_id = e.id
        where e.kind = 'repair-call' and e.document_id in (select id::text from repair_call where unit_id is null and unit_serial <> '')
          and (e.action in ('open', 'assign') or (e.action = 'correct' and (e.changed ? 'unitId' or p.personal_values::jsonb ? 'unitSerial')))
        order by e.document_id, e.id desc)
      update repair_call c set unit_by_technician = true from named n where n.document_id = c.id::text and n.role = 'dealer_technician'`);
    await runner.query(`
      insert into deadline (kind, ref, due_at)
      select 'call-joins-unit', c.id::text, business_now() from repair_call c join known_unit u on u.serial = c.unit_serial
      where c.unit_id is null and c.unit_serial <> '' and not (c.contact_name = '***' and c.contact_phone = '' and c.address_detail = '')`);
  }

  /** What joined stays joined. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from deadline where kind = 'call-joins-unit'`);
    await runner.query('drop index repair_call_without_unit');
  }
}
