import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@aftercare/service';

/**
 * Fees are the money of the dealer who asks for them: neither its parent reads them (domain 1) nor the dealer to whom a call goes later.
 * Of before, whoever had the call when the audit trail says that it was quoted or recorded.
 */
export class FeesOfDealers1800824000000 implements MigrationInterface {
  name = 'FeesOfDealers1800824000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true), set_config('app.erasing', 'on', true)`);
    for (const [table, at] of [['call_quote', 'quoted_at'], ['repair_record', 'recorded_at']] as const) {
      await runner.query(`alter table ${table} add column dealer_id uuid`);
      await runner.query(`
        update ${table} t set dealer_id = case when exists (select from call_event e where e.call_id = t.call_id and e.action = 're-route')
            then coalesce((select a.dealer_id from audit_entry a where a.document_id = t.call_id::text and a.at = t.${at} and a.dealer_id is not null limit 1), c.dealer_id)
            else c.dealer_id end
        from repair_call c where c.id = t.call_id`);
      await runner.query(`alter table ${table} alter column dealer_id set not null`);
    }
    // What a customer agreed to with a dealer who has the call no more holds for nobody.
    await runner.query(`update call_quote q set state = 'replaced' from repair_call c where c.id = q.call_id and c.dealer_id <> q.dealer_id and q.state in ('open', 'accepted')`);
    await runner.query('drop policy call_quote_tenant on call_quote');
    await tenantTable(runner, 'call_quote', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop policy call_quote_tenant on call_quote');
    const condition = 'exists (select 1 from repair_call c where c.id = call_quote.call_id)';
    await runner.query(`create policy call_quote_tenant on call_quote using (${condition}) with check (${condition})`);
    for (const table of ['call_quote', 'repair_record']) await runner.query(`alter table ${table} drop column dealer_id`);
  }
}
