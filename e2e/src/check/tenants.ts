import type { Invariant } from './invariant.js';
import type { World } from './world.js';

/** A child's column that names its parent; both rows carry a dealer. */
interface Reference {
  child: string;
  column: string;
  parent: string;
  parent_column: string;
}

// Every foreign key between two tables with a dealer, by the column beside the dealer's own.
const KEYS = `
  select child.relname as child, a.attname as column, parent.relname as parent, pa.attname as parent_column
  from pg_constraint k
  join pg_class child on child.oid = k.conrelid join pg_class parent on parent.oid = k.confrelid
  cross join lateral unnest(k.conkey, k.confkey) as pair (own, theirs)
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.own
  join pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = pair.theirs
  where k.contype = 'f' and a.attname <> 'dealer_id'
    and exists (select from pg_attribute d where d.attrelid = k.conrelid and d.attname = 'dealer_id')
    and exists (select from pg_attribute d where d.attrelid = k.confrelid and d.attname = 'dealer_id')
  order by 1, 2`;

/** References without a foreign key, as names of child, column and parent. */
const FURTHER: Readonly<Record<string, Reference[]>> = {
  parts: [
    ['obligation', 'shipping_order_id', 'shipping_order'], ['obligation', 'shipping_line_id', 'shipping_line'], ['obligation', 'request_id', 'parts_request'],
    ['charge_slip', 'request_id', 'parts_request'], ['charge_slip_line', 'reverses_line_id', 'charge_slip_line'], ['shipping_line', 'charge_slip_id', 'charge_slip'],
  ].map(([child = '', column = '', parent = '']) => ({ child, column, parent, parent_column: 'id' })),
};

// The trail says that the dealer had the call, and its history that it went on to another one (R-2).
const HAD_THE_CALL = `exists (select from audit_entry a where a.kind = 'repair-call' and a.document_id = p.id::text and a.dealer_id = c.dealer_id)
  and exists (select from call_event e where e.call_id = p.id and e.action = 're-route')`;

/** References that are no ownership, by service, child and column: what must hold where the dealers of child c and parent p differ. */
const LAWFUL: Readonly<Record<string, string>> = {
  // What a dealer did, asked, agreed or claimed on a call stays its own when the call goes on to another dealer (R-2, R-9, R-10, R-14, D-6, Q-5).
  ...Object.fromEntries(['repair_record', 'call_quote', 'support_question', 'reimbursement', 'spot_check_item', 'campaign_unit'].map((child) => [`repairs.${child}.call_id`, HAD_THE_CALL])),
  // Another dealer reads the warning that was published of a report, never its answer (R-8).
  'repairs.quality_receipt.report_id': `c.kind = 'warning' and p.warns_others and exists (select from quality_warning w where w.id = p.id and w.published_at <= c.read_at)`,
};

export const dealersMatch: Invariant = {
  id: 'I9',
  sentence: 'no row belongs to another dealer than its parent',
  async find(world) {
    const found: string[] = [];
    for (const service of world.services) {
      const keys = await world.rows<Reference>(service, KEYS);
      for (const reference of [...keys, ...(FURTHER[service] ?? [])]) found.push(...(await strangers(world, service, reference)));
    }
    return [...found, ...(await strangersAcross(world))];
  },
};

/** Where a key names a row only beside its dealer, as a month does, another dealer's row with the same key is no parent; what is lawful is named above. */
async function strangers(world: World, service: string, { child, column, parent, parent_column: key }: Reference): Promise<string[]> {
  const rows = await world.rows<{ id: string; dealer: string; parent_dealer: string }>(service, `
    select p."${key}"::text as id, c.dealer_id::text as dealer, p.dealer_id::text as parent_dealer
    from "${child}" c join "${parent}" p on p."${key}" = c."${column}" where c.dealer_id is distinct from p.dealer_id
      and not exists (select from "${parent}" own where own."${key}" = c."${column}" and own.dealer_id is not distinct from c.dealer_id)
      and not (${LAWFUL[`${service}.${child}.${column}`] ?? 'false'})`);
  return rows.map((row) => `${service}: ${child} of dealer ${row.dealer} refers to ${parent} ${row.id} of dealer ${row.parent_dealer}`);
}

/** A receivable is its slip's dealer's, though the two stand in different databases. */
async function strangersAcross(world: World): Promise<string[]> {
  const slips = await world.rows<{ id: string; dealer_id: string }>('parts', 'select id::text, dealer_id::text from charge_slip');
  const dealerOf = new Map(slips.map(({ id, dealer_id: dealerId }) => [id, dealerId]));
  const receivables = await world.rows<{ slip_id: string; dealer_id: string }>('invoicing', 'select slip_id::text, dealer_id::text from receivable');
  return receivables
    .filter(({ slip_id: slipId, dealer_id: dealerId }) => dealerOf.has(slipId) && dealerOf.get(slipId) !== dealerId)
    .map(({ slip_id: slipId, dealer_id: dealerId }) => `invoicing: the receivable of slip ${slipId} is dealer ${dealerId}'s, the slip dealer ${dealerOf.get(slipId)}'s`);
}
