import { Injectable } from '@nestjs/common';
import { toJsonString } from '@bufbuild/protobuf';
import { CustomerChangedSchema, DealerChangedSchema, ListEventsResponseSchema, OperationsService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { OnEvent, ServiceError } from '@aftercare/messaging';
import { startTestService, type TestService } from '@aftercare/testing';
import type { EntityManager } from 'typeorm';
import { Database, defineServiceModule, txOf } from '../index.js';
import { sampleDefinition } from '../spec-support/sample.js';

let broken = true;

@Injectable()
class Listener {
  @OnEvent(CustomerChangedSchema)
  async changed(_event: unknown, em: EntityManager): Promise<void> {
    if (broken) throw new ServiceError('failed_precondition', 'BROKEN', 'It does not work yet.');
    await txOf(em).audit({ action: 'heard', kind: 'sample', id: 'x' });
  }
}

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ ...sampleDefinition, module: defineServiceModule({ name: 'sample', providers: [Listener] }) });
});
afterAll(() => service.stop());

const as = (role: 'admin' | 'auditor' | 'service_clerk' | 'dealer_manager') => service.client(OperationsService, service.ctx({ role }));
const EVENT = CustomerChangedSchema.typeName;
const heard = async () => (await service.sql(`select from audit_entry where action = 'heard'`)).length;

async function deadLetter(eventId: string): Promise<string> {
  await service.publish(CustomerChangedSchema, {}, { eventId });
  for (;;) {
    const { items } = await as('auditor').listDeadLetters({ state: 'open' });
    const found = items.find((letter) => letter.eventId === eventId);
    if (found) return found.id;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('an event that fails for good is listed, replayed by the admin with one effect, and noted in the audit trail', async () => {
  broken = true;
  const eventId = newId();
  const id = await deadLetter(eventId);
  const before = await heard();
  await expect(as('admin').replayDeadLetter({ id })).rejects.toMatchObject({ reason: 'REPLAY_FAILED' });
  broken = false;
  expect(await as('admin').replayDeadLetter({ id })).toMatchObject({ state: 'replayed' });
  expect(await as('admin').replayDeadLetter({ id })).toMatchObject({ state: 'replayed' });
  await service.publish(CustomerChangedSchema, {}, { eventId });
  await service.drain();
  expect(await heard()).toBe(before + 1);
  await expect(as('admin').discardDeadLetter({ id, reason: 'too late' })).rejects.toMatchObject({ reason: 'DEAD_LETTER_CLOSED' });
  const { items } = await as('auditor').listAudit({ documentId: id });
  expect(items.every((entry) => entry.action === 'replay' && entry.kind === 'dead_letter')).toBe(true);
});

it('a dead letter is discarded with a reason, and only then', async () => {
  broken = true;
  const id = await deadLetter(newId());
  await expect(as('admin').discardDeadLetter({ id, reason: ' ' })).rejects.toMatchObject({ code: 'invalid_argument' });
  expect(await as('admin').discardDeadLetter({ id, reason: 'sent by mistake' })).toMatchObject({ state: 'discarded' });
  expect((await as('admin').listDeadLetters({ state: 'discarded' })).items[0]).toMatchObject({ id, closedNote: expect.stringContaining('sent by mistake') as string });
  await expect(as('admin').listDeadLetters({ state: 'lost' })).rejects.toMatchObject({ code: 'invalid_argument' });
});

it('X-4: a dead letter is closed together with its entry in the audit trail, or not at all', async () => {
  broken = false;
  const closing = { replay: (id: string) => as('admin').replayDeadLetter({ id }), discard: (id: string) => as('admin').discardDeadLetter({ id, reason: 'sent by mistake' }) };
  for (const [action, close] of Object.entries(closing)) {
    broken = true;
    const id = await deadLetter(newId());
    broken = false;
    const before = await heard();
    await service.sql(`alter table audit_entry add constraint refused check (kind <> 'dead_letter') not valid`);
    await expect(close(id)).rejects.toBeDefined();
    await service.sql('alter table audit_entry drop constraint refused');
    expect((await as('auditor').listDeadLetters({ state: 'open' })).items.map((letter) => letter.id)).toContain(id);
    expect(await heard()).toBe(before);
    await close(id);
    await close(id);
    expect((await as('auditor').listAudit({ documentId: id })).items).toEqual([expect.objectContaining({ action, kind: 'dead_letter', role: 'admin' })]);
  }
});

it('dead letters are the admin’s, the auditor reads, nobody else does either', async () => {
  const id = newId();
  for (const role of ['service_clerk', 'dealer_manager'] as const) {
    await expect(as(role).listDeadLetters({})).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(as(role).replayDeadLetter({ id })).rejects.toMatchObject({ code: 'permission_denied' });
  }
  await expect(as('auditor').replayDeadLetter({ id })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(as('auditor').discardDeadLetter({ id, reason: 'x' })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(as('admin').replayDeadLetter({ id })).rejects.toMatchObject({ code: 'not_found' });
});

it('only a service may ask which events were missed', async () => {
  broken = false;
  const [known, unknown] = [newId(), newId()];
  await service.publish(CustomerChangedSchema, {}, { eventId: known });
  await service.drain();
  const system = service.client(OperationsService, service.ctx({ role: 'system', userId: '' }));
  expect(await system.missingEvents({ eventType: EVENT, eventIds: [known, unknown] })).toMatchObject({ missingIds: [unknown] });
  await expect(as('admin').missingEvents({ eventType: EVENT, eventIds: [known] })).rejects.toMatchObject({ code: 'permission_denied' });
});

describe('B-6: what is still on its way', () => {
  const backlog = (asked: { until?: string; eventTypes?: string[] } = {}) => service.client(OperationsService, service.ctx({ role: 'system', userId: '' })).getBacklog(asked);

  it('B-6: the beginning of the oldest transaction that still runs is told on the business clock, and none when all have ended', async () => {
    const began = { at: '', end: (): void => undefined };
    const held = new Promise<void>((resolve) => { began.end = resolve; });
    const running = service.app.get(Database).command(service.ctx({ role: 'admin' }), async (tx) => {
      began.at = await tx.now();
      await held;
      return {};
    });
    const wait = () => new Promise((resolve) => setTimeout(resolve, 20));
    while (began.at === '') await wait();
    const { runningSince } = await backlog();
    expect(runningSince).not.toBe('');
    expect(runningSince <= began.at).toBe(true);
    began.end();
    await running;
    for (const until = Date.now() + 5_000; ; await wait()) {
      const { runningSince: since } = await backlog();
      if (since === '' || since > began.at) break;
      expect(Date.now()).toBeLessThan(until);
    }
  });

  it('B-6: events and dead letters count by the instant at which they were told, and by their event', async () => {
    broken = true;
    const id = await deadLetter(newId());
    const { deadLetters } = await backlog();
    expect(deadLetters).toBeGreaterThan(0);
    expect(await backlog({ eventTypes: [EVENT] })).toMatchObject({ deadLetters, otherDeadLetters: 0 });
    expect(await backlog({ eventTypes: [DealerChangedSchema.typeName] })).toMatchObject({ deadLetters: 0, otherDeadLetters: deadLetters });
    expect(await backlog({ until: '2020-01-01T00:00:00.000Z' })).toMatchObject({ deadLetters: 0, otherDeadLetters: 0 });
    await as('admin').discardDeadLetter({ id, reason: 'sent by mistake' });
    await service.sql(`insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at, lease_until) values ($1, $2, '{}', '', '', now(), now() + interval '1 hour')`, [newId(), EVENT]);
    expect((await backlog()).unsentEvents).toBe(1);
    expect((await backlog({ eventTypes: [EVENT] })).unsentEvents).toBe(1);
    expect((await backlog({ eventTypes: [DealerChangedSchema.typeName] })).unsentEvents).toBe(0);
    expect((await backlog({ until: '2020-01-01T00:00:00.000Z' })).unsentEvents).toBe(0);
    await service.sql('delete from outbox where published_at is null');
    await expect(backlog({ until: 'x' })).rejects.toMatchObject({ reason: 'INVALID_FIELD' });
  });
});

describe('the events a service has told', () => {
  const DEALER = DealerChangedSchema.typeName;
  const put = (id: string, type: string, payload: string) =>
    service.sql('insert into outbox (id, event_type, payload, request_id, traceparent, published_at, confirmed_at) values ($1, $2, $3, $4, $4, now(), now())', [id, type, payload, '']);
  // The signed issuer of a spec is the gateway, which listens to DealerChanged.
  const system = () => service.client(OperationsService, service.ctx({ role: 'system', userId: '' }));
  async function all(): Promise<{ ids: string[]; frames: number; largest: number }> {
    const found = { ids: [] as string[], frames: 0, largest: 0 };
    for (let after = ''; ;) {
      const frame = await system().listEvents({ eventTypes: [DEALER], after });
      found.ids.push(...frame.events.map(({ id }) => id));
      found.frames += 1;
      found.largest = Math.max(found.largest, toJsonString(ListEventsResponseSchema, frame).length);
      if (frame.end) return found;
      after = frame.position;
    }
  }

  it('are handed out whole and in order, in frames of at most 256 KB, also a large one and among thousands of others', async () => {
    const ids = Array.from({ length: 60 }, () => newId());
    const text = JSON.stringify({ name: '"quoted"'.repeat(700) });
    for (const id of ids) await put(id, DEALER, text);
    await service.sql(`insert into outbox (id, event_type, payload, request_id, traceparent, published_at, confirmed_at)
      select gen_random_uuid(), $1, '{}', '', '', now(), now() from generate_series(1, 4500)`, [EVENT]);
    const large = newId();
    await put(large, DEALER, JSON.stringify({ name: 'x'.repeat(150_000) }));
    const found = await all();
    expect(found.ids).toEqual([...ids, large].sort());
    expect(found.frames).toBeGreaterThan(5);
    expect(found.largest).toBeLessThan(256 * 1_024);
  });

  it('are for services that listen to them, and for no person', async () => {
    await expect(system().listEvents({ eventTypes: [EVENT] })).rejects.toMatchObject({ reason: 'NOT_A_LISTENER' });
    await expect(system().listEvents({ eventTypes: [DEALER], after: 'x' })).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(as('admin').listEvents({ eventTypes: [DEALER] })).rejects.toMatchObject({ code: 'permission_denied' });
  });
});
