import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@aftercare/domain';
import { announce } from '../index.js';
import {
  deleteStream, effectListener, EVENT, newNamespace, openService, ready, stopAll, storedMessages, until, type SpecService,
} from '../spec/harness.js';

const namespace = newNamespace();
let teller: SpecService;
let listener: SpecService;

beforeAll(async () => {
  teller = await openService({ name: 'teller', namespace, tuning: { leaseMs: 10_000 } });
  listener = await openService({ name: 'listener', namespace, events: [effectListener()] });
  teller.messaging.start();
  listener.messaging.start();
  await Promise.all([ready(teller), ready(listener)]);
});

afterAll(async () => {
  await deleteStream(teller);
  await stopAll();
});

const heard = async (customerId: string): Promise<boolean> => (await listener.effects())[customerId] !== undefined;

describe('the outbox', () => {
  it('sends a committed event to its listener, once', async () => {
    const customerId = await teller.tell();
    await until(() => heard(customerId));
    expect((await listener.effects())[customerId]).toBe(1);
    expect(await listener.count('inbox')).toBe(1);
  });

  it('sends nothing of a transaction that rolls back', async () => {
    const before = await storedMessages(teller);
    const customerId = newId();
    const failing = teller.database.transaction(async (em) => {
      await announce(em, EVENT, { customerId }, teller.ctx());
      teller.messaging.wake();
      await sleep(300);
      throw new Error('the rule said no');
    });
    await expect(failing).rejects.toThrow('the rule said no');
    const marker = await teller.tell();
    await until(() => heard(marker));
    expect(await heard(customerId)).toBe(false);
    expect(await storedMessages(teller)).toBe(before + 1);
  });

  it('sends an event only after its transaction has committed', async () => {
    const customerId = newId();
    await teller.database.transaction(async (em) => {
      await announce(em, EVENT, { customerId }, teller.ctx());
      teller.messaging.wake();
      await sleep(500);
      expect(await heard(customerId)).toBe(false);
    });
    teller.messaging.wake();
    await until(() => heard(customerId));
  });

  it('sends the event of a transaction held open for long, although later ones were committed and sent before', async () => {
    const customerId = newId();
    let later = '';
    await teller.database.transaction(async (em) => {
      await announce(em, EVENT, { customerId }, teller.ctx());
      later = await teller.tell();
      await until(() => heard(later));
      await sleep(5_000);
      expect(await heard(customerId)).toBe(false);
    });
    await until(() => heard(customerId), 5_000);
    expect(await teller.count(`outbox where published_at is null`)).toBe(0);
  });

  it('confirms an event once its listener has it', async () => {
    await teller.tell();
    await until(async () => (await teller.count(`outbox where confirmed_at is null`)) === 0);
  });

  it('keeps its rows, in the partition of the month', async () => {
    const rows = await teller.database.query<{ place: string }[]>(`select distinct tableoid::regclass::text as place from outbox`);
    expect(rows).toEqual([{ place: expect.stringMatching(/^outbox_\d{4}_\d\d$/) as string }]);
    await teller.database.query(`select ensure_outbox_partitions(15)`);
    const [{ count }] = await teller.database.query<{ count: number }[]>(`select count(*)::int as count from pg_inherits where inhparent = 'outbox'::regclass`);
    expect(count).toBe(17);
  });
});

describe('a relay that dies', () => {
  it('after the commit and before publishing leaves its rows to another one when the lease ends', async () => {
    const quiet = await openService({ name: 'teller', namespace, tuning: { leaseMs: 1_500 } });
    const customerId = await quiet.tell();
    // The claim of a process that is killed right after it.
    expect(await quiet.messaging.relay.claim()).toHaveLength(1);
    quiet.messaging.start();
    await sleep(700);
    expect(await heard(customerId)).toBe(false);
    await until(() => heard(customerId), 5_000);
    await quiet.stop();
    expect((await listener.effects())[customerId]).toBe(1);
  });

  it('after publishing and before marking has its events sent again, which changes nothing', async () => {
    const customerId = await teller.tell();
    await until(async () => (await teller.count(`outbox where published_at is null`)) === 0);
    const before = await storedMessages(teller);
    await teller.database.query(`update outbox set published_at = null, confirmed_at = null where payload like $1`, [`%${customerId}%`]);
    await until(async () => (await teller.count(`outbox where published_at is null`)) === 0);
    const marker = await teller.tell();
    await until(() => heard(marker));
    expect((await listener.effects())[customerId]).toBe(1);
    expect(await storedMessages(teller)).toBe(before + 1);
  });
});

describe('two relays at once', () => {
  it('publish each row once', async () => {
    const before = await storedMessages(teller);
    const twin = await openService({ name: 'teller', namespace, database: teller.database, tuning: { leaseMs: 10_000 } });
    const published = teller.messaging.relay.publishedCount;
    twin.messaging.start();
    await ready(twin);
    const told: string[] = [];
    // On a busy machine one of them may be first with every row of a round; then there is another round.
    const inTurn = (index: number): Promise<string> => sleep(index % 40).then(() => teller.tell()).finally(() => twin.messaging.wake());
    while (told.length === 0 || (twin.messaging.relay.publishedCount === 0 && told.length < 4_000)) {
      told.push(...(await Promise.all(Array.from({ length: 200 }, (_, index) => inTurn(index)))));
      await until(async () => (await listener.count(`effect where note = any('{${told.join(',')}}')`)) === told.length, 60_000);
    }
    await twin.stop();
    const byTwin = twin.messaging.relay.publishedCount;
    expect(byTwin).toBeGreaterThan(0);
    expect(byTwin + teller.messaging.relay.publishedCount - published).toBe(told.length);
    expect(await storedMessages(teller)).toBe(before + told.length);
    const [{ most }] = await teller.database.query<{ most: number }[]>(`select max(attempts)::int as most from outbox where published_at > now() - interval '2 minutes' and payload like any($1)`, [told.map((id) => `%${id}%`)]);
    expect(most).toBe(1);
  }, 90_000);
});
