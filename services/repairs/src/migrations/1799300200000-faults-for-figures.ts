import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Confirmed calls of before, and reports of failed installations, are told to the fault table. */
export class FaultsForFigures1799300200000 implements MigrationInterface {
  name = 'FaultsForFigures1799300200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(OF_CALLS);
    await runner.query(OF_REPORTS);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const TELL = `
  insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
  select gen_random_uuid(), 'aftercare.repairs.v1.FaultsRecorded', told.payload::text, gen_random_uuid()::text, '', told.at from`;

const familyOf = (unitId: string): string => `coalesce((select m.family from known_unit u join known_model m on m.id = u.model_id where u.id = ${unitId}), '')`;

const OF_CALLS = `${TELL} (
    select c.confirmed_at as at, json_build_object(
      'caseId', c.id, 'kind', 'repair-call', 'number', c.number, 'dealerId', c.dealer_id, 'unitId', coalesce(c.unit_id::text, ''),
      'serial', case when c.unit_id is null then '' else c.unit_serial end, 'stage', last.stage, 'family', ${familyOf('c.unit_id')},
      'faults', r.faults, 'partsUsed', r.parts, 'labourFee', r.labour::text, 'travelFee', r.travel::text, 'photoHashes', r.photos,
      'openedAt', iso(c.opened_at), 'resolvedAt', coalesce(iso(c.resolved_at), ''), 'recordedAt', iso(c.confirmed_at), 'version', c.version) as payload
    from repair_call c
    cross join lateral (select stage from repair_record where call_id = c.id order by recorded_at desc limit 1) last
    cross join lateral (
      select sum(labour_fee) as labour, sum(travel_fee) as travel,
        (select coalesce(json_agg(json_build_object('faultCode', f ->> 'faultCode', 'causeCode', f ->> 'causeCode', 'actionCode', f ->> 'actionCode',
            'problemDimension', coalesce(f ->> 'problemDimension', ''), 'designDefect', (f ->> 'designDefect')::boolean) order by recorded_at, at), '[]')
          from repair_record x cross join jsonb_array_elements(x.faults) with ordinality f (f, at) where x.call_id = c.id) as faults,
        (select coalesce(json_agg(json_build_object('partId', p ->> 'partId', 'quantity', (p ->> 'quantity')::int, 'source', p ->> 'source')), '[]')
          from repair_record x cross join jsonb_array_elements(x.parts_used) p where x.call_id = c.id) as parts,
        (select coalesce(json_agg(distinct p ->> 'sha256'), '[]') from repair_record x cross join jsonb_array_elements(x.photos) p where x.call_id = c.id) as photos
      from repair_record where call_id = c.id) r
    where c.dealer_id is not null and c.confirmed_at is not null) told`;

const OF_REPORTS = `${TELL} (
    select q.created_at as at, json_build_object(
      'caseId', q.id, 'kind', 'quality-report', 'number', q.number, 'dealerId', q.dealer_id, 'unitId', coalesce(q.unit_id::text, ''),
      'serial', case when q.unit_id is null then '' else q.serial end, 'stage', case when q.basis = 'design_defect' then '' else 'unboxing' end, 'family', ${familyOf('q.unit_id')},
      'faults', json_build_array(json_build_object('faultCode', '', 'causeCode', '', 'actionCode', '', 'problemDimension', '', 'designDefect', q.design_defect)),
      'partsUsed', '[]'::json, 'labourFee', '0.00', 'travelFee', '0.00', 'photoHashes', '[]'::json, 'openedAt', '', 'resolvedAt', '',
      'recordedAt', iso(q.created_at), 'version', q.version) as payload
    from quality_report q where q.origin_kind = 'installation') told`;
