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
  /** Of these installations and serials what is another's now, with the moment until which it was the person's. */
  passedOn?: { ref: string; writtenUntil: string }[];
}

/** A file that is told as erased. */
export interface ErasedFile {
  id: string;
  dealerId: string;
}

/** Units that the person owns or owned at any time, each with the moment until which what is written of it is of him (C-2). */
const THEIR_UNITS = `
  select unit_id, max(until) as until from (
    select unit_id, $2::timestamptz as until from unit_sale where customer_id = $1
    union all select unit_id, least(transferred_at, $2::timestamptz) from unit_transfer where from_customer_id = $1) owned
  group by unit_id`;

/**
 * Installations done for the person or planned for him, also while he owned the unit that then went to another with its open appointment (C-2):
 * what was written of it since is of the other.
 */
const THEIR_INSTALLATIONS = `
  select id, max(until) as until from (
    select id, $2::timestamptz as until from installation where customer_id = $1 and created_at <= $2::timestamptz
    union all select i.id, t.transferred_at from installation i join unit_transfer t on t.unit_id = i.unit_id
      where t.from_customer_id = $1 and t.transferred_at <= $2::timestamptz and t.transferred_at between i.created_at and coalesce(i.completed_at, i.cancelled_at, 'infinity')) planned
  group by id`;

/** Proofs of the day on which the person bought a unit, whenever they were handed in, and those of others' purchases from when he owned it. */
const THEIR_PROOFS = `
  select p.id, s.buyer_id = $1 as bought, case when s.buyer_id = $1 then $2::timestamptz else u.until end as until
  from purchase_proof p join unit_sale s on s.unit_id = p.unit_id join (${THEIR_UNITS}) u on u.unit_id = p.unit_id`;

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
    (select coalesce(array_agg(serial order by serial), '{}') from product_unit where id in (select unit_id from (${THEIR_UNITS}) u)) as serials,
    (select coalesce(json_agg(json_build_object('ref', ref, 'writtenUntil', iso(until)) order by ref), '[]') from (
      select id::text as ref, until from (${THEIR_INSTALLATIONS}) i
      union all select n.serial, u.until from (${THEIR_UNITS}) u join product_unit n on n.id = u.unit_id) passed
      where until < $2::timestamptz) as "passedOn"`;

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
    from (${THEIR_INSTALLATIONS}) theirs
    where i.id = theirs.id and not exists (
      select from audit_entry e where e.document_id = i.id::text and e.kind = 'installation' and e.action in ('reschedule', 'complete', 'fail', 'cancel') and e.at > theirs.until)`,
  transfers: `update unit_transfer set reason = '${ERASED}', asked_by = '' where $1 in (from_customer_id, to_customer_id) and transferred_at <= $2::timestamptz`,
  extensions: `
    update warranty_extension set reason = '${ERASED}', reference = ${gone('reference')},
      withdrawal_reason = case when withdrawn_at > $2::timestamptz then withdrawal_reason else ${gone('withdrawal_reason')} end
    where customer_id = $1 and granted_at <= $2::timestamptz`,
  purchaseProofs: `
    update purchase_proof p set evidence = case when theirs.bought then null else p.evidence end, reason = ${gone('p.reason')},
      decision_reason = case when p.decided_at > theirs.until then p.decision_reason else ${gone('p.decision_reason')} end
    from (${THEIR_PROOFS}) theirs where p.id = theirs.id and p.submitted_at <= theirs.until`,
  pins: `update customer_class_pin set reason = '${ERASED}' where customer_id in (select id from customer where $1 in (id, merged_into)) and pinned_at <= $2::timestamptz`,
  proofs: `update unit_sale set proof = null, asked_by = '' where buyer_id = $1 and sold_at <= $2::timestamptz`,
  audit: `
    select erase_audit_personal_until(document, max(until)) from (
      select id::text as document, until from (${THEIR_INSTALLATIONS}) i
      union all select unit_id::text, until from (${THEIR_UNITS}) u
      union all select unit_id::text, least(withdrawn_at, $2::timestamptz) from warranty_extension where customer_id = $1 and withdrawn_at is not null
      union all select id::text, until from (${THEIR_PROOFS}) p) theirs
    group by document`,
} as const;

/** C-5: the word to everybody with copies of a file, with what the file in use left behind. */
export async function tellErased(tx: Tx, file: ErasedFile, traces: Traces, writtenUntil = ''): Promise<void> {
  const earlier = await tx.sql<{ id: string }>({ name: 'earlier_dealers', text: EARLIER_DEALERS, values: [file.dealerId] });
  await tx.announce(CustomerAnonymisedSchema, { customerId: file.id, dealerId: file.dealerId, earlierDealerIds: earlier.map(({ id }) => id), ...traces, writtenUntil });
}

/** Those whose customers went over to the dealer, one after the other (D-1). */
const EARLIER_DEALERS = `
  with recursive served (id) as (select $1::uuid union select d.id from served s join known_dealer d on d.successor_id = s.id and d.status = 'terminated')
  select id from served where id <> $1::uuid order by id`;
