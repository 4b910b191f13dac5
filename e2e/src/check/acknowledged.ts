import type { AckLog } from './ack-log.js';
import type { Invariant } from './invariant.js';
import type { World } from './world.js';

/** Where the documents of an endpoint stand, and the text column in which a client leaves its key. */
interface Home {
  service: string;
  table: string;
  marker: string;
  /** Where the text stands in another table: rows of the document's id and that text. */
  rows?: string;
}

/** The load writes its key into a free text of the document, so that doubles are found without any table of the platform. */
const HOMES: Readonly<Record<string, Home>> = {
  '/customers': { service: 'customers', table: 'customer', marker: 'address_detail' },
  '/repair-calls': { service: 'repairs', table: 'repair_call', marker: 'symptoms' },
  '/parts-requests': { service: 'parts', table: 'parts_request', marker: 'delivery_address' },
  '/charge-slips': { service: 'parts', table: 'charge_slip', marker: 'reason' },
  '/purchase-receipts': { service: 'parts', table: 'purchase_receipt', marker: 'reference' },
  // A serial has one spelling: upper case, without spaces.
  '/returns': {
    service: 'parts', table: 'return_parcel', marker: 'marker',
    rows: `(select distinct parcel_id as id, 'key ' || lower(substr(unit_serial, 4)) as marker from return_announced_line where unit_serial like 'KEY%')`,
  },
  '/payments': { service: 'invoicing', table: 'payment', marker: 'reference' },
};

/** What a client writes into the document that it creates under a key. */
export const markerOf = (key: string): string => `key ${key}`;

const MARKED = '%key ________-____-____-____-____________%';

/** Documents whose number must rise without a gap within a business year. */
const GAPLESS = [
  { service: 'parts', table: 'charge_slip', prefix: 'CS' },
  { service: 'parts', table: 'shipping_order', prefix: 'SO' },
  { service: 'parts', table: 'stocktake', prefix: 'ST' },
  { service: 'invoicing', table: 'invoice', prefix: 'IR' },
  { service: 'invoicing', table: 'red_letter', prefix: 'RL' },
];

export const acknowledgedOnce: Invariant = {
  id: 'I4',
  sentence: 'each acknowledged create has exactly one document; numbers are unique, and gapless where X-6 says so',
  async find(world, { acks }) {
    const found = await brokenNumbers(world);
    if (!acks) return found;
    found.push(...acks.contradictions);
    for (const path of acks.paths) found.push(...(await brokenAcks(world, acks, path)));
    return found;
  },
};

interface MarkedRow {
  id: string;
  key: string;
  audited: boolean;
}

async function brokenAcks(world: World, acks: AckLog, path: string): Promise<string[]> {
  const home = HOMES[path];
  if (!home) return [`the checker does not know where the documents of ${path} stand`];
  const { service, table, marker, rows: kept = table } = home;
  const rows = await world.rows<MarkedRow>(service, `
    select d.id::text, substring(d.${marker} from 'key ([0-9a-f-]{36})') as key,
           exists (select from audit_entry a where a.document_id = d.id::text) as audited
    from ${kept} d where d.${marker} like $1 order by d.id`, [MARKED]);
  const documentsOf = new Map<string, MarkedRow[]>();
  for (const row of rows) documentsOf.set(row.key, [...(documentsOf.get(row.key) ?? []), row]);
  const found: string[] = [];
  for (const { key, id } of acks.keysOf(path)) {
    const documents = documentsOf.get(key) ?? [];
    if (documents.length > 1) found.push(`${service}: key ${key} of ${path} made ${documents.length} documents: ${documents.map((each) => each.id).join(', ')}`);
    if (id !== null && !documents.some((each) => each.id === id)) found.push(`${service}: ${path} acknowledged ${id} under key ${key}, and it is not there`);
    for (const each of documents) if (!each.audited) found.push(`${service}: ${table} ${each.id} was created without an audit entry`);
  }
  return found;
}

/** Keeps copies of others' documents, of each generation of its read model: their numbers are proved where they were given. */
const COPIES = 'insights';
/** Name the invoice that was handed out, once for each batch it was in. */
const NAMING = ['invoice_batch_row'];

async function brokenNumbers(world: World): Promise<string[]> {
  const found: string[] = [];
  for (const service of world.services.filter((each) => each !== COPIES)) {
    const tables = await world.rows<{ name: string }>(service, `
      select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and c.column_name = 'number' and t.table_type = 'BASE TABLE' and not c.table_name = any($1::text[]) order by 1`, [NAMING]);
    for (const { name } of tables) {
      const twice = await world.rows<{ number: string; times: number }>(service, `
        select number, count(*)::int as times from "${name}" where number is not null group by number having count(*) > 1 order by 1`);
      found.push(...twice.map(({ number, times }) => `${service}: ${times} rows of ${name} have the number ${number}`));
    }
  }
  for (const kind of GAPLESS) found.push(...(await gaps(world, kind)));
  return found;
}

async function gaps(world: World, { service, table, prefix }: (typeof GAPLESS)[number]): Promise<string[]> {
  const rows = await world.rows<{ year: string; documents: string; last: string; counter: string | null }>(service, `
    with taken as (
      select split_part(number, '-', 2)::int as year, split_part(number, '-', 3)::bigint as value
      from ${table} where number ~ '^${prefix}-[0-9]{4}-[0-9]+$')
    select t.year, count(distinct t.value) as documents, max(t.value) as last,
           (select c.last from number_counter c where c.kind = $1 and c.year = t.year) as counter
    from taken t group by t.year order by t.year`, [table === 'invoice' ? 'invoice_request' : table]);
  return rows
    .filter(({ documents, last, counter }) => documents !== last || counter !== last)
    .map(({ year, documents, last, counter }) => `${service}: ${prefix}-${year} has ${documents} numbers up to ${last}, and its counter stands at ${counter ?? 'none'}`);
}
