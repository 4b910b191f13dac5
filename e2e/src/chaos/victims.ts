import { randomUUID } from 'node:crypto';
import type { Platform, PlatformProcess } from '../../../deploy/local/platform.mjs';
import type { Random } from '../demo/random.js';
import { markerOf } from '../check/acknowledged.js';
import type { Stage } from '../story/loop.js';
import { callDraft } from './load.js';
import type { Patience } from './patient-client.js';

/** A process that is killed, and the request that proves it works again. */
export interface Victim {
  name: string;
  process: PlatformProcess;
  /** One attempt at the request; rejects when it was not answered with success. */
  probe: () => Promise<void>;
  /** The request in words. */
  proof: string;
}

const PROBE_TIMEOUT_MS = 5_000;

/** A read that the named service itself answers out of its own database. */
const READ_OF: Readonly<Record<string, string>> = {
  gateway: '/auth/me',
  dealers: '/dealers?limit=1',
  customers: '/customers?limit=1',
  repairs: '/repair-calls?limit=1',
  parts: '/parts-requests?limit=1',
  invoicing: '/ledger/trial-balance',
  insights: '/dealer-files?limit=1',
};

/** The named processes of a platform, or every one: each service, the broker and the database. */
export function victimsOf(platform: Platform, only: string[], probing: { stage: Stage; patience: Patience }): Victim[] {
  const all = everyVictim(platform, probing.stage, probing.patience);
  const unknown = only.filter((name) => !all.some((victim) => victim.name === name));
  if (unknown.length > 0) throw new Error(`--only knows ${all.map(({ name }) => name).join(', ')}, not ${unknown.join(', ')}`);
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

function everyVictim(platform: Platform, stage: Stage, patience: Patience): Victim[] {
  const services = Object.entries(platform.services).map(([name, process]): Victim => {
    const path = READ_OF[name];
    if (!path) throw new Error(`no request is known that needs ${name}`);
    return { name, process, proof: `GET ${path}`, probe: () => read(stage, path) };
  });
  const write = (): Promise<void> => openCall(stage, patience);
  return [
    ...services,
    { name: 'nats', process: platform.nats, proof: 'POST /repair-calls', probe: write },
    { name: 'postgres', process: platform.postgres, proof: 'POST /repair-calls', probe: write },
  ];
}

/** Groups of victims in random order, each victim once before any comes again; the last group of a turn may be smaller. */
export function* inRandomOrder<T>(victims: readonly T[], together: number, random: Random): Generator<T[], never> {
  for (;;) {
    const left = [...victims];
    while (left.length > 0) {
      const group: T[] = [];
      while (group.length < together && left.length > 0) group.push(...left.splice(random.whole(0, left.length - 1), 1));
      yield group;
    }
  }
}

async function read({ people }: Stage, path: string): Promise<void> {
  const { status } = await people.supervisor.raw('GET', path, undefined, { timeoutMs: PROBE_TIMEOUT_MS });
  if (status !== 200) throw new Error(`${path} answered ${status}`);
}

/** A write from the gateway over the broker into the database; probes stand in the log like any other create. */
async function openCall({ dealer }: Stage, { acks }: Patience): Promise<void> {
  const [key, path] = [randomUUID(), '/repair-calls'];
  acks.sent(key, path);
  const { status, body } = await dealer.manager.raw<{ id: string }>('POST', path, callDraft(markerOf(key)), { key, timeoutMs: PROBE_TIMEOUT_MS });
  if (status >= 400) throw new Error(`${path} answered ${status}`);
  acks.acknowledged(key, path, body.id);
}
