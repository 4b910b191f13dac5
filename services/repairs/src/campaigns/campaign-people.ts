import type { Tx } from '@aftercare/service';
import { In } from 'typeorm';
import { ERASED } from '../calls/erasure.rules.js';
import { CAMPAIGN_UNIT_KIND } from './campaign.js';
import { CampaignUnitRow } from './campaign.entity.js';

/** C-5: what was written about the owners of units goes whole, since nobody knows here whom it names; states and dates stay. Photos stay as evidence. */
export async function eraseCampaignNotes(tx: Tx, customerIds: string[]): Promise<void> {
  for (const { id } of await tx.em.findBy(CampaignUnitRow, { customerId: In(customerIds) })) {
    await tx.sql({ name: 'erase_campaign_note', text: `update campaign_unit set note = case when note = '' then '' else $2 end, asked_by = '' where id = $1 and (note <> '' or asked_by <> '')`, values: [id, ERASED] });
    await tx.sql({ name: 'erase_campaign_audit', text: 'select erase_audit_personal($1)', values: [id] });
  }
}

/** C-1: units of a merged file are the surviving one's. */
export async function moveCampaignOwner(tx: Tx, from: string, to: string): Promise<void> {
  await tx.sql({ name: 'campaign_owner', text: MOVE_OWNER, values: [from, to] });
}

/** D-1: what is left to do of a dealer that left is its successor's; some units in each transaction. Answers how many. */
export async function campaignUnitsOver(tx: Tx, { from, to, atOnce }: { from: string; to: string; atOnce: number }): Promise<number> {
  const moved = await tx.sql<{ id: string }>({ name: 'campaign_units_over', text: HAND_OVER, values: [from, to, atOnce] });
  for (const { id } of moved) {
    await tx.audit({ action: 'hand-over', kind: CAMPAIGN_UNIT_KIND, id, dealerId: to, changed: { dealerId: { before: from, after: to } } });
  }
  return moved.length;
}

const MOVE_OWNER = `update campaign_unit set customer_id = $2, version = version + 1
  where customer_id = $1 or customer_id in (select id from known_customer where merged_into = $2)`;

const HAND_OVER = `update campaign_unit set dealer_id = $2, version = version + 1 where id in (
    select id from campaign_unit where dealer_id = $1 and state in ('open', 'contacted', 'unreachable') order by id limit $3 for update)
  returning id`;
