import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../../deploy/local/platform.mjs';
import { Tally } from '../chaos/tally.js';
import { AckLog } from '../check/ack-log.js';
import { startSpecPlatform } from '../spec/platform-fixture.js';
import { clockCampaign, faultsIn, reportOf } from './campaign.js';
import type { Campaign } from './drive.js';
import { CLOCK_SERVICES, makeClockStage } from './stage.js';

const CALLS = 10_000;
const KILLS = 20;
const TICK_MINUTES = 30;

/**
 * `npm run chaos:clocks [-- --calls 10000 --kills 20 --seed N]`: calls on the business clock of a platform of its own while repairs and
 * the broker are killed; then every warning, breach and escalation must have been told once, to everybody it concerns, with its moment.
 */
async function main(): Promise<void> {
  const campaign = readOptions(process.argv.slice(2));
  say(`seed ${campaign.seed}, ${campaign.calls} calls, ${campaign.kills} kills`);
  const world = await startSpecPlatform({ services: CLOCK_SERVICES, durable: true });
  try {
    const stage = await makeClockStage(world.admin);
    const { ids: _ids, ...report } = await clockCampaign(world, stage, campaign, { patience: { acks: AckLog.create(null), tally: new Tally() }, say });
    const folder = join(ROOT, '.local', 'chaos');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `clocks-${campaign.seed}.json`), `${JSON.stringify({ ...campaign, ...report }, null, 2)}\n`);
    say(reportOf(report));
    say(faultsIn(report) === 0 ? `passed with seed ${campaign.seed}: each told once, with its moment` : `FAILED with seed ${campaign.seed}`);
    process.exitCode = faultsIn(report) === 0 ? 0 : 1;
  } finally {
    await world.stop();
  }
}

function readOptions(args: string[]): Campaign {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { calls: text, kills: text, seed: text } });
  return { calls: whole('calls', values.calls ?? String(CALLS)), kills: whole('kills', values.kills ?? String(KILLS)), seed: whole('seed', values.seed ?? String(Date.now() % 1_000_000)), tickMinutes: TICK_MINUTES };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} is a whole number, not ${text}`);
  return value;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
