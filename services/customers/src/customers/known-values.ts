import { systemContext, type CallContext } from '@aftercare/messaging';
import type { Database } from '@aftercare/service';
import { withoutValues } from './customer.rules.js';

interface Known {
  values: string[];
  /** Former values as the audit trail keeps them apart, JSON texts. */
  former: string[];
}

const KNOWN = `
  with used as (select coalesce(merged_into, id) as id from customer where id = $1),
  file as (select c.id, c.name, c.address_detail from customer c join used on c.id = used.id or c.merged_into = used.id)
  select (select coalesce(array_agg(v.value), '{}') from (
      select name as value from file union select address_detail from file
      union select p.phone from customer_phone p join file on file.id = p.customer_id) v) as values,
    (select coalesce(array_agg(p.personal_values), '{}') from audit_entry a join audit_personal p on p.entry_id = a.id
      where a.document_id in (select id::text from file) and p.erased_at is null) as former`;

/**
 * C-5: a reason as the audit trail may keep it for good: without any name, phone or address that the person or a file
 * merged into it has or had. Asked as the system, after the caller was found to see the customer.
 */
export async function reasonWithout(database: Database, ctx: CallContext, given: { id: string; reason: string }): Promise<string> {
  const known = await database.one<Known>(systemContext('customers', ctx), { name: 'customer_known_values', text: KNOWN, values: [given.id] });
  const former = (known?.former ?? []).flatMap((text) => textsIn(JSON.parse(text) as unknown));
  return withoutValues(given.reason.trim(), [...(known?.values ?? []), ...former]);
}

/** Every text in a value, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
