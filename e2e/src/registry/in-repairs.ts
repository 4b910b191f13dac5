import { CATALOGUE } from './found.js';
import { callNumber, OWNED_SINCE, SOLD_VERSION, type Step } from './world.js';

/** The rows of `repairs`: what it knows of the registry, and calls with clocks, history and records. */
export function repairsSteps(until: string): Step[] {
  const end = `timestamptz '${until}'`;
  return [
    { what: 'known customers', sql: 'insert into known_customer (id, dealer_id, version) select id, dealer_id, 1 from g_customer' },
    { what: 'known units', sql: 'insert into known_unit (id, serial, model_id) select id, serial, model_id from g_unit' },
    {
      what: 'known owners',
      sql: `insert into known_owner (unit_id, place, customer_id, since, version) select id, 1, customer_id, ${OWNED_SINCE}, ${SOLD_VERSION} from g_unit where sold_at is not null`,
    },
    CATALOGUE,
    { what: 'calls', sql: calls(end) },
    { what: 'clocks of calls', sql: clocks(end) },
    { what: 'history of calls', sql: EVENTS },
    { what: 'records of calls', sql: RECORDS },
    { what: 'deadlines of open calls', sql: deadlines(end) },
  ];
}

const RESOLVED = `case when c.resolved_at is null then 0 else 1 end`;
const BREACH = `opened_at + interval '24 hours'`;
const ENDED = 'coalesce(c.resolved_at, c.cancelled_at)';

const stateOf = (end: string): string => `case when c.confirmed_at is not null then 'filed' when c.resolved_at is not null then 'resolved'
  when c.cancelled_at is not null then 'cancelled' when c.assigned_at < ${end} then 'assigned' else 'received' end`;

const breachedAt = (end: string): string => `case when ${BREACH} < coalesce(${ENDED}, ${end}) then c.${BREACH} end`;

// Confirmed by the customer's own link, which needs no file.
const calls = (end: string): string => `
  insert into repair_call (id, number, dealer_id, channel, customer_id, unit_id, unit_serial, unit_description, contact_name, contact_phone, region_code,
    address_detail, contact_name_masked, contact_phone_masked, address_masked, symptoms, intake, photos, state, technician_user_id, technician_certificate,
    opened_at, opened_on, received_at, due_at, breached_at, resolved_at, taken_by, reopen_count, confirmation_method, confirmed_at, version)
  select c.id, ${callNumber('c.')}, c.dealer_id, 'phone', c.customer_id, c.unit_id, c.serial, '', o.name, o.phone, o.region_code,
    o.address, left(o.name, 1) || '**', left(o.phone, 3) || '****' || right(o.phone, 4), left(o.address, 3) || '****',
    pg_temp.pick('symptom', c.n, array['关不紧，一直滴水','底座渗水','出水很小','盖板松动','不出热水','按键没有反应','有异响','冲水不净']),
    '{"when":"","where":"","who":"","what":"","howMany":"","why":"","degree":""}', '[]', ${stateOf(end)},
    case when c.worked then c.technician end, case when c.worked then 'missing' else '' end,
    c.opened_at, pg_temp.day(c.opened_at), c.opened_at, c.${BREACH}, ${breachedAt(end)}, c.resolved_at, o.manager, 0,
    case when c.confirmed_at is null then '' else 'code' end, c.confirmed_at,
    1 + case when c.worked then 1 else 0 end + ${RESOLVED} + case when c.confirmed_at is null then 0 else 2 end + case when c.cancelled_at is null then 0 else 1 end
  from g_call c join g_customer o on o.n = c.customer_n order by c.opened_at`;

const clocks = (end: string): string => `
  insert into call_clock (id, call_id, position, started_at, stopped_at, breached_at, warned_hours)
  select pg_temp.uid('clock', c.n, c.opened_at), c.id, 1, c.opened_at, ${ENDED}, ${breachedAt(end)},
    case when c.opened_at + interval '18 hours' < coalesce(${ENDED}, ${end}) then '{24}'::int[] else '{}' end
  from g_call c`;

const EVENTS = `
  -- Filed at the moment of the confirmation, and after it.
  insert into call_event (id, call_id, at, action, from_state, to_state, user_id, role, reason)
  select pg_temp.uid('call ' || e.action, c.n, e.at + case e.action when 'file' then interval '1 millisecond' else '0' end), c.id, e.at, e.action, e.before, e.after, case e.role when 'dealer_manager' then d.manager when 'dealer_technician' then c.technician end, e.role, e.reason
  from g_call c join g_dealer d on d.id = c.dealer_id join repair_call r on r.id = c.id cross join lateral (values
    ('open', c.opened_at, '', 'received', 'dealer_manager', '', true),
    ('assign', c.assigned_at, 'received', 'assigned', 'dealer_manager', '', r.technician_user_id is not null),
    ('cancel', c.cancelled_at, 'received', 'cancelled', 'dealer_manager', '客户已自行解决', c.cancelled_at is not null),
    ('record', c.resolved_at, 'assigned', 'resolved', 'dealer_technician', '', c.resolved_at is not null),
    ('confirm', c.confirmed_at, 'resolved', 'confirmed', 'system', '', c.confirmed_at is not null),
    ('file', c.confirmed_at, 'confirmed', 'filed', 'system', '', c.confirmed_at is not null)
  ) e (action, at, before, after, role, reason, holds) where e.holds`;

const RECORDS = `
  insert into repair_record (id, call_id, dealer_id, stage, faults, parts_used, labour_fee, travel_fee, resolved, first_visit, told_customer, photos, recorded_at, recorded_by)
  select pg_temp.uid('record', n, resolved_at), id, dealer_id, stage, faults,
    (select coalesce(jsonb_agg(part || '{"oldPartSerial":"","oldPartKept":true}'), '[]') from jsonb_array_elements(parts) part),
    labour, travel, true, true, '已恢复正常', '[]', resolved_at, technician
  from g_call join g_found using (n)`;

/** A clock's next moment: the warning, the breach, or the further escalation; a resolved call waits for its customer. */
const deadlines = (end: string): string => `
  insert into deadline (kind, ref, due_at)
  select 'call-clock', pg_temp.uid('clock', n, opened_at)::text, opened_at + interval '1 hour' * case
      when opened_at + interval '18 hours' >= ${end} then 18 when ${BREACH} >= ${end} then 24 else 48 end
    from g_call where resolved_at is null and cancelled_at is null
  union all select 'call-unconfirmed', id::text, ((resolved_at at time zone 'Asia/Shanghai')::date + 8) at time zone 'Asia/Shanghai' from g_call where resolved_at is not null and confirmed_at is null`;
