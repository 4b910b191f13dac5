import { createServer } from 'node:http';
import { Pool } from 'pg';

/**
 * The floor of what finance reads: one process with node:http and prepared statements on the same rows, past row-level security, sign-in
 * and the bus. Run by money.ts as a process of its own: `node dist/bench/money-floor.js PARTS_URL INVOICING_URL INSIGHTS_URL`.
 */

const POOL_SIZE = 5;
const lines = (rows: string): string => `select coalesce(json_agg(page), '[]')::text as text from (${rows}) page`;

const STATEMENTS: Record<string, { database: 'parts' | 'invoicing' | 'insights'; text: string }> = {
  stubs: {
    database: 'invoicing',
    text: lines(`select slip_id, slip_number, dealer_id, confirmed_at, stub_net, stub_tax from receivable where invoice_wish = 'later' and stub_net > 0 and $1 <> '' order by confirmed_at, slip_id limit 50`),
  },
  receivables: { database: 'invoicing', text: lines(`select slip_id, slip_number, dealer_id, gross_total, paid_total, confirmed_at from receivable where $1 <> '' order by confirmed_at, slip_id limit 50`) },
  revenue: {
    database: 'parts',
    text: lines(`select l.id, l.dealer_id, l.part_id, l.quantity, l.revenue_net, o.number from shipping_line l join shipping_order o on o.id = l.shipping_order_id
      where l.supply_kind = 'charged' and l.shipped_at >= ($1 || '-01')::timestamp at time zone 'Asia/Shanghai' and l.shipped_at < (($1 || '-01')::timestamp + interval '1 month') at time zone 'Asia/Shanghai'
      order by l.dealer_id, l.part_id, l.id limit 50`),
  },
  'tie-out': {
    database: 'insights',
    text: lines(`select dealer_id, part_id, term, sum(pieces) as pieces, sum(amount) as amount from tie_line where generation = (select current from read_model) and month = $1
      group by 1, 2, 3 order by 1, 2, 3 limit 50`),
  },
};

function serve(urls: Record<'parts' | 'invoicing' | 'insights', string>): void {
  const pool = (url: string): Pool => new Pool({ connectionString: url, max: POOL_SIZE });
  const pools = { parts: pool(urls.parts), invoicing: pool(urls.invoicing), insights: pool(urls.insights) };
  const server = createServer((request, response) => {
    const [, kind = '', month = ''] = (request.url ?? '').split('/');
    const statement = STATEMENTS[kind];
    if (!statement) return void response.writeHead(404).end();
    pools[statement.database].query<{ text: string }>({ name: `floor_${kind}`, text: statement.text, values: [month] }).then(
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

if (require.main === module) serve({ parts: process.argv[2] ?? '', invoicing: process.argv[3] ?? '', insights: process.argv[4] ?? '' });
