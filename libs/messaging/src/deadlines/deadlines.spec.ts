import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@aftercare/domain';
import { announce, cancelDeadline, scheduleDeadline, type DeadlineListener } from '../index.js';
import { deleteStream, dropDatabase, EVENT, newNamespace, openDatabase, openService, stopAll, until, type SpecService } from '../spec/harness.js';

const namespace = newNamespace();
const failuresLeft = new Map<string, number>();
let service: SpecService;

const warning: DeadlineListener = {
  kind: 'warning',
  name: 'spec',
  handle: async (deadline, em) => {
    if (deadline.payload.locks) await em.query(`select from effect where note = $1 for update`, [deadline.payload.locks]);
    await em.query(`insert into effect (note) values ($1)`, [deadline.ref]);
    if (deadline.payload.again) await scheduleDeadline(em, { ...deadline, dueAt: String(deadline.payload.again), payload: {} });
    if (deadline.payload.tell) await announce(em, EVENT, { customerId: deadline.ref }, service.ctx());
    const left = failuresLeft.get(deadline.ref) ?? 0;
    failuresLeft.set(deadline.ref, left - 1);
    if (left > 0) throw new Error('the handler broke');
  },
};

const open = (database?: SpecService['database']): Promise<SpecService> =>
  openService({ name: 'clock', namespace, database, deadlines: [warning], tuning: { deadlineAttemptsMax: 2 } });

beforeAll(async () => {
  service = await open();
  service.messaging.start();
});

afterAll(async () => {
  await deleteStream(service);
  await stopAll();
});

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const schedule = (ref: string, dueAt: string, payload = {}): Promise<void> => scheduleDeadline(service.database.manager, { kind: 'warning', ref, dueAt, payload });
const times = async (ref: string): Promise<number> => (await service.effects())[ref] ?? 0;
const moveClock = (shift: string): Promise<unknown> => service.database.query(`update business_clock set shift = shift + $1::interval`, [shift]);

describe('a deadline', () => {
  it('fires once when the business clock reaches it, not before', async () => {
    const ref = newId();
    await schedule(ref, inHours(24));
    await sleep(300);
    expect(await times(ref)).toBe(0);
    await moveClock('25 hours');
    await until(async () => (await times(ref)) === 1, 3_000);
    await sleep(300);
    expect(await times(ref)).toBe(1);
  });

  it('fires within a second or two without being woken', async () => {
    const ref = newId();
    await schedule(ref, inHours(-1));
    await until(async () => (await times(ref)) === 1, 2_000);
  });

  it('gives way to a command that holds what it waits for and moves it', async () => {
    const [ref, document] = [newId(), newId()];
    await service.database.query(`insert into effect (note) values ($1)`, [document]);
    await service.database.transaction(async (em) => {
      await em.query(`set local lock_timeout = '700ms'`);
      await em.query(`select from effect where note = $1 for update`, [document]);
      await schedule(ref, inHours(-1), { locks: document });
      service.messaging.deadlines.wake();
      await until(async () => (await service.database.query<object[]>(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0, 3_000);
      await scheduleDeadline(em, { kind: 'warning', ref, dueAt: inHours(24) });
    });
    await until(async () => (await service.database.query<object[]>(`select from deadline where ref = $1 and due_at > now()`, [ref])).length === 1);
    expect(await times(ref)).toBe(0);
    await schedule(ref, inHours(-1), { locks: document });
    await until(async () => (await times(ref)) === 1, 5_000);
  });

  it('that is cancelled, or set in a transaction that rolls back, does not fire', async () => {
    const [cancelled, rolledBack, marker] = [newId(), newId(), newId()];
    await service.database.transaction(async (em) => {
      await scheduleDeadline(em, { kind: 'warning', ref: cancelled, dueAt: inHours(-1) });
      await cancelDeadline(em, 'warning', cancelled);
    });
    const failing = service.database.transaction(async (em) => {
      await scheduleDeadline(em, { kind: 'warning', ref: rolledBack, dueAt: inHours(-1) });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await schedule(marker, inHours(-1));
    await until(async () => (await times(marker)) === 1);
    expect([await times(cancelled), await times(rolledBack)]).toEqual([0, 0]);
  });

  it('that is set again moves, and fires again after it has fired', async () => {
    const ref = newId();
    await schedule(ref, inHours(-1));
    await until(async () => (await times(ref)) === 1);
    await schedule(ref, inHours(1_000));
    await sleep(300);
    expect(await times(ref)).toBe(1);
    await schedule(ref, inHours(-1));
    await until(async () => (await times(ref)) === 2);
  });

  it('may set itself again from its handler', async () => {
    const ref = newId();
    await schedule(ref, inHours(-2), { again: inHours(-1) });
    await until(async () => (await times(ref)) === 2);
    await sleep(200);
    expect(await times(ref)).toBe(2);
  });

  it('whose handler fails leaves nothing behind and is tried again', async () => {
    const ref = newId();
    failuresLeft.set(ref, 1);
    await schedule(ref, inHours(-1));
    await until(async () => (await times(ref)) === 1, 5_000);
    expect(await service.count(`deadline where ref = '${ref}' and fired_at is not null and attempts = 1`)).toBe(1);
  });

  it('that keeps failing is left visible as failed, and the others fire', async () => {
    const [ref, next] = [newId(), newId()];
    failuresLeft.set(ref, 100);
    await schedule(ref, inHours(-1));
    await schedule(next, inHours(-1));
    await until(async () => (await times(next)) === 1);
    await until(async () => (await service.messaging.deadlines.failed()).length === 1, 8_000);
    expect(await service.messaging.deadlines.failed()).toEqual([expect.objectContaining({ kind: 'warning', ref, attempts: 2, lastError: 'Error: the handler broke' })]);
    expect(await times(ref)).toBe(0);
  });

  it('of a kind that nothing here handles stays', async () => {
    await scheduleDeadline(service.database.manager, { kind: 'unknown', ref: 'x', dueAt: inHours(-1) });
    await sleep(300);
    expect(await service.count(`deadline where kind = 'unknown' and fired_at is null and failed_at is null`)).toBe(1);
  });
});

describe('several processes', () => {
  it('fire each deadline once, also those that came while nobody ran', async () => {
    const database = await openDatabase();
    const refs = Array.from({ length: 200 }, () => newId());
    for (const ref of refs) await scheduleDeadline(database.manager, { kind: 'warning', ref, dueAt: inHours(-50), payload: { tell: true } });
    const both = await Promise.all([open(database), open(database)]);
    for (const one of both) one.messaging.start();
    await until(async () => (await both[0].count('effect')) >= 200, 20_000);
    await until(async () => (await both[0].count('outbox where published_at is not null')) === 200);
    const effects = await both[0].effects();
    expect(refs.map((ref) => effects[ref])).toEqual(refs.map(() => 1));
    await Promise.all(both.map((one) => one.stop()));
    await dropDatabase(database);
  }, 40_000);
});
