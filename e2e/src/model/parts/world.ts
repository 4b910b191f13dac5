import { setTimeout as sleep } from 'node:timers/promises';
import { moveClock } from '@aftercare/service';
import { Client } from 'pg';
import { eventually, type Api } from '../../http/api.js';
import { photo } from '../../http/photo.js';
import type { Running } from '../../http/running.js';
import { importUnits, publishModel, publishPrices } from '../../story/goods.js';
import { activateDealer, hireManager, hireStaff, registerDealer, type Accounts, type DealerPeople, type People } from '../../story/people.js';
import { dateOf, NEW_PRICES_ON, PARTS, type Serial } from './model.js';

/** The services that parts, their coverage, slips and credit need. */
export const MODEL_SERVICES = ['gateway', 'dealers', 'customers', 'parts', 'invoicing'];

interface Evidence {
  id: string;
  sha256: string;
}

/** The dealer and the parts of one sequence: nobody else's. */
export interface Stage {
  dealerId: string;
  manager: Api;
  /** Numbers of its parts begin with it. */
  prefix: string;
  parts: string[];
}

/** The manufacturer's people, sites and registered units, which all sequences share. */
export interface PartsWorld {
  people: People;
  /** A manager of another dealer. */
  foreigner: Api;
  sites: string[];
  serials: Record<Serial, string>;
  evidence: Record<'clerk' | 'supervisor' | 'keeper', Evidence>;
  /** A dealer and parts for the next sequence, whose first day begins. */
  nextStage(): Promise<Stage>;
  /** The business clock of parts: the morning of a day of the sequence. */
  setDay(day: number): Promise<void>;
  /** Until freed pieces were offered to who waits. */
  untilOffered(): Promise<void>;
  close(): Promise<void>;
}

const PASSWORD = 'Model-2026-aftercare';
const MORNING = 'T10:00:00+08:00';
const LOOK_MS = 10;
const LONG_BEFORE = -25;
const SERIALS: Record<Serial, string> = { '': '', COVERED: 'MP-COVERED', ENDING: 'MP-ENDING', EXPIRED: 'MP-EXPIRED', UNKNOWN: 'MP-UNKNOWN' };
/** Purchases that end a term of twelve months on the day of the model. */
const PURCHASES = { ENDING: '2026-04-01', EXPIRED: '2025-01-15' } as const;
const OFFERING = `select count(*)::int as waiting from deadline where kind = 'stock-freed' and fired_at is null and failed_at is null`;

/** Makes what all sequences share, through the API. */
export async function makePartsWorld(running: Running, admin: Api): Promise<PartsWorld> {
  const accounts: Accounts = { url: running.url, password: PASSWORD, suffix: 'parts' };
  const people = await hireStaff(admin, accounts);
  const other = await registerDealer(people, accounts, { code: 'MPOTHER', name: '他人', regionCode: '310104', territory: ['310000'] });
  await registerUnits(people, other);
  const sites: string[] = [];
  for (const [code, kind] of [['MP1', 'receiving'], ['MP2', 'receiving'], ['MP3', 'transit']]) sites.push((await admin.post('/warehouses', { code, name: `模型${code}`, kind })).id);
  const parts = new Client({ connectionString: running.databases.parts });
  await parts.connect();
  const query = (text: string, values?: unknown[]): Promise<unknown> => parts.query(text, values);
  const evidence = async (of: Api): Promise<Evidence> => of.upload(await photo(51), 'evidence.jpg', 'image/jpeg');
  const setDay = (day: number): Promise<void> => moveClock({ query }, `${dateOf(day)}${MORNING}`);
  let number = 0;
  const make = (): Promise<Stage> => makeStage(people, accounts, (number += 1));
  let next = make();
  return {
    people, foreigner: other.manager, sites, serials: SERIALS,
    evidence: { clerk: await evidence(people.clerk), supervisor: await evidence(people.supervisor), keeper: await evidence(people.keeper) },
    // The next one is made while this one is used.
    nextStage: async () => {
      const stage = await next;
      await setDay(LONG_BEFORE);
      await priceParts(people, stage);
      await setDay(0);
      next = make();
      next.catch(() => undefined);
      return stage;
    },
    setDay,
    untilOffered: async () => {
      while ((await parts.query<{ waiting: number }>(OFFERING)).rows[0]?.waiting !== 0) await sleep(LOOK_MS);
    },
    close: async () => {
      await next.catch(() => undefined);
      await parts.end();
    },
  };
}

async function registerUnits(people: People, dealer: DealerPeople): Promise<void> {
  await publishModel(people, 'MP-FAUCET');
  const rows = [SERIALS.COVERED, SERIALS.ENDING, SERIALS.EXPIRED].map((serial) => (
    { serial, modelCode: 'MP-FAUCET', dealerCode: dealer.code, manufacturedOn: '2025-01-01', dispatchedOn: '2025-01-02' }));
  const imported = await importUnits(people.clerk, rows);
  if (imported.state !== 'done') throw new Error(`the units were not imported: ${JSON.stringify(imported)}`);
  const customer = await dealer.manager.post('/customers', {
    name: '模型客户', phones: ['13900001111'], address: { regionCode: '310104', detail: '中山西路3号' }, language: 'zh-CN', consentService: true,
  });
  const proof = await dealer.manager.upload(await photo(52), 'receipt.jpg', 'image/jpeg');
  for (const serial of ['ENDING', 'EXPIRED'] as const) {
    const { id, version } = await dealer.manager.get<{ id: string; version: number }>(`/product-units/by-serial/${SERIALS[serial]}`);
    await dealer.manager.post(`/product-units/${id}/sell`, { version, customerId: customer.id, purchaseDate: PURCHASES[serial], salePrice: '888.00', proof });
  }
}

async function makeStage(people: People, accounts: Accounts, number: number): Promise<Stage> {
  const code = `MP${String(number).padStart(5, '0')}`;
  const dealer = await activateDealer(people, { code, name: `模型${code}`, regionCode: '310104', territory: ['310000'] });
  const manager = await hireManager(people, accounts, { id: dealer.id, code });
  const parts: string[] = [];
  for (const [index, { returnRequired, chain }] of PARTS.entries()) {
    const draft = { number: `${code}-${index}`, name: '阀芯', nameEn: 'Cartridge', unit: 'piece', partClass: 'cartridge', families: ['faucet'], returnRequired, weightGrams: 120 };
    const replaced = index > 0 && (chain as readonly number[]).includes(index - 1) ? { supersedesPartId: parts[index - 1] } : {};
    parts.push((await people.clerk.post('/parts', { ...draft, ...replaced })).id);
  }
  // Invoicing must know the dealer before it is given a credit line.
  await eventually(() => people.finance.raw('GET', `/credit-lines?dealerId=${dealer.id}`), ({ status }) => status === 200, 'the dealer at invoicing');
  return { dealerId: dealer.id, manager, prefix: code, parts };
}

/** Prices of the stage's parts before and after the new list; drafted before either holds (F-7). */
async function priceParts(people: People, { parts }: Stage): Promise<void> {
  for (const [index, from] of [LONG_BEFORE, NEW_PRICES_ON].entries()) {
    await publishPrices(people, dateOf(from), parts.map((partId, part) => ({ partId, dealerPrice: yuan(PARTS[part]?.prices[index] ?? 0), suggestedPrice: '99.00' })));
  }
}

/** Fen as an amount is written. */
export const yuan = (fen: number): string => (fen / 100).toFixed(2);
