import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@aftercare/domain';
import { HEADER, type ServiceError } from '../index.js';
import {
  deleteStream, effectListener, EVENT, eventHeaders, newNamespace, openService, publishEvent, publishRaw, ready, stopAll, togetherEffects, until,
} from '../spec/harness.js';
import type { SpecService } from '../spec/harness.js';

const namespace = newNamespace();
const ACK_WAIT_MS = 1_500;
let listener: SpecService;
const failuresLeft = new Map<string, number>();
let calls: string[] = [];

async function misbehave(customerId: string): Promise<void> {
  calls.push(customerId);
  if (customerId.startsWith('slow')) await sleep(ACK_WAIT_MS * 3);
  const left = failuresLeft.get(customerId) ?? 0;
  failuresLeft.set(customerId, left - 1);
  if (left > 0) throw new Error(`not yet: ${left}`);
}

beforeAll(async () => {
  listener = await openService({
    name: 'listener', namespace, events: [effectListener(misbehave)], tuning: { ackWaitMs: ACK_WAIT_MS },
  });
  listener.messaging.start();
  await ready(listener);
});

afterAll(async () => {
  await deleteStream(listener);
  await stopAll();
});

beforeEach(() => {
  calls = [];
});

const had = async (customerId: string): Promise<boolean> => (await listener.effects())[customerId] !== undefined;

describe('delivery', () => {
  it('twice and more has one effect', async () => {
    const [eventId, customerId] = [newId(), newId()];
    for (let times = 0; times < 5; times++) await publishEvent(listener, eventId, { customerId });
    const marker = newId();
    await publishEvent(listener, newId(), { customerId: marker });
    await until(() => had(marker));
    expect((await listener.effects())[customerId]).toBe(1);
    expect(await listener.count(`inbox where event_id = '${eventId}'`)).toBe(1);
  });

  it('to two processes at the same time has one effect', async () => {
    const twin = await openService({
      name: 'listener', namespace, database: listener.database, events: [effectListener(misbehave)], tuning: { ackWaitMs: ACK_WAIT_MS },
    });
    twin.messaging.start();
    await ready(twin);
    const events = Array.from({ length: 40 }, () => ({ eventId: newId(), customerId: newId() }));
    for (const { eventId, customerId } of [...events, ...events]) await publishEvent(listener, eventId, { customerId });
    await until(async () => (await Promise.all(events.map((event) => had(event.customerId)))).every(Boolean));
    await sleep(300);
    await twin.stop();
    const effects = await listener.effects();
    expect(events.map((event) => effects[event.customerId])).toEqual(events.map(() => 1));
  });

  it('three times in another order has the effects of one delivery in order', async () => {
    const events = Array.from({ length: 30 }, () => ({ eventId: newId(), customerId: newId() }));
    const shuffled = [...events, ...events, ...events].map((event, index) => ({ event, at: (index * 37) % 90 })).sort((a, b) => a.at - b.at);
    for (const { event } of shuffled) await publishEvent(listener, event.eventId, { customerId: event.customerId });
    await until(async () => (await Promise.all(events.map((event) => had(event.customerId)))).every(Boolean));
    await sleep(300);
    const effects = await listener.effects();
    expect(events.map((event) => effects[event.customerId])).toEqual(events.map(() => 1));
  });

  it('that fails comes again until it succeeds, and leaves nothing of the failures', async () => {
    const customerId = newId();
    failuresLeft.set(customerId, 3);
    await publishEvent(listener, newId(), { customerId });
    await until(() => had(customerId));
    expect(calls.filter((call) => call === customerId)).toHaveLength(4);
    expect((await listener.effects())[customerId]).toBe(1);
    expect(await listener.count(`dead_letter where event_id is not null`)).toBe(0);
  });

  it('to a handler slower than the broker waits is not repeated meanwhile', async () => {
    const customerId = `slow ${newId()}`;
    const behind = newId();
    await publishEvent(listener, newId(), { customerId });
    await publishEvent(listener, newId(), { customerId: behind });
    await until(() => had(behind), 15_000);
    await sleep(ACK_WAIT_MS);
    expect(calls.filter((call) => call === customerId)).toHaveLength(1);
    expect((await listener.effects())[customerId]).toBe(1);
  }, 30_000);
});

describe('events heard together', () => {
  let together: SpecService;
  let transactions: string[][] = [];
  let first: Promise<void> | undefined;

  beforeAll(async () => {
    together = await openService({
      name: 'together', namespace: newNamespace(), tuning: { ackWaitMs: ACK_WAIT_MS, retryMs: [50] },
      events: [togetherEffects(async (customerIds) => {
        transactions.push(customerIds);
        await first;
        if (customerIds.some((id) => id.startsWith('bad'))) throw new Error('bad');
      })],
    });
    together.messaging.start();
    await ready(together);
  });
  afterAll(() => deleteStream(together));
  beforeEach(() => {
    transactions = [];
  });

  /** Publishes while an event is in work, so that what is published waits together. */
  async function behindOne(publish: () => Promise<void>): Promise<void> {
    let go = (): void => undefined;
    first = new Promise((resolve) => (go = resolve));
    await publishEvent(together, newId(), { customerId: newId() });
    await until(async () => transactions.length === 1);
    await publish();
    await sleep(300);
    go();
    first = undefined;
  }

  const published = (customerIds: readonly string[]): Promise<void> => behindOne(async () => {
    for (const customerId of customerIds) await publishEvent(together, newId(), { customerId });
  });

  it('are handled in few transactions, each once', async () => {
    const customerIds = Array.from({ length: 12 }, () => newId());
    await published(customerIds);
    await until(async () => (await together.count('inbox')) === 13);
    expect(transactions.length).toBeLessThan(5);
    const effects = await together.effects();
    expect(customerIds.map((id) => effects[id])).toEqual(customerIds.map(() => 1));
  });

  it('the same event twice among them has one effect', async () => {
    const [eventId, customerId] = [newId(), newId()];
    await behindOne(async () => {
      for (let times = 0; times < 3; times += 1) await publishEvent(together, eventId, { customerId });
    });
    await until(async () => (await together.effects())[customerId] === 1);
    await sleep(300);
    expect((await together.effects())[customerId]).toBe(1);
    expect(transactions.flat().filter((id) => id === customerId)).toHaveLength(1);
  });

  it('one that fails takes no other along: it alone becomes a dead letter, and of its failures nothing is left', async () => {
    const customerIds = Array.from({ length: 6 }, () => newId());
    const bad = `bad ${newId()}`;
    await published([...customerIds.slice(0, 3), bad, ...customerIds.slice(3)]);
    await until(async () => (await together.count(`dead_letter where state = 'open'`)) === 1, 10_000);
    await until(async () => {
      const effects = await together.effects();
      return customerIds.every((id) => effects[id] === 1);
    });
    expect((await together.effects())[bad]).toBeUndefined();
    expect(transactions.some((ids) => ids.length > 1 && ids.includes(bad))).toBe(true);
  });

  it('an unreadable one among them is a dead letter, the others are handled', async () => {
    const before = await together.count('dead_letter');
    const customerIds = [newId(), newId()];
    await behindOne(async () => {
      await publishEvent(together, newId(), { customerId: customerIds[0] });
      await publishRaw(together, '{bad', eventHeaders(newId()));
      await publishEvent(together, newId(), { customerId: customerIds[1] });
    });
    await until(async () => (await together.count('dead_letter')) === before + 1);
    await until(async () => {
      const effects = await together.effects();
      return customerIds.every((id) => effects[id] === 1);
    });
  });
});

describe('poison', () => {
  const good = JSON.stringify({ customerId: 'x' });
  const withHeader = (name: string, value: string): ReturnType<typeof eventHeaders> => {
    const headers = eventHeaders(newId());
    headers.set(name, value);
    return headers;
  };
  const kinds: [string, Uint8Array | string, ReturnType<typeof eventHeaders> | undefined][] = [
    ['bad JSON', '{bad', eventHeaders(newId())],
    ['an empty body', '', eventHeaders(newId())],
    ['bytes that are no text', Uint8Array.from([0xff, 0xfe, 0x00, 0x01]), eventHeaders(newId())],
    ['wrong types', '{"customerId":{"a":1}}', eventHeaders(newId())],
    ['a huge wrong value', `{"customerId":[${'1,'.repeat(300_000)}1]}`, eventHeaders(newId())],
    ['deep nesting', `{"customerId":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, eventHeaders(newId())],
    ['a prototype', '{"__proto__":{"customerId":"x"},"constructor":1,"customerId":7}', eventHeaders(newId())],
    ['an array', '[]', eventHeaders(newId())],
    ['a number', '42', eventHeaders(newId())],
    ['no headers', good, undefined],
    ['a bad event id', good, withHeader(HEADER.eventId, 'not-an-id')],
    ['a bad time', good, withHeader(HEADER.occurredAt, 'yesterday')],
    ['a text with a null character', '{"customerId":"a\\u0000b"}', eventHeaders(newId())],
  ];

  it.each(kinds)('of the kind "%s" becomes a dead letter at once and stops nothing', async (_kind, body, headers) => {
    const before = await listener.count('dead_letter');
    const startedAtMs = Date.now();
    await publishRaw(listener, body, headers);
    const customerId = newId();
    await publishEvent(listener, newId(), { customerId });
    await until(() => had(customerId), 5_000);
    await until(async () => (await listener.count('dead_letter')) === before + 1, 8_000);
    expect(Date.now() - startedAtMs).toBeLessThan(10_000);
  });

  it('unknown fields are of a newer teller and are no poison', async () => {
    const customerId = newId();
    await publishRaw(listener, JSON.stringify({ customerId, newField: { deep: [1] } }), eventHeaders(newId()));
    await until(() => had(customerId));
  });

  it('an event that always fails is tried five times, then it is a dead letter and the next one is handled', async () => {
    const [eventId, customerId, next] = [newId(), newId(), newId()];
    failuresLeft.set(customerId, 1_000);
    await publishEvent(listener, eventId, { customerId });
    await until(async () => (await listener.count(`dead_letter where event_id = '${eventId}'`)) === 1);
    await publishEvent(listener, newId(), { customerId: next });
    await until(() => had(next), 5_000);
    await sleep(ACK_WAIT_MS * 2);
    expect(calls.filter((call) => call === customerId)).toHaveLength(5);
    expect(await had(customerId)).toBe(false);
    const { items } = await listener.messaging.deadLetters.list({ state: 'open', limit: 1 });
    expect(items[0]).toMatchObject({ eventId, attempts: 5, consumer: 'listener-CustomerAnonymised', error: expect.stringContaining('not yet') as string });
  });
});

describe('a dead letter', () => {
  const reasonOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: ServiceError) => error.reason);

  async function newDeadLetter(): Promise<{ id: string; customerId: string; eventId: string }> {
    const [eventId, customerId] = [newId(), newId()];
    failuresLeft.set(customerId, 5);
    await publishEvent(listener, eventId, { customerId });
    await until(async () => (await listener.count(`dead_letter where event_id = '${eventId}'`)) === 1);
    const [{ id }] = await listener.database.query<{ id: string }[]>(`select id from dead_letter where event_id = $1`, [eventId]);
    return { id, customerId, eventId };
  }

  it('replayed twice, also at once, has one effect', async () => {
    const { id, customerId } = await newDeadLetter();
    const letters = listener.messaging.deadLetters;
    expect(await Promise.all([letters.replay(id, 'admin'), letters.replay(id, 'admin')])).toEqual(['replayed', 'replayed']);
    expect(await letters.replay(id, 'admin')).toBe('replayed');
    expect((await listener.effects())[customerId]).toBe(1);
    expect(await reasonOf(letters.discard(id, 'admin', 'late'))).toBe('DEAD_LETTER_CLOSED');
  });

  it('whose event had its effect meanwhile changes nothing when replayed', async () => {
    const { id, customerId, eventId } = await newDeadLetter();
    await publishEvent(listener, eventId, { customerId });
    await until(() => had(customerId));
    expect(await listener.messaging.deadLetters.replay(id, 'admin')).toBe('replayed');
    expect((await listener.effects())[customerId]).toBe(1);
  });

  it('that fails again stays open', async () => {
    const { id, customerId } = await newDeadLetter();
    failuresLeft.set(customerId, 1);
    expect(await reasonOf(listener.messaging.deadLetters.replay(id, 'admin'))).toBe('REPLAY_FAILED');
    expect(await had(customerId)).toBe(false);
    expect(await listener.messaging.deadLetters.replay(id, 'admin')).toBe('replayed');
  });

  it('is discarded with a reason, and replayed all the same when it turns out to be missing', async () => {
    const { id, customerId } = await newDeadLetter();
    expect(await listener.messaging.deadLetters.discard(id, 'admin', 'wrong test data')).toBe('discarded');
    expect(await had(customerId)).toBe(false);
    const { items } = await listener.messaging.deadLetters.list({ state: 'discarded' });
    expect(items[0]).toMatchObject({ id, closedNote: 'by admin: wrong test data' });
    expect(await listener.messaging.deadLetters.replay(id, 'another')).toBe('replayed');
    expect((await listener.effects())[customerId]).toBe(1);
    const [replayed] = (await listener.messaging.deadLetters.list({ state: 'replayed' })).items.filter((letter) => letter.id === id);
    expect(replayed.closedNote).toBe('by admin: wrong test data; by another');
  });

  it('that nobody knows is not found', async () => {
    expect(await reasonOf(listener.messaging.deadLetters.replay(newId(), 'admin'))).toBe('NOT_FOUND');
    expect(await reasonOf(listener.messaging.deadLetters.replay('nonsense', 'admin'))).toBe('NOT_FOUND');
  });

  it('is listed in pages, newest first', async () => {
    const first = await listener.messaging.deadLetters.list({ limit: 3 });
    const second = await listener.messaging.deadLetters.list({ limit: 3, cursor: first.nextCursor });
    const all = await listener.messaging.deadLetters.list({ limit: 6 });
    expect([...first.items, ...second.items].map((item) => item.id)).toEqual(all.items.map((item) => item.id));
    expect(await reasonOf(listener.messaging.deadLetters.list({ cursor: 'xx' }))).toBe('INVALID_CURSOR');
  });

  it('counts as arrived, so that it is not sent again', async () => {
    const { eventId } = await newDeadLetter();
    const other = newId();
    expect(await listener.messaging.inbox.missing(EVENT.typeName, [eventId, other])).toEqual([other]);
  });
});
