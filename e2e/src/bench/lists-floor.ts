import { createServer } from 'node:http';
import { Pool } from 'pg';

/**
 * The floor of lists: one process with node:http and prepared statements on the same rows, past row-level security, sign-in
 * and the bus. Run by lists.ts as a process of its own: `node dist/bench/lists-floor.js CUSTOMERS_URL REPAIRS_URL`.
 */

const POOL_SIZE = 5;
const lines = (rows: string): string => `select coalesce(json_agg(page), '[]')::text as text from (${rows}) page`;

const STATEMENTS: Record<string, { database: 'customers' | 'repairs'; name: string; text: string }> = {
  customers: {
    database: 'customers', name: 'floor_customers',
    text: lines(`select id, number, dealer_id, masked_name, masked_phone, region_code, created_at from customer where dealer_id = $1 order by created_at desc, id desc limit 50`),
  },
  units: {
    database: 'customers', name: 'floor_units',
    text: lines(`select u.id, u.serial, u.purchase_date, u.version, d.dealer_id from unit_dispatch d join product_unit u on u.id = d.unit_id where d.dealer_id = $1 limit 50`),
  },
  installations: {
    database: 'customers', name: 'floor_installations',
    text: lines(`select id, number, dealer_id, state, completed_on, version from installation where dealer_id = $1 order by created_at desc, id desc limit 50`),
  },
  calls: {
    database: 'repairs', name: 'floor_calls',
    text: lines(`select id, number, dealer_id, unit_serial, symptoms, state, opened_at, due_at from repair_call where dealer_id = $1 order by opened_at desc, id desc limit 50`),
  },
};

function serve(customersUrl: string, repairsUrl: string): void {
  const pools = { customers: new Pool({ connectionString: customersUrl, max: POOL_SIZE }), repairs: new Pool({ connectionString: repairsUrl, max: POOL_SIZE }) };
  const server = createServer((request, response) => {
    const [, kind = '', id = ''] = (request.url ?? '').split('/');
    const statement = STATEMENTS[kind];
    if (!statement) return void response.writeHead(404).end();
    const { database, name, text } = statement;
    pools[database].query<{ text: string }>({ name, text, values: [id] }).then(
      ({ rows }) => response.writeHead(200, { 'content-type': 'application/json' }).end(rows[0]?.text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`);
  });
  process.once('SIGTERM', () => process.exit(0));
}

if (require.main === module) serve(process.argv[2] ?? '', process.argv[3] ?? '');
