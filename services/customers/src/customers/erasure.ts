import { CustomerAnonymisedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { ERASED } from './anonymise.rules.js';

/** Whose traces are erased, and of which time. */
export interface Erasing {
  customerId: string;
  /** Only what was written until then; without it everything. */
  until?: string;
}

/** What other services keep something by, or keep themselves. */
export interface Traces {
  installationIds?: string[];
  attachmentIds?: string[];
  evidenceIds?: string[];
  serials?: string[];
}

/** A file that is told as erased. */
export interface ErasedFile {
  id: string;
  dealerId: string;
}

/** Units that the person bought, owns or owned at any time. */
const THEIR_UNITS = `
  select unit_id from unit_sale where $1 in (customer_id, buyer_id) union select unit_id from unit_transfer where $1 in (from_customer_id, to_customer_id)`;

/** Installations done for the person or planned for him, also while he owned the unit that then went to another with its open appointment (C-2). */
const THEIR_INSTALLATIONS = `
  select id from installation where customer_id = $1 and created_at <= $2::timestamptz
  union select i.id from installation i join unit_transfer t on t.unit_id = i.unit_id
    where t.from_customer_id = $1 and t.transferred_at <= $2::timestamptz and t.transferred_at between i.created_at and coalesce(i.completed_at, i.cancelled_at, 'infinity')`;

/** C-5: photos of a failed installation are evidence of the defect; a sale's proof goes with the buyer, not with a later owner. */
export async function tracesOf(tx: Tx, erasing: Erasing): Promise<Traces> {
  const [traces] = await tx.sql<Traces>({ name: 'anonymise_traces', text: TRACES, values: valuesOf(erasing) });
  return traces;
}

const TRACES = `
  with photo as (
    select f.value ->> 'id' as id, i.state = 'failed' as evidence from installation i, jsonb_array_elements(i.photos) f
      where i.customer_id = $1 and i.created_at <= $2::timestamptz
    union select s.proof ->> 'id', false from unit_sale s where s.buyer_id = $1 and s.proof is not null and s.sold_at <= $2::timestamptz
    union select p.evidence ->> 'id', false from purchase_proof p join unit_sale s on s.unit_id = p.unit_id
      where s.buyer_id = $1 and p.evidence is not null and p.submitted_at <= $2::timestamptz)
  select (select coalesce(array_agg(id::text), '{}') from (${THEIR_INSTALLATIONS}) i) as "installationIds",
    (select coalesce(array_agg(id), '{}') from photo p where not exists (select 1 from photo e where e.id = p.id and e.evidence)) as "attachmentIds",
    (select coalesce(array_agg(distinct id), '{}') from photo where evidence) as "evidenceIds",
    (select coalesce(array_agg(serial order by serial), '{}') from product_unit where id in (${THEIR_UNITS})) as serials`;

/**
 * C-5: what people wrote about this customer's appointments and units may name him in any spelling, so it goes whole; checks and photos are of
 * whose home they were made at.
 */
export async function eraseTexts(tx: Tx, erasing: Erasing): Promise<void> {
  for (const [name, text] of Object.entries(TEXTS)) await tx.sql({ name: `anonymise_${name}`, text, values: valuesOf(erasing) });
}

const valuesOf = ({ customerId, until = 'infinity' }: Erasing): string[] => [customerId, until];

const gone = (column: string): string => `case when ${column} = '' then '' else '${ERASED}' end`;

/** Each step of an appointment writes its note and who asked anew. */
const TEXTS = {
  installations: `
    update installation i set note = ${gone('note')}, asked_by = '',
      photos = case when state = 'failed' or customer_id <> $1 then photos else '[]' end,
      checklist = case when customer_id <> $1 then checklist
        else coalesce((select jsonb_agg(c.item || '{"note": ""}'::jsonb order by c.at) from jsonb_array_elements(i.checklist) with ordinality c(item, at)), '[]') end
    where id in (${THEIR_INSTALLATIONS}) and not exists (
      select from audit_entry e where e.document_id = i.id::text and e.kind = 'installation' and e.action in ('reschedule', 'complete', 'fail', 'cancel') and e.at > $2::timestamptz)`,
  transfers: `update unit_transfer set reason = '${ERASED}', asked_by = '' where $1 in (from_customer_id, to_customer_id) and transferred_at <= $2::timestamptz`,
  extensions: `
    update warranty_extension set reason = '${ERASED}', reference = ${gone('reference')},
      withdrawal_reason = case when withdrawn_at > $2::timestamptz then withdrawal_reason else ${gone('withdrawal_reason')} end
    where customer_id = $1 and granted_at <= $2::timestamptz`,
  purchaseProofs: `
    update purchase_proof p set evidence = case when s.buyer_id = $1 then null else p.evidence end, reason = ${gone('p.reason')},
      decision_reason = case when p.decided_at > $2::timestamptz then p.decision_reason else ${gone('p.decision_reason')} end
    from unit_sale s where s.unit_id = p.unit_id and p.unit_id in (${THEIR_UNITS}) and p.submitted_at <= $2::timestamptz`,
  pins: `update customer_class_pin set reason = '${ERASED}' where customer_id in (select id from customer where $1 in (id, merged_into)) and pinned_at <= $2::timestamptz`,
  proofs: `update unit_sale set proof = null, asked_by = '' where buyer_id = $1 and sold_at <= $2::timestamptz`,
  audit: `
    select erase_audit_personal_until(document, $2::timestamptz) from (
      select id::text as document from (${THEIR_INSTALLATIONS}) i
      union select unit_id::text from (${THEIR_UNITS}) u
      union select unit_id::text from warranty_extension where customer_id = $1
      union select id::text from purchase_proof where unit_id in (${THEIR_UNITS})) theirs`,
} as const;

/** C-5: the word to everybody with copies of a file, with what the file in use left behind. */
export async function tellErased(tx: Tx, file: ErasedFile, traces: Traces, writtenUntil = ''): Promise<void> {
  await tx.announce(CustomerAnonymisedSchema, { customerId: file.id, dealerId: file.dealerId, ...traces, writtenUntil });
}
