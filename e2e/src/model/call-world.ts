import { randomUUID } from 'node:crypto';
import { businessDate } from '@aftercare/domain';
import { moveClock } from '@aftercare/service';
import { Client } from 'pg';
import { eventually, type Answer, type Api } from '../http/api.js';
import { photo } from '../http/photo.js';
import type { Running } from '../http/running.js';
import { createPart, publishFault } from '../story/goods.js';
import { hireStaff, registerDealer, signedIn, type Accounts, type DealerPeople, type People } from '../story/people.js';
import type { ActorName, Side } from './call-model.js';

/** The services that calls, their quotes, questions and parts need. */
export const MODEL_SERVICES = ['gateway', 'dealers', 'customers', 'repairs', 'parts'];

/** Somebody signed in, with a photo of his own to show. */
export interface Actor {
  api: Api;
  userId: string;
  photo: { id: string; sha256: string } | null;
}

/** Two dealers with two technicians each, the manufacturer's people, and what bodies name. */
export interface CallWorld {
  actors: Record<ActorName, Actor>;
  dealers: Record<Side, string>;
  faultCode: string;
  partId: string;
  /** A call by somebody without an account. */
  customer: Api;
  /** Answers about an id that does not exist, by actor and action. */
  missing: Map<string, Answer>;
  /** Moves the business clock of calls; nothing else waits in this test. */
  pass(hours: number): Promise<void>;
  /** The business instant, in ms. */
  now(): number;
  /** Says from today on whether a confirmed record is filed at once. */
  setFiling(value: 'automatic' | 'checked'): Promise<void>;
  close(): Promise<void>;
}

const PASSWORD = 'Model-2026-aftercare';
const HOUR_MS = 3_600_000;

/** Makes the people and things of the test through the API. */
export async function makeCallWorld(running: Running, admin: Api, anonymous: Api): Promise<CallWorld> {
  const accounts: Accounts = { url: running.url, password: PASSWORD, suffix: 'model' };
  const people = await hireStaff(admin, accounts);
  const [a, b] = [
    await registerDealer(people, accounts, { code: 'MODELA', name: '模型甲', regionCode: '310104', territory: ['310000'] }),
    await registerDealer(people, accounts, { code: 'MODELB', name: '模型乙', regionCode: '330106', territory: ['330000'] }),
  ];
  const actors = await actorsOf(people, accounts, { a, b });
  const faultCode = await publishFault(people, 'F-MODEL');
  const part = await createPart(people.clerk, { number: 'CT-MODEL', name: '阀芯', partClass: 'cartridge' });
  const repairs = new Client({ connectionString: running.databases.repairs });
  await repairs.connect();
  const query = (text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> => repairs.query(text, values);
  const { rows: [clock] } = await query('select extract(epoch from shift) * 1000 as shift from business_clock');
  let shiftMs = Number(clock?.shift ?? 0);
  return {
    actors, faultCode, partId: part.id, dealers: { A: a.id, B: b.id }, customer: anonymous, missing: new Map(),
    pass: async (hours) => {
      await moveClock({ query }, `${hours}h`);
      shiftMs += hours * HOUR_MS;
    },
    now: () => Date.now() + shiftMs,
    setFiling: async (value) => {
      await admin.put('/settings/record.filing', { value, effectiveFrom: businessDate(new Date()) });
      const copy = async (): Promise<unknown> => (await query(`select value from setting where key = 'record.filing'`)).rows.at(-1)?.value;
      await eventually(copy, (heard) => heard === value, `the setting ${value} at repairs`);
    },
    close: () => repairs.end(),
  };
}

async function actorsOf(people: People, accounts: Accounts, { a, b }: { a: DealerPeople; b: DealerPeople }): Promise<CallWorld['actors']> {
  const ofManufacturer = (api: Api): Actor => ({ api, userId: '', photo: null });
  const ofDealer = async (api: Api, userId: string): Promise<Actor> => ({ api, userId, photo: await api.upload(await photo(41), 'signature.jpg', 'image/jpeg') });
  const second = async ({ code, manager }: DealerPeople): Promise<Actor> => {
    const username = `${code.toLowerCase()}-second`;
    const { id } = await manager.post('/users', { username, name: '李师傅', role: 'dealer_technician', password: accounts.password });
    await manager.post('/technicians', { userId: id, name: '李师傅' });
    return ofDealer(await signedIn(accounts, username), id);
  };
  return {
    clerk: ofManufacturer(people.clerk), supervisor: ofManufacturer(people.supervisor),
    managerA: await ofDealer(a.manager, ''), technicianA1: await ofDealer(a.technician, a.technicianUserId), technicianA2: await second(a),
    managerB: await ofDealer(b.manager, ''), technicianB1: await ofDealer(b.technician, b.technicianUserId), technicianB2: await second(b),
  };
}

/** What two answers about something that is not there have in common: everything but the trace. */
export function withoutTrace({ status, body }: Answer): string {
  const { traceId: _traceId, ...rest } = (body ?? {}) as Record<string, unknown>;
  return JSON.stringify({ status, ...rest });
}

/** A document that does not exist. */
export const nobody = (): string => randomUUID();
