import { Controller } from '@nestjs/common';
import { CallErasureService, CustomerService, type AnonymiseCustomerRequest } from '@aftercare/contracts';
import { isId, refusalReason } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, type Tx } from '@aftercare/service';
import { ANONYMOUS, checkAnonymise, mayAnonymise, requireAnonymiseRole } from './anonymise.rules.js';
import { customerForChange, finish, refOf } from './customer-change.js';
import { CustomerEntity } from './customer.entity.js';
import { eraseTexts, tellErased, tracesOf, type Traces } from './erasure.js';

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
      const traces = await tracesOf(tx, { customerId: customer.id });
      await eraseTexts(tx, { customerId: customer.id });
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

/** One file's own values, those its history kept apart from the audit chain, and the word to everybody with copies. */
async function erase(tx: Tx, file: CustomerEntity, traces: Traces): Promise<void> {
  Object.assign(file, ANONYMOUS, { anonymisedAt: await tx.now(), version: file.version + 1 });
  await tx.em.save(CustomerEntity, file);
  await tx.sql({ name: 'anonymise_phones', text: 'delete from customer_phone where customer_id = $1', values: [file.id] });
  await tx.sql({ name: 'anonymise_names', text: 'delete from customer_name_key where file_id = $1', values: [file.id] });
  await tx.sql({ name: 'anonymise_values', text: 'select erase_audit_personal($1)', values: [file.id] });
  await tellErased(tx, file, traces);
}
