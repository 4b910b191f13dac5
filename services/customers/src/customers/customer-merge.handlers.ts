import { Controller } from '@nestjs/common';
import { CustomerService, type MergeCustomerRequest } from '@aftercare/contracts';
import { askerOf, type CustomerClass } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, refuseTerminated, type Tx } from '@aftercare/service';
import { betterClass } from '../classes/class.rules.js';
import { customerForChange, finish, keepPhones, phonesOf, refOf } from './customer-change.js';
import { CustomerEntity } from './customer.entity.js';
import { checkMerge, mergedPhones, requireMergeRole } from './customer-merge.rules.js';
import { requireServingDealer } from './customer.rules.js';

/**
 * Where a customer's id stands, in the order in which it is replaced: ownership first, since an appointment is made
 * under the lock of its sale. Earlier pointers follow, so that a pointer always names a file in use.
 */
const FOLLOWERS = [
  { name: 'units', text: 'update unit_sale set customer_id = $2 where customer_id = $1' },
  { name: 'purchases', text: 'update unit_sale set buyer_id = $2 where buyer_id = $1' },
  { name: 'unitsGiven', text: 'update unit_transfer set from_customer_id = $2 where from_customer_id = $1' },
  { name: 'unitsTaken', text: 'update unit_transfer set to_customer_id = $2 where to_customer_id = $1' },
  { name: 'installations', text: 'update installation set customer_id = $2 where customer_id = $1' },
  { name: 'extensions', text: 'update warranty_extension set customer_id = $2 where customer_id = $1' },
  { name: 'history', text: 'update customer_event set customer_id = $2 where customer_id = $1' },
  { name: 'names', text: 'update customer_name_key k set customer_id = c.id, created_at = c.created_at from customer c where k.customer_id = $1 and c.id = $2' },
  { name: 'classPin', text: 'update customer_class_pin set customer_id = $2 where customer_id = $1 and not exists (select 1 from customer_class_pin where customer_id = $2)' },
  { name: 'earlierMerges', text: 'update customer set merged_into = $2 where merged_into = $1' },
] as const;

type Merging = Pick<Handlers<typeof CustomerService>, 'mergeCustomer'>;

/** C-1: two files of one customer become one, and nothing of either is lost. */
@Controller()
export class CustomerMergeHandlers implements Merging {
  constructor(private readonly database: Database) {}

  /** The merged file keeps name and address and points to the surviving one. Errors as documented at the rpc. */
  @Rpc(CustomerService.method.mergeCustomer)
  async mergeCustomer(request: MergeCustomerRequest, ctx: CallContext): ReturnType<Merging['mergeCustomer']> {
    if (ctx.dealerStatus !== null) requireServingDealer(ctx.dealerStatus);
    return this.database.command(ctx, async (tx) => {
      const { merged, surviving } = await bothForChange(tx, request);
      requireMergeRole(ctx.role);
      await refuseTerminated(tx, surviving.dealerId);
      const askedBy = askerOf(ctx.role, request.askedBy);
      checkMerge(merged, surviving);
      expectVersion(merged, request.version, refOf(merged));
      expectVersion(surviving, request.intoVersion, refOf(surviving));
      const before = { merged: { customer: { ...merged }, phones: await phonesOf(tx, merged.id) }, phones: await phonesOf(tx, surviving.id) };
      const phones = mergedPhones(before.phones, before.merged.phones);
      const also: Record<string, { after: unknown }> = { mergedFrom: { after: merged.id } };
      for (const { name, text } of FOLLOWERS) also[name] = { after: await changed(tx, { name, text, ids: [merged.id, surviving.id] }) };
      await tx.sql({ name: 'merge_classes', text: 'select merge_customer_classes($1, $2)', values: [merged.id, surviving.id] });
      await tx.sql({ name: 'merge_calls', text: 'update known_call set customer_id = $2 where customer_id = $1', values: [merged.id, surviving.id] });
      Object.assign(merged, { mergedInto: surviving.id, askedBy, version: merged.version + 1 });
      surviving.askedBy = askedBy;
      surviving.version += 1;
      surviving.class = await classOfBoth(tx, merged, surviving);
      await tx.em.save(CustomerEntity, [merged, surviving]);
      await keepPhones(tx, merged, []);
      await keepPhones(tx, surviving, phones);
      await finish(tx, 'take-over', { customer: surviving, phones, also, mergedFrom: merged.id, askedBy }, { customer: surviving, phones: before.phones });
      return finish(tx, 'merge', { customer: merged, phones: [], askedBy }, before.merged);
    }, { request });
  }
}

/** Both files as the caller may see them, locked in one order, so that two merges of the same files wait for each other. */
async function bothForChange(tx: Tx, request: MergeCustomerRequest): Promise<{ merged: CustomerEntity; surviving: CustomerEntity }> {
  const ids = [...new Set([request.id, request.intoId])].sort();
  const files = new Map<string, CustomerEntity>();
  for (const id of ids) files.set(id, await customerForChange(tx, id));
  return { merged: files.get(request.id) as CustomerEntity, surviving: files.get(request.intoId) as CustomerEntity };
}

/** How many rows of a kind now stand under the surviving file. */
async function changed(tx: Tx, step: { name: string; text: string; ids: string[] }): Promise<number> {
  const rows = await tx.sql<{ one: number }>({ name: `merge_${step.name}`, text: `${step.text} returning 1 as one`, values: step.ids });
  return rows.length;
}

/** C-7: until the next computation the pinned class holds, else the better of the two. */
async function classOfBoth(tx: Tx, merged: CustomerEntity, surviving: CustomerEntity): Promise<CustomerClass> {
  const [pin] = await tx.sql<{ class: CustomerClass }>({ name: 'merge_pin', text: 'select class from customer_class_pin where customer_id = $1', values: [surviving.id] });
  return pin?.class ?? betterClass(merged.class, surviving.class);
}
