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
  async customerAnonymised({ installationIds, passedOn, writtenUntil }: CustomerAnonymised, em: EntityManager): Promise<void> {
    const passed = new Map(passedOn.map(({ ref, writtenUntil: until }) => [ref, until]));
    await erase(txOf(em), installationIds.map((id) => ({ id, until: passed.get(id) ?? (writtenUntil || 'infinity') })));
  }

  @OnEvent(CallAnonymisedSchema)
  async callAnonymised({ callId, writtenUntil }: CallAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), [{ id: callId, until: writtenUntil || 'infinity' }]);
  }
}

interface Erased {
  id: string;
  dealerId: string;
}

/**
 * A call or an installation whose requests are meant: those of until it went on to the unit's next owner (C-2), and of an erasure that is told
 * again those of then; later ones are for others.
 */
interface Work {
  id: string;
  until: string;
}

/** Requests before their orders, as the commands lock them. */
async function erase(tx: Tx, works: Work[]): Promise<void> {
  const theirs = [works.map(({ id }) => id), works.map(({ until }) => until)];
  const requests = await tx.sql<Erased & { until: string }>({ name: 'request_address_erase', text: REQUESTS, values: [...theirs, ERASED] });
  const ids = requests.map(({ id }) => id);
  const orders = await tx.sql<Erased>({ name: 'order_address_erase', text: ORDERS, values: [ids, ERASED] });
  await tx.sql({ name: 'line_text_erase', text: TEXTS, values: [ids, MOBILE, ERASED] });
  await tx.sql({ name: 'discrepancy_text_erase', text: DISCREPANCIES, values: [ids, MOBILE, ERASED, requests.map(({ until }) => until)] });
  await tx.sql({ name: 'carrier_claim_text_erase', text: CLAIMS, values: [ids, MOBILE, ERASED] });
  for (const [kind, rows] of [['parts_request', requests], ['shipping_order', orders]] as const) {
    for (const { id, dealerId } of rows) {
      await tx.sql({ name: 'delivery_audit_erase', text: 'select erase_audit_personal($1)', values: [id] });
      await tx.audit({ action: 'anonymise', kind, id, dealerId, changed: { fields: { after: ['deliveryAddress'] } } });
    }
  }
}

const REQUESTS = `
  update parts_request r set delivery_address = $3, version = r.version + 1
  from unnest($1::uuid[], $2::timestamptz[]) as work (id, until)
  where (r.call_id = any($1::uuid[]) or r.installation_id = any($1::uuid[]))
    and work.id = coalesce(r.call_id, r.installation_id) and r.delivery_address <> $3 and r.created_at <= work.until
  returning r.id, r.dealer_id as "dealerId", work.until::text as until`;

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

/** What somebody wrote of missing pieces at the person's door; what was noted later was at another's. */
const DISCREPANCIES = `
  update discrepancy d set note = case when d.note = '' then '' else $3 end, reason = regexp_replace(d.reason, $2, $3, 'g')
  from shipping_order o join unnest($1::uuid[], $4::timestamptz[]) as request (id, until) on request.id = o.request_id
  where o.id = d.shipping_order_id and d.created_at <= request.until`;
