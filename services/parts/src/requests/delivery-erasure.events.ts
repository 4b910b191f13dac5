import { Injectable } from '@nestjs/common';
import { CallAnonymisedSchema, CustomerAnonymisedSchema, type CallAnonymised, type CustomerAnonymised } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

/** What stands where a personal value stood. */
const ERASED = '***';

/**
 * C-5: where parts were sent for an anonymised person, and what people wrote of the parts. The document stays with its lines and
 * quantities; where a shipment was still to go, the dealer is asked for another address, as the work at the customer's is over. The
 * person's name, phones and address are not known here, so free texts go whole; what quality learns from stays in the repair's record.
 */
@Injectable()
export class DeliveryErasure {
  @OnEvent(CustomerAnonymisedSchema)
  async customerAnonymised({ installationIds }: CustomerAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), { callIds: [], installationIds });
  }

  @OnEvent(CallAnonymisedSchema)
  async callAnonymised({ callId }: CallAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), { callIds: [callId], installationIds: [] });
  }
}

interface Erased {
  id: string;
  dealerId: string;
}

/** Requests before their orders, as the commands lock them. */
async function erase(tx: Tx, { callIds, installationIds }: { callIds: string[]; installationIds: string[] }): Promise<void> {
  const requests = await tx.sql<Erased>({ name: 'request_address_erase', text: REQUESTS, values: [callIds, installationIds, ERASED] });
  const ids = requests.map(({ id }) => id);
  const orders = await tx.sql<Erased>({ name: 'order_address_erase', text: ORDERS, values: [ids, ERASED] });
  for (const [name, text] of Object.entries(TEXTS)) await tx.sql({ name: `erase_${name}`, text, values: [ids, ERASED] });
  for (const [kind, rows] of [['parts_request', requests], ['shipping_order', orders]] as const) {
    for (const { id, dealerId } of rows) {
      await tx.sql({ name: 'delivery_audit_erase', text: 'select erase_audit_personal($1)', values: [id] });
      await tx.audit({ action: 'anonymise', kind, id, dealerId, changed: { fields: { after: kind === 'parts_request' ? ['deliveryAddress', 'fault', 'decisionReason', 'exclusionCause'] : ['deliveryAddress', 'note', 'reason'] } } });
    }
  }
}

const REQUESTS = `
  update parts_request set delivery_address = $3, version = version + 1
  where (call_id = any($1::uuid[]) or installation_id = any($2::uuid[])) and delivery_address <> $3
  returning id, dealer_id as "dealerId"`;

const ORDERS = `
  update shipping_order set delivery_address = $2, version = version + 1
  where request_id = any($1::uuid[]) and delivery_address <> $2 returning id, dealer_id as "dealerId"`;

/** The photos and the verdict that a line was decided by stay (W-8), as do the codes of exclusions. */
const TEXTS = {
  lines: `
    update parts_request_line set fault = case when fault = '' then '' else $2 end, decision_reason = case when decision_reason = '' then '' else $2 end,
      review = case when coalesce(review ->> 'exclusionCause', '') = '' then review else review || jsonb_build_object('exclusionCause', $2::text) end
    where request_id = any($1::uuid[])`,
  discrepancies: `
    update discrepancy d set note = case when d.note = '' then '' else $2 end, reason = case when d.reason = '' then '' else $2 end
    from shipping_order o where o.id = d.shipping_order_id and o.request_id = any($1::uuid[])`,
} as const;
