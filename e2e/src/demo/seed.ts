import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { businessDate } from '@aftercare/domain';
import { Api } from '../http/api.js';
import { moveBusinessClock, runningPlatform, type Running, type SignIn } from '../http/running.js';
import { hireStaff, registerDealer, type Accounts, type DealerPeople, type People } from '../story/people.js';
import { makeCatalogue } from './catalogue.js';
import { liveThroughWeeks } from './life.js';
import { Random } from './random.js';

const PASSWORD = 'Demo-2026-aftercare';
const DAYS = 91;
const DEALERS = [
  { code: 'SH001', name: '上海卫浴经销', regionCode: '310104', territory: ['310000'] },
  { code: 'HZ001', name: '杭州西湖卫浴', regionCode: '330106', territory: ['330000'] },
  { code: 'NJ001', name: '南京玄武洁具', regionCode: '320102', territory: ['320000'] },
  { code: 'GZ001', name: '广州天河卫浴', regionCode: '440106', territory: ['440000'] },
  { code: 'CD001', name: '成都锦江洁具', regionCode: '510104', territory: ['510000'] },
];

/**
 * The small set of demo data: 5 dealers, 200 customers, 50 parts, 3 months, a stocktake that ended and one that runs, made by replaying the real commands on the
 * business clock, so that everything in it obeys every rule. Ends with the clock at the present.
 */
async function main(): Promise<void> {
  const startedAt = Date.now();
  const platform = runningPlatform();
  const accounts: Accounts = { url: process.env.AFTERCARE_URL ?? platform.url, password: PASSWORD, suffix: '' };
  const first = businessDate(new Date(Date.now() - DAYS * 86_400_000));
  await moveBusinessClock(platform.databases, `${first}T09:00:00+08:00`);
  const admin = new Api(accounts.url);
  const login = process.env.AFTERCARE_ADMIN_LOGIN ?? 'admin';
  await admin.signIn(login, process.env.AFTERCARE_ADMIN_PASSWORD ?? '', PASSWORD);
  const people = await hireStaff(admin, accounts);
  const dealers = await openDealers(people, accounts);
  say(`5 dealers and their people`);
  const random = new Random(20_260_301);
  const catalogue = await makeCatalogue(people, dealers, { today: first, random });
  say('models, 50 parts with prices and stock, 300 units');
  await liveThroughWeeks({ platform, people, dealers, catalogue, first, days: DAYS, url: accounts.url, say });
  await backToPresent(platform);
  writeSignIns(platform, login);
  say(`done in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
}

async function openDealers(people: People, accounts: Accounts): Promise<DealerPeople[]> {
  const dealers: DealerPeople[] = [];
  for (const draft of DEALERS) dealers.push(await registerDealer(people, accounts, draft));
  return dealers;
}

/** The demo ends where the real clock stands. */
async function backToPresent(platform: Running): Promise<void> {
  await moveBusinessClock(platform.databases, new Date().toISOString());
}

function writeSignIns(platform: Running, admin: string): void {
  const staff: [string, string][] = [
    ['admin', admin], ['service_clerk', 'clerk'], ['service_supervisor', 'supervisor'], ['warehouse_keeper', 'keeper'],
    ['finance_clerk', 'finance'], ['quality_engineer', 'quality'], ['auditor', 'auditor'],
    ['dealer_manager', 'sh001-manager'], ['dealer_technician', 'sh001-technician'],
  ];
  const signIns: SignIn[] = staff.map(([role, login]) => ({ role, login, password: PASSWORD }));
  writeFileSync(join(platform.dir, 'sign-ins.json'), `${JSON.stringify(signIns, null, 2)}\n`, { mode: 0o600 });
}

function say(line: string): void {
  process.stdout.write(`  ${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
