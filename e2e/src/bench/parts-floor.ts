import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Pool, types } from 'pg';
import type { Captured, Written } from './captured.js';
import { floorId } from './floor.js';

/**
 * The floor of parts: one process with node:http and prepared statements that writes the rows a command wrote, in one transaction, without
 * reading, deciding, sign-in, tenancy or a bus. Run by parts.ts as a process of its own: `node dist/bench/parts-floor.js DATABASE_URL CAPTURED_FILE`;
 * POST /{command}/{unit} writes one command of one unit of work.
 */

const POOL_SIZE = 5;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Column {
  name: string;
  isJson: boolean;
}

/** A statement and how its values are made for a unit. */
interface Prepared {
  name: string;
  text: string;
  valuesOf(unit: Unit): unknown[];
}

/** New ids and numbers in the place of those that were captured. */
class Unit {
  private readonly ids = new Map<string, string>();

  constructor(
    private readonly name: string,
    private readonly made: { ids: ReadonlySet<string>; numbers: ReadonlySet<string> },
  ) {}

  valueOf(captured: unknown): unknown {
    if (typeof captured !== 'string') return captured;
    if (this.made.numbers.has(captured)) return `${captured}-${this.name}`;
    if (!this.made.ids.has(captured)) return captured;
    const id = this.ids.get(captured) ?? floorId();
    this.ids.set(captured, id);
    return id;
  }
}

/** Ids and numbers that the unit of work made itself. */
function madeIn(captured: Captured<string>): { ids: Set<string>; numbers: Set<string> } {
  const made = { ids: new Set<string>(), numbers: new Set<string>() };
  for (const { table, key, values } of Object.values(captured).flat()) {
    if (typeof values.number === 'string') made.numbers.add(values.number);
    if (key.length > 0) continue;
    for (const own of [values.id, table === 'idempotency' ? values.key : undefined]) if (typeof own === 'string' && ID.test(own)) made.ids.add(own);
  }
  return made;
}

/** New rows of a table in one statement, each changed row in one of its own. */
function prepare(command: string, written: Written[], columns: Map<string, Column[]>): Prepared[] {
  const groups = new Map<string, Written[]>();
  for (const [index, row] of written.entries()) {
    const name = row.key.length > 0 ? `${row.table}_${index}` : row.table;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].map(([group, rows]) => {
    const [{ table, key }] = rows as [Written];
    const known = (columns.get(table) ?? []).filter(({ name }) => rows.some(({ values }) => name in values));
    const slots = rows.flatMap(({ values }) => known.map(({ name, isJson }) => ({ captured: values[name], isJson })));
    const quoted = known.map(({ name }) => `"${name}"`);
    const insert = `insert into "${table}" (${quoted.join(', ')}) values ${rows.map((_row, at) => `(${known.map((_column, nth) => `$${at * known.length + nth + 1}`).join(', ')})`).join(', ')}`;
    const of = (isKey: boolean): string[] => known.flatMap(({ name }, at) => (key.includes(name) === isKey ? [`"${name}" = $${at + 1}`] : []));
    return {
      name: `${command}_${group}`,
      text: key.length > 0 ? `update "${table}" set ${of(false).join(', ')} where ${of(true).join(' and ')}` : insert,
      valuesOf: (unit) => slots.map(({ captured, isJson }) => (isJson ? captured === null || captured === undefined ? null : JSON.stringify(captured) : unit.valueOf(captured ?? null))),
    };
  });
}

async function columnsOf(pool: Pool): Promise<Map<string, Column[]>> {
  const { rows } = await pool.query<{ table: string; name: string; isJson: boolean }>(`
    select table_name as "table", column_name as name, data_type in ('json', 'jsonb') as "isJson" from information_schema.columns
    where table_schema = 'public' and is_generated = 'NEVER' and identity_generation is distinct from 'ALWAYS' order by table_name, ordinal_position`);
  const columns = new Map<string, Column[]>();
  for (const { table, ...column } of rows) columns.set(table, [...(columns.get(table) ?? []), column]);
  return columns;
}

async function write(pool: Pool, statements: readonly Prepared[], unit: Unit): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const { name, text, valuesOf } of statements) await client.query({ name, text, values: valuesOf(unit) });
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

async function serve(databaseUrl: string, file: string): Promise<void> {
  types.setTypeParser(types.builtins.TIMESTAMPTZ, (text) => text);
  const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
  const captured = JSON.parse(readFileSync(file, 'utf8')) as Captured<string>;
  const columns = await columnsOf(pool);
  const made = madeIn(captured);
  const commands = new Map(Object.entries(captured).map(([name, written]) => [name, prepare(name, written, columns)]));
  const units = new Map<string, Unit>();
  const server = createServer((request, response) => {
    const [, command = '', name = ''] = (request.url ?? '').split('/');
    const unit = units.get(name) ?? new Unit(name, made);
    units.set(name, unit);
    request.resume();
    write(pool, commands.get(command) ?? [], unit).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: name, version: 1 })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`);
  });
  process.once('SIGTERM', () => process.exit(0));
}

if (require.main === module) void serve(process.argv[2] ?? '', process.argv[3] ?? '');
