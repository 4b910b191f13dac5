import { newId } from '@aftercare/domain';
import { Client } from 'pg';
import { serviceDatabaseUrl } from '../../../deploy/local/postgres.mjs';
import type { Running } from '../http/running.js';
import { customersSteps } from './in-customers.js';
import { DUTIES, makeAccounts, makeDealers, makeModels } from './in-dealers.js';
import { goods, PART_ROWS } from './goods.js';
import { invoicingSteps } from './in-invoicing.js';
import { makeParts, partsSteps } from './in-parts.js';
import { repairsSteps } from './in-repairs.js';
import { madeDealers, madeModels, madeParts, YEARS, type Plan } from './plan.js';
import { bulkListeners, inboxOf, outboxOf } from './told.js';
import { DEALER_ROWS, dice, MODEL_ROWS, world, type Step } from './world.js';

/** The registry could not be made, and nothing was changed; the message says why. */
export class RegistryRefused extends Error {}

/** One service's database in work: a transaction of its owner. */
interface Site {
  service: string;
  client: Client;
}

type Say = (line: string) => void;
const ARRIVAL_MS = 120_000;

/**
 * Makes the registry in the databases of a running platform, as each database's owner and past the bus. Every database is
 * filled in one transaction, and all commit together at the end; each keeps an audit entry that says what was made. Killed
 * between two commits, the same command makes what is missing: the same seed rolls the same rows.
 *
 * How others learn: dealers and models are few and go over the bus. Of customers, units and calls the outbox gets its rows
 * as sent and confirmed, and each listener its inbox rows; what `repairs` and `dealers` keep of them is made here as well. The
 * read model of `insights` is told to rebuild itself from the outboxes, which goes on after this has ended.
 *
 * Throws RegistryRefused where data are real, where the seed was used for another registry, or for the same again.
 */
export async function makeRegistry(running: Running, asked: Omit<Plan, 'until'> & { until?: string }, say: Say): Promise<Plan> {
  const sites = await openSites(running);
  try {
    await refuseRealData(sites);
    const { plan, missing } = await planOf(sites, asked);
    await Promise.all(missing.map((site) => fill(site, plan, say)));
    for (const { service, client } of missing) {
      await client.query('commit');
      say(`${service}: committed`);
    }
    await arrived(sites, say);
    await rebuildFigures(sites, say);
    return plan;
  } finally {
    await Promise.all(sites.map(({ client }) => client.end()));
  }
}

async function openSites(running: Running): Promise<Site[]> {
  const services = [...new Set(['dealers', 'gateway', 'customers', 'repairs', 'parts', 'invoicing', ...bulkListeners()])].filter((service) => running.databases[service]);
  const sites = services.map((service) => {
    const connectionString = serviceDatabaseUrl(running.databases[service] ?? '', service, { role: 'owner' });
    return { service, client: new Client({ connectionString, application_name: 'registry' }) };
  });
  for (const { client } of sites) {
    await client.connect();
    await client.query(`set timezone = 'UTC'`);
  }
  return sites;
}

/** Made-up people belong among no real ones: only demo and test databases let the business clock be moved. */
async function refuseRealData(sites: Site[]): Promise<void> {
  for (const { service, client } of sites) {
    const { rows: [{ moves }] } = await client.query<{ moves: boolean }>(`select has_table_privilege('${service}_app', 'business_clock', 'update') as moves`);
    if (!moves) throw new RegistryRefused(`The platform runs with real data (${service}): a made-up registry is for the demo and test profiles only.`);
  }
}

const MADE = `select changed -> 'plan' -> 'after' as plan from audit_entry where kind = 'registry' and document_id = $1`;

/** What is to be made where: the plan an interrupted run began with goes on. */
async function planOf(sites: Site[], asked: Omit<Plan, 'until'> & { until?: string }): Promise<{ plan: Plan; missing: Site[] }> {
  const found: (Plan | undefined)[] = [];
  for (const { client } of sites) {
    await client.query(`begin; select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    const { rows } = await client.query<{ plan: Plan }>(MADE, [documentOf(asked)]);
    found.push(rows[0]?.plan);
  }
  const made = found.find((plan) => plan !== undefined);
  const { rows: [{ now }] } = await sites[0].client.query<{ now: string }>(`select iso(date_trunc('hour', business_now())) as now`);
  const plan = { ...asked, until: asked.until ?? made?.until ?? now };
  if (made && JSON.stringify(ordered(made)) !== JSON.stringify(ordered(plan))) {
    throw new RegistryRefused(`Seed ${asked.seed} was used for another registry here (${sizes(made)}, until ${made.until}). Take another --seed, or npm run reset.`);
  }
  if (found.every((each) => each !== undefined)) {
    throw new RegistryRefused(`The registry of seed ${asked.seed} is here already (${sizes(plan)}); nothing was changed. Take another --seed for more.`);
  }
  return { plan, missing: sites.filter((_site, index) => found[index] === undefined) };
}

const documentOf = ({ seed }: { seed: number }): string => `registry-${seed}`;
const ordered = (plan: Plan): unknown[] => [plan.seed, plan.dealers, plan.customers, plan.units, plan.calls, plan.until];
export const sizes = (plan: Omit<Plan, 'until'>): string => `${plan.dealers} dealers, ${plan.customers} customers, ${plan.units} units, ${plan.calls} calls`;

async function fill({ service, client }: Site, plan: Plan, say: Say): Promise<void> {
  const [dealers, models, parts] = [madeDealers(plan), madeModels(plan), madeParts(plan)];
  const { rows: [{ created }] } = await client.query<{ created: string }>(`select iso($1::timestamptz - interval '${YEARS} years' - interval '1 day') as created`, [plan.until]);
  if (service === 'dealers') await makeDealers(client, dealers, created);
  if (service === 'gateway') await makeAccounts(client, dealers, created);
  if (service === 'customers') await makeModels(client, models, created);
  if (service === 'parts') await makeParts(client, plan, parts, created);
  await runSteps({ service, client }, stepsOf(service, plan), { dealers, models, parts, plan, say });
  await client.query(`insert into audit_entry (id, user_id, role, action, kind, document_id, changed, request_id)
    values ($1, 'registry', 'system', 'generate', 'registry', $2, $3, 'registry')`, [newId(), documentOf(plan), JSON.stringify({ plan: { after: plan } })]);
  await client.query(`insert into audit_pending (entry_id) select id from audit_entry where kind = 'registry' and document_id = $1`, [documentOf(plan)]);
}

/** Nothing where a service neither tells nor hears of what is made in bulk. */
function stepsOf(service: string, plan: Plan): Step[] {
  const own: Record<string, () => Step[]> = {
    customers: () => customersSteps(plan.until), repairs: () => repairsSteps(plan.until), dealers: () => [...DUTIES], parts: () => partsSteps(plan), invoicing: invoicingSteps,
  };
  const steps = [...(own[service]?.() ?? []), ...outboxOf(service), ...inboxOf(service)];
  return steps.length === 0 ? [] : [...world(plan), ...goods(plan), ...steps];
}

interface Making {
  dealers: ReturnType<typeof madeDealers>;
  models: ReturnType<typeof madeModels>;
  parts: ReturnType<typeof madeParts>;
  plan: Plan;
  say: Say;
}

async function runSteps({ service, client }: Site, steps: Step[], { dealers, models, parts, plan, say }: Making): Promise<void> {
  if (steps.length === 0) return;
  await client.query(`set local work_mem = '256MB'; set local maintenance_work_mem = '256MB'; ${dice(plan)}`);
  await client.query(DEALER_ROWS, [JSON.stringify(dealers.map(({ n, id, regions, managerId, technicianIds }) => ({ n, id, regions, manager: managerId, technicians: technicianIds })))]);
  await client.query(MODEL_ROWS, [JSON.stringify(models)]);
  await client.query(PART_ROWS, [JSON.stringify(parts)]);
  for (const { what, sql } of steps) {
    const startedAt = Date.now();
    const results = await client.query(sql) as unknown as { rowCount: number | null } | { rowCount: number | null }[];
    const rows = Math.max(...[results].flat().map(({ rowCount }) => rowCount ?? 0));
    say(`${service}: ${what}${rows > 0 ? `, ${rows} rows` : ''}, ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
  }
  // Checks that wait for the commit plan with what the tables hold now: planned for empty ones, each would read a whole table.
  const startedAt = Date.now();
  await client.query('analyze');
  await client.query('set constraints all immediate');
  say(`${service}: checked, ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
}

async function rebuildFigures(sites: Site[], say: Say): Promise<void> {
  const client = sites.find(({ service }) => service === 'insights')?.client;
  if (client) await beginRebuild(client, say);
}

/** Begins a rebuilding as an administrator would, in the database of `insights`; one that is under way has read past what was made, so its end is waited for. */
export async function beginRebuild(client: Client, say: Say): Promise<void> {
  const until = Date.now() + ARRIVAL_MS;
  for (;;) {
    const { rows: [begun] } = await client.query<{ building: number }>(`
      with begun as (update read_model set building = current + 1 where building is null returning building)
      insert into rebuild (generation, requested_by) select building, 'registry' from begun returning generation as building`);
    if (begun) return say('insights: its figures are rebuilt from the outboxes; GET /dealer-files/read-model says when they are complete');
    if (Date.now() > until) throw new Error('The figures are being rebuilt already: POST /dealer-files/rebuild once that has ended.');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Waits until what went over the bus is sent; listeners have it moments later. */
async function arrived(sites: Site[], say: Say): Promise<void> {
  const until = Date.now() + ARRIVAL_MS;
  for (const { service, client } of sites.filter(({ service: name }) => ['dealers', 'customers', 'parts'].includes(name))) {
    for (;;) {
      const { rows: [{ waiting }] } = await client.query<{ waiting: number }>('select count(*)::int as waiting from outbox where published_at is null');
      if (waiting === 0) break;
      if (Date.now() > until) throw new Error(`${waiting} events of ${service} are still not sent; they will be once the platform runs`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    say(`${service}: its events are sent`);
  }
}
