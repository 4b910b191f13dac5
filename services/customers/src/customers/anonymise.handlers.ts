import { Controller } from '@nestjs/common';
import { CallErasureService, CustomerAnonymisedSchema, CustomerService, type AnonymiseCustomerRequest } from '@aftercare/contracts';
import { isId, refusalReason } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, type Tx } from '@aftercare/service';
import { ANONYMOUS, checkAnonymise, ERASED, mayAnonymise, requireAnonymiseRole } from './anonymise.rules.js';
import { customerForChange, finish, refOf } from './customer-change.js';
import { CustomerEntity } from './customer.entity.js';

type Anonymising = Pick<Handlers<typeof CustomerService>, 'anonymiseCustomer'>;

/** C-5: the person goes, the figures stay: units, sales, installations and their dates are left as they are. */
@Controller()
export class AnonymiseHandlers implements Anonymising {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** Files that were merged into this one are erased with it. Errors as documented at the rpc. */
  @Rpc(CustomerService.method.anonymiseCustomer)
  async anonymiseCustomer(request: AnonymiseCustomerRequest, ctx: CallContext): ReturnType<Anonymising['anonymiseCustomer']> {
    const told = await this.tellWords(request, ctx);
    return this.database.command(ctx, async (tx) => {
      const customer = await customerForChange(tx, request.id);
      requireAnonymiseRole(ctx.role);
      expectVersion(customer, request.version, refOf(customer));
      const [{ open }] = await tx.sql<{ open: number }>({ name: 'anonymise_open', text: OPEN, values: [customer.id] });
      checkAnonymise({ ...customer, openInstallations: open }, request.reason);
      if (!told) throw changedSince(customer, request.version);
      const files = [customer, ...(await tx.em.findBy(CustomerEntity, { mergedInto: customer.id }))];
      const traces = await tracesOf(tx, customer.id);
      await eraseTexts(tx, customer.id);
      for (const file of files) await erase(tx, file, file === customer ? traces : {});
      return finish(tx, 'anonymise', { customer, phones: [], also: { anonymisedAt: { after: customer.anonymisedAt } }, reason: request.reason }, { customer, phones: [] });
    }, { request });
  }

  /**
   * Repairs takes the person out of what was written about his calls. No event may say his names, so they are told before, and only when
   * the file will be erased as it is now: of a request that will be refused, or was answered before, nothing is told. Answers whether it was.
   */
  private async tellWords(request: AnonymiseCustomerRequest, ctx: CallContext): Promise<boolean> {
    if (!isId(request.id) || !mayAnonymise(ctx.role)) return false;
    const known = await this.database.one<KnownWords>(systemContext('customers', ctx), { name: 'anonymise_words', text: WORDS, values: [request.id, request.version] });
    if (!known || refusalReason(() => checkAnonymise({ ...known, mergedInto: null, anonymisedAt: null }, request.reason)) !== undefined) return false;
    await this.bus.client(CallErasureService).keepErasureWords({ customerIds: known.files, words: known.words }, { ctx: systemContext('customers', ctx) });
    return true;
  }
}

/** What could not be erased when its words were looked up, and can be now. */
function changedSince(customer: CustomerEntity, expected: number): ServiceError {
  return new ServiceError('aborted', 'STALE_VERSION', 'The file was changed by somebody else just now; read it again.', { expected, present: refOf(customer) });
}

/** By which words a person is known, and in which files. */
interface KnownWords {
  files: string[];
  words: string[];
  openInstallations: number;
}

/** Of a file in use at this version: the names, phones and addresses of it and of those merged into it, earlier ones as well. */
const WORDS = `
  with file as (select f.* from customer c join customer f on c.id in (f.id, f.merged_into)
    where c.id = $1::uuid and c.version = $2::int and c.merged_into is null and c.anonymised_at is null),
  word as (
    select name as word from file union select address_detail from file
    union select p.phone from customer_phone p join file on file.id = p.customer_id
    union select v #>> '{}' from audit_entry a join audit_personal p on p.entry_id = a.id, jsonb_each(p.personal_values::jsonb) f, jsonb_path_query(f.value, 'lax $.*[*]') v
      where a.document_id in (select id::text from file) and p.erased_at is null and f.key in ('name', 'addressDetail', 'phones') and jsonb_typeof(v) = 'string')
  select (select array_agg(id) from file) as files, (select array_agg(word) from word where word <> '') as words,
    (select count(*)::int from installation where customer_id = $1::uuid and state = 'scheduled') as "openInstallations"
  where exists (select from file)`;

const OPEN = `select count(*)::int as open from installation where customer_id = $1 and state = 'scheduled'`;

/** What other services keep something by, or keep themselves. */
interface Traces {
  installationIds?: string[];
  attachmentIds?: string[];
  evidenceIds?: string[];
  serials?: string[];
}

/** Units that the person bought, owns or owned at any time. */
const THEIR_UNITS = `
  select unit_id from unit_sale where $1 in (customer_id, buyer_id) union select unit_id from unit_transfer where $1 in (from_customer_id, to_customer_id)`;

/** Installations done for the person or planned for him, also while he owned the unit that then went to another with its open appointment (C-2). */
const THEIR_INSTALLATIONS = `
  select id from installation where customer_id = $1
  union select i.id from installation i join unit_transfer t on t.unit_id = i.unit_id
    where t.from_customer_id = $1 and t.transferred_at between i.created_at and coalesce(i.completed_at, i.cancelled_at, 'infinity')`;

/** Photos of a failed installation are evidence of the defect; a sale's proof goes with the buyer, not with a later owner. */
async function tracesOf(tx: Tx, customerId: string): Promise<Traces> {
  const [traces] = await tx.sql<Traces>({ name: 'anonymise_traces', text: TRACES, values: [customerId] });
  return traces;
}

const TRACES = `
  with photo as (
    select f.value ->> 'id' as id, i.state = 'failed' as evidence from installation i, jsonb_array_elements(i.photos) f where i.customer_id = $1
    union select s.proof ->> 'id', false from unit_sale s where s.buyer_id = $1 and s.proof is not null
    union select p.evidence ->> 'id', false from purchase_proof p join unit_sale s on s.unit_id = p.unit_id
      where s.buyer_id = $1 and p.evidence is not null)
  select (select coalesce(array_agg(id::text), '{}') from (${THEIR_INSTALLATIONS}) i) as "installationIds",
    (select coalesce(array_agg(id), '{}') from photo p where not exists (select 1 from photo e where e.id = p.id and e.evidence)) as "attachmentIds",
    (select coalesce(array_agg(distinct id), '{}') from photo where evidence) as "evidenceIds",
    (select coalesce(array_agg(serial order by serial), '{}') from product_unit where id in (${THEIR_UNITS})) as serials`;

/** One file's own values, those its history kept apart from the audit chain, and the word to everybody with copies. */
async function erase(tx: Tx, file: CustomerEntity, traces: Traces): Promise<void> {
  Object.assign(file, ANONYMOUS, { anonymisedAt: await tx.now(), version: file.version + 1 });
  await tx.em.save(CustomerEntity, file);
  await tx.sql({ name: 'anonymise_phones', text: 'delete from customer_phone where customer_id = $1', values: [file.id] });
  await tx.sql({ name: 'anonymise_names', text: 'delete from customer_name_key where file_id = $1', values: [file.id] });
  await tx.sql({ name: 'anonymise_values', text: 'select erase_audit_personal($1)', values: [file.id] });
  await tx.announce(CustomerAnonymisedSchema, { customerId: file.id, dealerId: file.dealerId, ...traces });
}

/**
 * What people wrote about this customer's appointments and units may name him in any spelling, so it goes whole; checks and photos are of
 * whose home they were made at.
 */
async function eraseTexts(tx: Tx, customerId: string): Promise<void> {
  for (const [name, text] of Object.entries(TEXTS)) await tx.sql({ name: `anonymise_${name}`, text, values: [customerId] });
}

const TEXTS = {
  installations: `
    update installation i set note = case when note = '' then '' else '${ERASED}' end, asked_by = '',
      photos = case when state = 'failed' or customer_id <> $1 then photos else '[]' end,
      checklist = case when customer_id <> $1 then checklist
        else coalesce((select jsonb_agg(c.item || '{"note": ""}'::jsonb order by c.at) from jsonb_array_elements(i.checklist) with ordinality c(item, at)), '[]') end
    where id in (${THEIR_INSTALLATIONS})`,
  transfers: `update unit_transfer set reason = '${ERASED}', asked_by = '' where $1 in (from_customer_id, to_customer_id)`,
  extensions: `
    update warranty_extension set reason = '${ERASED}', reference = case when reference = '' then '' else '${ERASED}' end,
      withdrawal_reason = case when withdrawal_reason = '' then '' else '${ERASED}' end where customer_id = $1`,
  purchaseProofs: `
    update purchase_proof p set evidence = case when s.buyer_id = $1 then null else p.evidence end, reason = case when p.reason = '' then '' else '${ERASED}' end,
      decision_reason = case when p.decision_reason = '' then '' else '${ERASED}' end
    from unit_sale s where s.unit_id = p.unit_id and p.unit_id in (${THEIR_UNITS})`,
  pins: `update customer_class_pin set reason = '${ERASED}' where customer_id = $1`,
  proofs: `update unit_sale set proof = null, asked_by = '' where buyer_id = $1`,
  audit: `
    select erase_audit_personal(document) from (
      select id::text as document from (${THEIR_INSTALLATIONS}) i
      union select unit_id::text from (${THEIR_UNITS}) u
      union select unit_id::text from warranty_extension where customer_id = $1
      union select id::text from purchase_proof where unit_id in (${THEIR_UNITS})) theirs`,
} as const;
