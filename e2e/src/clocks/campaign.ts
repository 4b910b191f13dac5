import { setTimeout as sleep } from 'node:timers/promises';
import type { Patience } from '../chaos/patient-client.js';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { accountFor, faultsOf, type Account } from './account.js';
import { compareClocks } from './compare.js';
import { driveClocks, type Campaign, type Drove } from './drive.js';
import type { ClockStage } from './stage.js';
import { untilTold } from './until-told.js';

/** What a campaign came to. */
export interface Report extends Account {
  /** The calls of the campaign. */
  ids: string[];
  kills: Drove['kills'];
  /** Clocks that are kept otherwise than their events say. */
  differences: number;
  /** Answers that no kill excuses. */
  surprises: string[];
  seconds: number;
}

const ON_THE_WAY_MS = 300_000;
const PAUSE_MS = 1_000;

/** Drives the calls, waits until all is told, and accounts for it. */
export async function clockCampaign(world: SpecPlatform, stage: ClockStage, campaign: Campaign, tools: { patience: Patience; say: (text: string) => void }): Promise<Report> {
  const began = Date.now();
  const { ids, kills } = await driveClocks(world, stage, campaign, tools);
  tools.say(`all calls are through after ${Math.round((Date.now() - began) / 1_000)} s; what is due is told`);
  await untilTold(world.running.databases.repairs ?? '');
  const account = await settled(world, ids);
  const { differences } = await compareClocks(world.admin);
  return { ...account, ids, kills, differences: differences.length, surprises: tools.patience.tally.surprises, seconds: (Date.now() - began) / 1_000 };
}

/** Events travel while people wait: what is missing may still come, what came twice stays. */
async function settled({ running }: SpecPlatform, ids: string[]): Promise<Account> {
  for (const limit = Date.now() + ON_THE_WAY_MS; ; await sleep(PAUSE_MS)) {
    const account = await accountFor(running.databases, ids);
    if (account.missing === 0 || Date.now() > limit) return account;
  }
}

/** All that must be nought; a campaign in which nothing was told proves nothing. */
export function faultsIn(report: Omit<Report, 'ids'>): number {
  return faultsOf(report) + report.differences + report.surprises.length + (report.warnings === 0 || report.breaches === 0 ? 1 : 0);
}

/** The figures in words. */
export function reportOf(report: Omit<Report, 'ids'>): string {
  const { calls, warnings, breaches, escalations, missing, doubled, wrongMoment, unfounded, kills, differences, surprises, seconds, examples } = report;
  return [
    `${calls} calls, ${warnings} warnings, ${breaches} breaches, ${escalations} escalations; ${kills.repairs} kills of repairs, ${kills.nats} of the broker, ${Math.round(seconds)} s`,
    `${missing} missing, ${doubled} doubled, ${wrongMoment} with a wrong moment, ${unfounded} unfounded; ${differences} clocks differ from their events, ${surprises.length} answers that no kill excuses`,
    ...[...examples, ...surprises].slice(0, 10).map((example) => `  ! ${example}`),
  ].join('\n');
}
