import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * C-5: a unit that a technician named himself makes nobody's work of it. Of present calls the audit trail says who named the unit last and
 * whether the call was assigned since; of those whose technician did, it is told once more whose work they are, without the unit.
 */
export class UnitsNamedByTechnicians1800472000000 implements MigrationInterface {
  name = 'UnitsNamedByTechnicians1800472000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call add column unit_by_technician boolean not null default false');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`
      with named as (
        select distinct on (document_id) document_id, role from audit_entry
        where kind = 'repair-call' and (action in ('open', 'assign') or (action = 'correct' and changed ? 'unitId'))
        order by document_id, id desc)
      update repair_call c set unit_by_technician = true from named n
      where n.document_id = c.id::text and n.role = 'dealer_technician' and c.unit_id is not null`);
    await runner.query(`
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
      select gen_random_uuid(), 'aftercare.repairs.v1.CallAssigned', json_build_object('callId', c.id, 'dealerId', c.dealer_id, 'customerId', coalesce(c.customer_id::text, ''),
        'unitId', '', 'userIds', array_remove(array[c.technician_user_id::text, nullif(c.taken_by, c.technician_user_id)::text], null), 'version', c.version)::text,
        gen_random_uuid()::text, '', business_now()
      from repair_call c where c.unit_by_technician and c.dealer_id is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table repair_call drop column unit_by_technician');
  }
}
