import { Injectable } from '@nestjs/common';
import { CallAnonymisedSchema, CustomerAnonymisedSchema, type CallAnonymised, type CustomerAnonymised } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

/** What stands where a personal value stood. */
const ERASED = '***';
const MOBILE = String.raw`(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)`;

/**
 * C-5: where parts were sent for an anonymised person. The document stays with its lines and quantities; where a shipment
 * was still to go, the dealer is asked for another address, as the work at the customer's is over.
 */
@Injectable()
export class DeliveryErasure {
  @OnEvent(CustomerAnonymisedSchema)
  async customerAnonymised({ installationIds, writtenUntil }: CustomerAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), { callIds: [], installationIds, until: writtenUntil || 'infinity' });
  }

  @OnEvent(CallAnonymisedSchema)
  async callAnonymised({ callId, writtenUntil }: CallAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), { callIds: [callId], installationIds: [], until: writtenUntil || 'infinity' });
  }
}

interface Erased {
  id: string;
  dealerId: string;
}

/** Whose requests are meant; of an erasure that is told again only those of then, later ones are for others. */
interface Theirs {
  callIds: string[];
  installationIds: string[];
  until: string;
}

/** Requests before their orders, as the commands lock them. */
async function erase(tx: Tx, { callIds, installationIds, until }: Theirs): Promise<void> {
  const requests = await tx.sql<Erased>({ name: 'request_address_erase', text: REQUESTS, values: [callIds, installationIds, ERASED, until] });
  const ids = requests.map(({ id }) => id);
  const orders = await tx.sql<Erased>({ name: 'order_address_erase', text: ORDERS, values: [ids, ERASED] });
  await tx.sql({ name: 'line_text_erase', text: TEXTS, values: [ids, MOBILE, ERASED] });
  await tx.sql({ name: 'discrepancy_text_erase', text: DISCREPANCIES, values: [ids, MOBILE, ERASED] });
  await tx.sql({ name: 'carrier_claim_text_erase', text: CLAIMS, values: [ids, MOBILE, ERASED] });
  for (const [kind, rows] of [['parts_request', requests], ['shipping_order', orders]] as const) {
    for (const { id, dealerId } of rows) {
      await tx.sql({ name: 'delivery_audit_erase', text: 'select erase_audit_personal($1)', values: [id] });
      await tx.audit({ action: 'anonymise', kind, id, dealerId, changed: { fields: { after: ['deliveryAddress'] } } });
    }
  }
}

const REQUESTS = `
  update parts_request set delivery_address = $3, version = version + 1
  where (call_id = any($1::uuid[]) or installation_id = any($2::uuid[])) and delivery_address <> $3 and created_at <= $4::timestamptz
  returning id, dealer_id as "dealerId"`;

const ORDERS = `
  update shipping_order set delivery_address = $2, version = version + 1
  where request_id = any($1::uuid[]) and delivery_address <> $2 returning id, dealer_id as "dealerId"`;

/**
 * The person's name is not known here, so what was written about the fault goes whole: quality learns from the repair's codes. A
 * decision and the cause of an exclusion are why somebody was charged (W-5, W-8): only a phone is taken out of them.
 */
const TEXTS = `
  update parts_request_line set fault = case when fault = '' then '' else $3 end,
    decision_reason = regexp_replace(decision_reason, $2, $3, 'g'),
    decisions = (select coalesce(jsonb_agg(jsonb_set(said.word, '{reason}', to_jsonb(regexp_replace(said.word ->> 'reason', $2, $3, 'g'))) order by said.nth), '[]')
                   from jsonb_array_elements(decisions) with ordinality as said (word, nth)),
    review = case when review is null then null
      else jsonb_set(review, '{exclusionCause}', to_jsonb(regexp_replace(coalesce(review ->> 'exclusionCause', ''), $2, $3, 'g'))) end
  where request_id = any($1::uuid[])`;

/** What the carrier answered. */
const CLAIMS = `
  update carrier_claim c set reason = regexp_replace(c.reason, $2, $3, 'g'), reference = regexp_replace(c.reference, $2, $3, 'g')
  from shipping_order o where o.id = c.shipping_order_id and o.request_id = any($1::uuid[])`;

/** What somebody wrote of missing pieces at the person's door. */
const DISCREPANCIES = `
  update discrepancy d set note = case when d.note = '' then '' else $3 end, reason = regexp_replace(d.reason, $2, $3, 'g')
  from shipping_order o where o.id = d.shipping_order_id and o.request_id = any($1::uuid[])`;
