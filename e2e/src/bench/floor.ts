import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { Pool, types } from 'pg';

/**
 * The floor: what one process with node:http and prepared pg statements reaches with the same SQL, without sign-in,
 * tenancy, counters, audit chain or a second process. Ratios of the bench are to this. Run by bench.ts as a process of
 * its own: `node dist/bench/floor.js DATABASE_URL`; it prints its port.
 */

const POOL_SIZE = 5;
const TIMESTAMPTZ = 1184;
types.setTypeParser(TIMESTAMPTZ, (text) => text);

const READ = {
  name: 'floor_read',
  text: `select c.*,
    (select coalesce(json_agg(k order by k.position), '[]') from call_clock k where k.call_id = c.id) as clocks,
    (select coalesce(json_agg(r order by r.recorded_at), '[]') from repair_record r where r.call_id = c.id) as records,
    (select coalesce(json_agg(e order by e.at), '[]') from call_event e where e.call_id = c.id) as events
    from repair_call c where id = $1`,
};
const COLUMNS = `id, number, dealer_id, unit_serial, contact_name_masked, contact_phone_masked, symptoms, state, technician_user_id,
  opened_at, due_at, breached_at, version`;
const LIST = { name: 'floor_list', text: `select ${COLUMNS} from repair_call where dealer_id = $1 order by opened_at desc, id desc limit 50` };
const LIST_JSON = {
  name: 'floor_list_json',
  text: `select coalesce(json_agg(page), '[]')::text as items from (select ${COLUMNS} from repair_call where dealer_id = $1 order by opened_at desc, id desc limit 50) page`,
};
const INSERT_CALL = {
  name: 'floor_call',
  text: `insert into repair_call (id, number, dealer_id, channel, customer_id, unit_id, unit_serial, unit_description, contact_name, contact_phone,
      region_code, address_detail, contact_name_masked, contact_phone_masked, address_masked, symptoms, intake, photos, state, opened_at, opened_on,
      received_at, due_at, taken_by, reopen_count, confirmation_method, version)
    values ($1, $2, $3, 'phone', null, null, $4, '', $5, $6, '310104', $7, '王**', '139****5678', '中山西****', $8, '{}', '[]', 'received', now(),
      current_date, now(), now() + interval '24 hours', $3, 0, '', 1)`,
};
const INSERT_CLOCK = { name: 'floor_clock', text: `insert into call_clock (id, call_id, position, started_at, warned_hours) values ($1, $2, 1, now(), '{}')` };
const INSERT_EVENT = {
  name: 'floor_event',
  text: `insert into call_event (id, call_id, at, action, from_state, to_state, user_id, role, reason) values ($1, $2, now(), 'open', '', 'received', $3, 'dealer_manager', '')`,
};
const INSERT_AUDIT = {
  name: 'floor_audit',
  text: `with entry as (insert into audit_entry (id, user_id, role, action, kind, document_id, dealer_id, changed, request_id, personal_hash)
      values ($1, $2, 'dealer_manager', 'open', 'repair-call', $3, $4, '{}', 'bench', repeat('a', 64))),
    personal as (insert into audit_personal (entry_id, salt, personal_values) values ($1, 'salt', '{}'))
    insert into audit_pending (entry_id) values ($1)`,
};
const INSERT_OUTBOX = {
  name: 'floor_outbox',
  text: `insert into outbox (id, event_type, payload, request_id, traceparent) values ($1, 'aftercare.repairs.v1.CallRouted', $2, 'bench', '')`,
};
const INSERT_DEADLINE = { name: 'floor_deadline', text: `insert into deadline (kind, ref, due_at, payload) values ('call-clock', $1, now() + interval '18 hours', '{}')` };

/** A random id in the shape of a UUIDv7, so that indexes fill as in the platform. */
export function floorId(): string {
  const hex = Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

interface Draft {
  contactName: string;
  contactPhone: string;
  symptoms: string;
  unitSerial?: string;
  address: { detail: string };
}

/** The rows that opening a call writes, in one transaction; the idempotency row is inserted with its answer. */
export async function createCall(pool: Pool, dealerId: string, draft: Draft, key: string): Promise<object> {
  const client = await pool.connect();
  try {
    const id = floorId();
    const number = `RC-${id}`;
    await client.query('BEGIN');
    await client.query({ ...INSERT_CALL, values: [id, number, dealerId, draft.unitSerial ?? '', draft.contactName, draft.contactPhone, draft.address.detail, draft.symptoms] });
    await client.query({ ...INSERT_CLOCK, values: [floorId(), id] });
    await client.query({ ...INSERT_EVENT, values: [floorId(), id, dealerId] });
    await client.query({ ...INSERT_DEADLINE, values: [id] });
    await client.query({ ...INSERT_OUTBOX, values: [floorId(), JSON.stringify({ callId: id, number, dealerId })] });
    await client.query({ ...INSERT_AUDIT, values: [floorId(), dealerId, id, dealerId] });
    const answer = { id, number, state: 'received', version: 1 };
    await client.query({ name: 'floor_key', text: `insert into floor_idempotency (key, answer) values ($1, $2)`, values: [key, JSON.stringify(answer)] });
    await client.query('COMMIT');
    return answer;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function answer(pool: Pool, request: IncomingMessage): Promise<string> {
  const [, kind, id = ''] = (request.url ?? '').split('/');
  if (request.method === 'POST') {
    const draft = JSON.parse(await bodyOf(request)) as Draft;
    return JSON.stringify(await createCall(pool, id, draft, String(request.headers['idempotency-key'] ?? floorId())));
  }
  if (kind === 'read') return JSON.stringify((await pool.query({ ...READ, values: [id] })).rows[0]);
  if (kind === 'list') return JSON.stringify({ items: (await pool.query({ ...LIST, values: [id] })).rows });
  if (kind === 'list-json') return `{"items":${(await pool.query<{ items: string }>({ ...LIST_JSON, values: [id] })).rows[0]?.items}}`;
  return '{"hello":"world"}';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function serve(databaseUrl: string): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
  await pool.query('create table if not exists floor_idempotency (key text primary key, answer jsonb not null, at timestamptz not null default now())');
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    answer(pool, request).then(
      (text) => response.writeHead(200, { 'content-type': 'application/json' }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`);
  });
  process.once('SIGTERM', () => process.exit(0));
}

if (require.main === module) void serve(process.argv[2] ?? '');
