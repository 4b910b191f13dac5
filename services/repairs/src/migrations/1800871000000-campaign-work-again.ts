import { beyondTenants } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which units a call shows as done no more: of a running campaign, and not the unit that it is on now where one is named. */
const SHOWN_NO_MORE = `k.id = u.campaign_id and k.state = 'running' and u.state = 'done'`;

/**
 * Q-5: a unit that was done by a call is open again when the call is to be solved again. The call's dealer may not see a unit that another one
 * serves by now, or nobody, so the statement is done for every dealer; then the transaction is its caller's again. Units of before follow as well.
 */
export class CampaignWorkAgain1800871000000 implements MigrationInterface {
  name = 'CampaignWorkAgain1800871000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function campaign_units_again(call uuid, unit uuid, spelled text, said text) returns table (id uuid, dealer_id uuid, former text, asked text)
      language plpgsql as $$
      ${beyondTenants(`return query update campaign_unit u set state = 'open', note = said, call_id = null, call_number = '', photos = '[]', marked_at = null, marked_by = null, asked_by = '',
            version = u.version + 1
          from campaign_unit was, campaign k
          where was.id = u.id and u.call_id = call and ${SHOWN_NO_MORE} and u.unit_id is distinct from unit and u.serial is distinct from spelled
          returning u.id, u.dealer_id, was.note, was.asked_by`)}
      $$`);
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`
      update campaign_unit u set state = 'open', note = '', call_id = null, call_number = '', photos = '[]', marked_at = null, marked_by = null, asked_by = '', version = u.version + 1
      from campaign k, repair_call c where c.id = u.call_id and ${SHOWN_NO_MORE} and c.state not in ('resolved', 'confirmed', 'filed')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function campaign_units_again(uuid, uuid, text, text)');
  }
}
