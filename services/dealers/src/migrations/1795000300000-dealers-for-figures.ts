import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the figures need of the dealers, trainings and certificates of before. A dealer is told as he was told last, with
 * his region. Trainings come with a later migration; a database without them has none to tell.
 */
export class DealersForFigures1795000300000 implements MigrationInterface {
  name = 'DealersForFigures1795000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true)`);
    await runner.query(DEALERS);
    const [{ ready }] = (await runner.query(`select to_regclass('training_attendance') is not null as ready`)) as { ready: boolean }[];
    if (!ready) return;
    await runner.query(ATTENDANCES);
    await runner.query(CERTIFICATES);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

const TELL = 'insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)';

const DEALERS = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.dealers.v1.DealerChanged',
    (o.payload::jsonb || jsonb_build_object('regionCode', d.region_code, 'nameEn', d.name_en))::text, gen_random_uuid()::text, '', business_now()
  from dealer d
  cross join lateral (
    select payload from outbox where event_type = 'aftercare.dealers.v1.DealerChanged' and payload::jsonb ->> 'dealerId' = d.id::text
    order by (payload::jsonb ->> 'version')::int desc limit 1) o
  where (o.payload::jsonb ->> 'version')::int = d.version`;

const ATTENDANCES = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.dealers.v1.TrainingAttended', json_build_object(
    'trainingId', a.training_id, 'technicianId', a.technician_id, 'dealerId', a.dealer_id, 'family', c.family, 'heldOn', t.held_on,
    'result', a.result)::text, gen_random_uuid()::text, '', business_now()
  from training_attendance a join training t on t.id = a.training_id join training_course c on c.id = t.course_id`;

const CERTIFICATES = `
  ${TELL}
  select gen_random_uuid(), 'aftercare.dealers.v1.TechnicianCertified', json_build_object(
    'technicianId', c.technician_id, 'dealerId', c.dealer_id, 'userId', t.user_id, 'family', c.family,
    'validUntil', c.valid_until, 'validFrom', c.valid_from)::text, gen_random_uuid()::text, '', c.created_at
  from certificate c join technician t on t.id = c.technician_id`;
