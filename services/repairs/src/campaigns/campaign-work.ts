import type { Tx } from '@aftercare/service';
import type { RepairCall } from '../calls/call.entity.js';
import { heirOf } from '../handover/succession.js';
import { campaignUnitsOver } from './campaign-people.js';
import { CAMPAIGN_UNIT_KIND } from './campaign.js';
import { isSolved, workAgain } from './campaign-unit.rules.js';

const AGAIN = `select id, dealer_id as "dealerId", former, asked from campaign_units_again($1::uuid, $2::uuid, $3, $4)`;
/** A dealer that left has no unit to do but those of this call. */
const AT_ONCE = 50;

/** A unit that is open again, with what was said of it. */
interface Again {
  id: string;
  dealerId: string | null;
  former: string;
  asked: string;
}

/**
 * units that are done by the record of a call which shows it no more, since it is to be solved again or is on another unit, are open again
 * while their campaign runs, whoever serves them now; those of a dealer that left are its successor's to do (D-1).
 */
export async function workFollowsCall(tx: Tx, call: RepairCall): Promise<void> {
  const [unitId, serial] = isSolved(call.state) ? [call.unitId, call.unitSerial] : [null, ''];
  const units = await tx.sql<Again>({ name: 'campaign_units_again', text: AGAIN, values: [call.id, unitId, serial, workAgain(call.number)] });
  for (const { id, dealerId, former, asked } of units) {
    await tx.audit({
      action: 'reopen', kind: CAMPAIGN_UNIT_KIND, id, dealerId, changed: { state: { before: 'done', after: 'open' }, callId: { before: call.id, after: null } },
      personal: { note: { before: former, after: workAgain(call.number) }, askedBy: { before: asked, after: '' } },
    });
    const heir = dealerId === null ? null : await heirOf(tx, dealerId);
    if (dealerId !== null && heir !== null) await campaignUnitsOver(tx, { from: dealerId, to: heir, atOnce: AT_ONCE });
  }
}
