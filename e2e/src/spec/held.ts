import { Client } from 'pg';
import { rowsIn } from '../http/running.js';
import type { SpecPlatform } from './platform-fixture.js';

/** Whoever writes what is held waits here for as long as the spec wants. */
const TURN = 4711;

const WAIT = `
  create or replace function wait_for_turn() returns trigger language plpgsql as $$
  begin perform set_config('lock_timeout', '0', true); perform pg_advisory_xact_lock_shared(${TURN}); return new; end $$`;

/** What is held: writing which rows of a table. */
export interface HeldWrite {
  table: string;
  on: 'insert' | 'update';
  when: string;
}

/** A lease runs out before somebody else goes on, so it takes longer than most things. */
export async function until<T>(ask: () => Promise<T>, pleases: (answer: T) => boolean): Promise<T> {
  for (const limit = Date.now() + 60_000; ;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && pleases(answer)) return answer;
    if (Date.now() > limit) throw new Error(`it does not come to hold: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Kills a service's process; resolves once another one was started in its place. */
export async function killed({ platform }: SpecPlatform, service: string): Promise<void> {
  const process = platform.services[service];
  const pid = process?.pid;
  process?.kill('SIGKILL');
  await until(() => Promise.resolve(process?.pid), (now) => now !== null && now !== undefined && now !== pid);
}

/** Begins something, kills the service where it would write a row that is held, and lets it go on; `meanwhile` sees it held. */
export async function killedBefore(world: SpecPlatform, service: string, { held, begin, meanwhile }: { held: HeldWrite; begin: () => Promise<unknown>; meanwhile?: () => Promise<void> }): Promise<void> {
  const { databases } = world.running;
  const inService = (text: string) => rowsIn(databases, service, text);
  const holder = new Client({ connectionString: databases[service] });
  await holder.connect();
  const waiting = async (): Promise<number | null> => (await holder.query(`select from pg_locks where locktype = 'advisory' and objid = $1 and not granted`, [TURN])).rowCount;
  try {
    await inService(WAIT);
    await inService(`create trigger waits_for_turn before ${held.on} on ${held.table} for each row when (${held.when}) execute function wait_for_turn()`);
    await holder.query('select pg_advisory_lock($1)', [TURN]);
    await begin();
    await until(waiting, (found) => found === 1);
    await meanwhile?.();
    await killed(world, service);
    await holder.query('select pg_advisory_unlock($1)', [TURN]);
    await until(async () => (await holder.query(`select from pg_locks where locktype = 'advisory' and objid = $1`, [TURN])).rowCount, (left) => left === 0);
    await inService(`drop trigger waits_for_turn on ${held.table}`);
  } finally {
    await holder.end();
  }
}
