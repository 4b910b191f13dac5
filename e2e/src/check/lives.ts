import type { Invariant } from './invariant.js';
import type { World } from './world.js';

/** The life of one kind of document as the handbook draws it, written out here so that a service whose own table is wrong is found out. */
interface Life {
  service: string;
  /** Its kind in the audit trail. */
  kind: string;
  table: string;
  /** The states it may begin with. */
  first: string;
  /** Each step, 'from>to'; a document may also be changed without a step. */
  steps: string;
}

const LIVES: readonly Life[] = [
  { service: 'parts', kind: 'picking_order', table: 'picking_order', first: 'open', steps: 'open>printed printed>picked open>cancelled printed>cancelled picked>cancelled' },
  {
    service: 'parts', kind: 'shipping_order', table: 'shipping_order', first: 'planned ready',
    steps: 'planned>ready ready>planned ready>shipped shipped>delivered delivered>received planned>cancelled ready>cancelled',
  },
  { service: 'parts', kind: 'discrepancy', table: 'discrepancy', first: 'open agreed lost damaged refused', steps: 'open>agreed open>lost open>damaged open>refused' },
  { service: 'parts', kind: 'charge_slip', table: 'charge_slip', first: 'draft confirmed', steps: 'draft>confirmed draft>void confirmed>void' },
  {
    service: 'parts', kind: 'return_parcel', table: 'return_parcel', first: 'announced received',
    steps: 'announced>in_transit announced>at_transit_site announced>received announced>cancelled in_transit>at_transit_site in_transit>received at_transit_site>received received>counted',
  },
  { service: 'parts', kind: 'order_change', table: 'order_change', first: 'open', steps: 'open>accepted open>refused open>withdrawn' },
  { service: 'parts', kind: 'return_objection', table: 'return_objection', first: 'open', steps: 'open>upheld open>refused open>withdrawn' },
  { service: 'parts', kind: 'wrong_part', table: 'wrong_part', first: 'waiting instructed', steps: 'waiting>instructed instructed>done waiting>withdrawn instructed>withdrawn' },
  { service: 'parts', kind: 'late_return', table: 'late_return', first: 'waiting refused reversed', steps: 'waiting>reversed waiting>refused refused>sent_back' },
  { service: 'parts', kind: 'stocktake', table: 'stocktake', first: 'open', steps: 'open>closed closed>confirmed open>cancelled closed>cancelled' },
  { service: 'parts', kind: 'opening_document', table: 'opening_document', first: 'draft approved', steps: 'draft>approved draft>discarded approved>reversed' },
  { service: 'parts', kind: 'supplier_claim', table: 'supplier_claim', first: 'open', steps: 'open>sent sent>open sent>closed open>cancelled sent>cancelled' },
  { service: 'parts', kind: 'carrier_claim', table: 'carrier_claim', first: 'draft', steps: 'draft>filed filed>settled filed>refused draft>withdrawn filed>withdrawn' },
  { service: 'parts', kind: 'purchase_order', table: 'purchase_order', first: 'open', steps: 'open>received open>closed' },
  { service: 'parts', kind: 'stock_transfer', table: 'stock_transfer', first: 'sent', steps: 'sent>received sent>short short>received short>written_off sent>cancelled' },
  { service: 'parts', kind: 'stock_adjustment', table: 'stock_adjustment', first: 'requested', steps: 'requested>approved requested>rejected requested>cancelled' },
  { service: 'parts', kind: 'stock_count', table: 'stock_count', first: 'open', steps: 'open>counted counted>approved counted>open open>cancelled counted>cancelled' },
  { service: 'invoicing', kind: 'invoice', table: 'invoice', first: 'requested', steps: 'requested>issued issued>delivered issued>red_letter delivered>red_letter requested>withdrawn' },
  { service: 'invoicing', kind: 'red_letter', table: 'red_letter', first: 'draft', steps: 'draft>approved draft>discarded approved>discarded approved>issued issued>delivered' },
  { service: 'invoicing', kind: 'refund', table: 'refund', first: 'requested', steps: 'requested>approved requested>rejected' },
  { service: 'invoicing', kind: 'money_opening', table: 'money_opening', first: 'draft', steps: 'draft>approved draft>discarded approved>reversed' },
  { service: 'invoicing', kind: 'customer_receipt', table: 'customer_receipt', first: 'given', steps: 'given>void' },
  {
    service: 'repairs', kind: 'quality-report', table: 'quality_report', first: 'due submitted',
    steps: 'due>submitted submitted>under_review under_review>action_defined action_defined>closed due>closed closed>due',
  },
];

/** Each entry that names a state, in the order of the chain, beside the state that the one before it left. */
const PATHS = `
  with entry as (
    select e.document_id, s.sequence, e.changed->'state'->>'before' as said, e.changed->'state'->>'after' as state
    from audit_entry e join audit_seal s on s.entry_id = e.id
    where e.kind = $1 and e.changed->'state'->>'after' is not null),
  step as (
    select document_id, sequence, said, state, lag(state) over life as before, row_number() over life as nth
    from entry window life as (partition by document_id order by sequence))
  select $1 || ' ' || document_id || ': begins as ' || coalesce(said, state) as violation from step where nth = 1 and not coalesce(said, state) = any($2::text[])
  union all
  select $1 || ' ' || document_id || ': ' || coalesce(before, said) || ' > ' || state || ' is no step of its life'
  from step where coalesce(before, said, state) <> state and not coalesce(before, said) || '>' || state = any($3::text[])
  union all
  select $1 || ' ' || document_id || ': the step from ' || said || ' was taken in ' || before from step where before is not null and said is not null and said <> before`;

const NOW = (table: string): string => `
  with last as (
    select distinct on (e.document_id) e.document_id, e.changed->'state'->>'after' as state
    from audit_entry e join audit_seal s on s.entry_id = e.id
    where e.kind = $1 and e.changed->'state'->>'after' is not null order by e.document_id, s.sequence desc)
  select $1 || ' ' || d.id || ' is ' || d.state || ', its history ends with ' || last.state as violation
  from ${table} d join last on last.document_id = d.id::text where d.state <> last.state`;

const CALL_STEPS = [
  'new>received', 'received>assigned', 'assigned>assigned', 'assigned>on_site', 'assigned>resolved', 'on_site>resolved', 'resolved>confirmed', 'confirmed>filed',
  'resolved>filed', 'assigned>received', 'on_site>received', 'on_site>assigned', 'resolved>assigned', 'confirmed>assigned', 'filed>assigned',
  'new>cancelled', 'received>cancelled', 'assigned>cancelled', 'on_site>cancelled',
];

/** A call keeps its events itself: each begins where the one before ended, and the last one is where the call is. */
const CALLS = `
  with step as (
    select call_id, id, action, from_state, to_state, lag(to_state) over (partition by call_id order by at, id) as before,
           lead(id) over (partition by call_id order by at, id) is null as is_last
    from call_event)
  select 'call ' || call_id || ': ' || action || ' from ' || from_state || ' where it was ' || before as violation
  from step where before is not null and from_state <> before
  union all
  select 'call ' || call_id || ': ' || from_state || ' > ' || to_state || ' is no step of its life'
  from step where from_state <> '' and from_state <> to_state and not from_state || '>' || to_state = any($1::text[])
  union all
  select 'call ' || c.id || ' is ' || c.state || ', its history ends with ' || s.to_state
  from step s join repair_call c on c.id = s.call_id where s.is_last and s.to_state <> c.state`;

/** Where the trail names the version of each change, no version is left out or stands twice. */
const VERSIONS = `
  with said as (
    select e.kind, e.document_id, (e.changed->'version'->>'after')::int as version
    from audit_entry e where e.changed->'version'->>'after' is not null),
  step as (select kind, document_id, version, lag(version) over (partition by kind, document_id order by version) as before from said)
  select kind || ' ' || document_id || ': version ' || version || ' follows ' || before as violation from step where version <> before + 1`;

export const livesAreDeclared: Invariant = {
  id: 'I8',
  sentence: 'each document’s history is a path in its declared life, ends where the document is, and leaves out no version',
  async find(world: World) {
    const found: string[] = [];
    const look = async (service: string, sql: string, values: unknown[]): Promise<void> => {
      found.push(...(await world.rows<{ violation: string }>(service, sql, values)).map(({ violation }) => `${service}: ${violation}`));
    };
    for (const { service, kind, table, first, steps } of LIVES) {
      await look(service, PATHS, [kind, first.split(' '), steps.split(' ')]);
      await look(service, NOW(table), [kind]);
    }
    await look('repairs', CALLS, [CALL_STEPS]);
    for (const service of world.services) await look(service, VERSIONS, []);
    return found;
  },
};
