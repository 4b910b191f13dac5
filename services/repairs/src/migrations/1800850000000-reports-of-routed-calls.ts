import { beyondTenants } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * R-2, R-7: what is due of a re-routed call is due of the dealer that has it; what another one handed in stays that one's, and a further report
 * stands beside it. A call stays one case: where its reports stand, and their unit, are asked without their texts, whoever handed them in.
 */
export class ReportsOfRoutedCalls1800850000000 implements MigrationInterface {
  name = 'ReportsOfRoutedCalls1800850000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    // A call that stayed with a dealer that left is its successor's to report (D-1).
    await runner.query(`
      update quality_report q set dealer_id = c.dealer_id, technician_user_id = null, version = q.version + 1
      from repair_call c where q.origin_kind = 'repair-call' and q.origin_id = c.id and q.state = 'due' and c.dealer_id <> q.dealer_id
        and not exists (select from known_dealer k where k.id = c.dealer_id and k.status = 'terminated')`);
    await runner.query('drop index quality_report_open');
    await runner.query(`create unique index quality_report_due on quality_report (origin_kind, origin_id) where state = 'due'`);
    await runner.query(`
      create function call_reports(call uuid) returns table (dealer_id uuid, state text, submitted_at timestamptz, closed_at timestamptz, design_defect boolean)
      language plpgsql as $$
      ${beyondTenants(`return query select q.dealer_id, q.state, q.submitted_at, q.closed_at, q.design_defect from quality_report q
          where q.origin_kind = 'repair-call' and q.origin_id = call order by q.created_at, q.id`)}
      $$`);
    await runner.query(`
      create function call_reports_follow(call uuid, beside uuid, unit uuid, spelled text) returns table (id uuid, dealer_id uuid, former text)
      language plpgsql as $$
      ${beyondTenants(`return query update quality_report q set unit_id = unit, serial = spelled, version = q.version + 1 from quality_report was
          where was.id = q.id and q.origin_kind = 'repair-call' and q.origin_id = call and q.id is distinct from beside
          returning q.id, q.dealer_id, was.serial`)}
      $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function call_reports_follow(uuid, uuid, uuid, text)');
    await runner.query('drop function call_reports(uuid)');
    await runner.query('drop index quality_report_due');
    await runner.query(`create unique index quality_report_open on quality_report (origin_kind, origin_id) where state <> 'closed'`);
  }
}
