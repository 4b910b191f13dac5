import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL_DIR, runningPlatform } from '../http/running.js';
import { makeRegistry, RegistryRefused, sizes } from './generate.js';
import { managerLogin, PASSWORD, technicianLogin } from './in-dealers.js';
import { madeDealers } from './plan.js';

const USAGE = `npm run generate:registry [-- --customers 100000] [--units 300000] [--calls 200000] [--dealers 40] [--seed 1] [--until <instant>] [--dir <folder>]
Fills the databases of the running platform with a large, consistent registry: dealers with accounts, models, customers, units with their
flow, installations, calls, and for these parts, obligations, parcels, slips, payments and invoices. The same seed, sizes and instant make the same rows.`;

/** `npm run generate:registry`: a large registry for the running platform; see makeRegistry. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      customers: { type: 'string', default: '100000' }, units: { type: 'string', default: '300000' }, calls: { type: 'string', default: '200000' },
      dealers: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' }, until: { type: 'string' }, dir: { type: 'string' }, help: { type: 'boolean' },
    },
  });
  if (values.help) return say(USAGE);
  const plan = {
    seed: whole('seed', values.seed, 1, 999), dealers: whole('dealers', values.dealers, 1, 999), customers: whole('customers', values.customers, 1, 1_000_000),
    units: whole('units', values.units, 1, 3_000_000), calls: whole('calls', values.calls, 0, 3_000_000), ...untilOf(values.until),
  };
  if (plan.units < plan.customers) throw new RegistryRefused('--units: every customer owns a unit, so there are at least as many units as customers.');
  const startedAt = Date.now();
  const made = await makeRegistry(runningPlatform(values.dir ? resolve(values.dir) : LOCAL_DIR), plan, (line) => say(`  ${seconds(startedAt)} ${line}`));
  const [first] = madeDealers(made);
  say(`${sizes(made)}, made in ${seconds(startedAt)}; seed ${made.seed}, until ${made.until}`);
  say(`sign in as ${managerLogin(first)} or ${technicianLogin(first)}, password ${PASSWORD}`);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new RegistryRefused(`--${name} is a whole number from ${least} to ${most}.`);
  return value;
}

function untilOf(text: string | undefined): { until?: string } {
  if (text === undefined) return {};
  if (Number.isNaN(Date.parse(text))) throw new RegistryRefused('--until is an instant, e.g. 2026-11-26T08:00:00Z.');
  return { until: new Date(text).toISOString() };
}

const seconds = (since: number): string => `${((Date.now() - since) / 1_000).toFixed(1).padStart(6)} s`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  const text = error instanceof RegistryRefused || !(error instanceof Error) ? String(error instanceof Error ? error.message : error) : (error.stack ?? error.message);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
