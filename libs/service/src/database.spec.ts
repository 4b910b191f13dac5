import { setTimeout as sleep } from 'node:timers/promises';
import { PartsShippedSchema } from '@aftercare/contracts';
import { newId, Refusal } from '@aftercare/domain';
import type { CallContext, ServiceError } from '@aftercare/messaging';
import { expectSchemaMatchesEntities, startTestService, type TestService } from '@aftercare/testing';
import { Housekeeper } from './housekeeping.js';
import { allowLongStatements, expectVersion, planEachTime, walkInOrder, type Tx } from './index.js';
import { Sample, sampleDefinition } from './spec-support/sample.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(sampleDefinition);
});
afterAll(() => service.stop());

const insert = (tx: Tx, dealerId: string, number: string) => tx.em.insert(Sample, { id: newId(), dealerId, number, openedAt: '2026-01-01T00:00:00.000Z' });
const everything = async (number: string, requestId: string) => {
  const [row] = await service.sql<Record<string, number>>(
    `select (select count(*) from sample where number = $1)::int as rows, (select count(*) from outbox where request_id = $2)::int as events,
            (select count(*) from audit_entry where request_id = $2)::int as audit, (select count(*) from deadline where ref = $1)::int as deadlines,
            (select count(*) from idempotency where key = $1)::int as keys`,
    [number, requestId],
  );
  return row;
};

/** A command that writes one row of every kind. */
function file(ctx: CallContext, number: string, request: object = { number }, fail?: (tx: Tx) => Promise<unknown>) {
  const dealerId = ctx.dealerId ?? newId();
  return service.database.command(ctx, async (tx) => {
    await insert(tx, dealerId, number);
    await tx.announce(PartsShippedSchema, {});
    await tx.audit({ action: 'file', kind: 'sample', id: number, dealerId });
    await tx.deadline({ kind: 'spec', ref: number, dueAt: '2099-01-01T00:00:00.000Z' });
    await fail?.(tx);
    return { number, at: await tx.now() };
  }, { request, action: 'file' });
}

it('thousands of events of one transaction are all told, in their order, or none of them', async () => {
  const ctx = service.ctx();
  const numbers = Array.from({ length: 1_234 }, (_, at) => `many-${String(at).padStart(4, '0')}`);
  const tell = (fail: boolean) => service.database.command(ctx, async (tx) => {
    for (const number of numbers) await tx.announce(PartsShippedSchema, { number });
    if (fail) throw new Error('not this time');
    return {};
  });
  await expect(tell(true)).rejects.toThrow('not this time');
  await tell(false);
  const told = await service.sql<{ number: string }>(`select payload::json->>'number' as number from outbox where request_id = $1 order by id`, [ctx.requestId]);
  expect(told.map(({ number }) => number)).toEqual(numbers);
});

describe('values', () => {
  it('answers instants as ISO text, dates and amounts as strings, through entities and statements alike', async () => {
    const dealerId = newId();
    const ctx = service.dealerCtx(dealerId);
    const { id, now } = await service.database.command(ctx, async (tx) => {
      const sample = tx.em.create(Sample, { dealerId, number: 'S-1', openedAt: await tx.now(), dueOn: '2026-02-28', amount: '12.50' });
      await tx.em.save(sample);
      return { id: sample.id, now: await tx.now() };
    });
    expect(now).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const found = await service.database.read(ctx, (tx) => tx.em.findOneByOrFail(Sample, { id }));
    expect(found).toMatchObject({ openedAt: now, dueOn: '2026-02-28', amount: '12.50', version: 1 });
    const row = await service.database.one(ctx, { name: 'spec_one', text: 'select opened_at, due_on, amount, iso(opened_at) as text from sample where id = $1', values: [id] });
    expect(row).toEqual({ opened_at: now, due_on: '2026-02-28', amount: '12.50', text: now });
  });

  it('entities and migrated schema agree', () => expectSchemaMatchesEntities(service.dataSource));

  it('moves business time, and only business time', async () => {
    const before = Date.parse(await service.now());
    await service.moveClock('24h');
    expect(Date.parse(await service.now()) - before).toBeGreaterThanOrEqual(24 * 3_600_000);
    await service.moveClock('2027-03-01T00:00:00.000Z');
    const { now } = await service.database.command(service.ctx(), async (tx) => ({ now: await tx.now() }));
    expect(now.slice(0, 16)).toBe('2027-03-01T00:00');
    await service.moveClock('-1d');
    expect((await service.now()).slice(0, 10)).toBe('2027-02-28');
  });
});

describe('one transaction', () => {
  it('commits rows, events, audit, deadlines and key together', async () => {
    const ctx = service.ctx({ idempotencyKey: 'together' });
    await file(ctx, 'together');
    expect(await everything('together', ctx.requestId)).toEqual({ rows: 1, events: 1, audit: 1, deadlines: 1, keys: 1 });
  });

  it('a failure leaves nothing', async () => {
    const ctx = service.ctx({ idempotencyKey: 'nothing' });
    await expect(file(ctx, 'nothing', {}, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await everything('nothing', ctx.requestId)).toEqual({ rows: 0, events: 0, audit: 0, deadlines: 0, keys: 0 });
  });

  it('a statement error that was swallowed does not pass for a commit', async () => {
    const ctx = service.ctx();
    const swallow = (tx: Tx) => tx.em.query('select 1/0').catch(() => undefined);
    await expect(file(ctx, 'swallowed', {}, swallow)).rejects.toMatchObject({ code: 'internal' });
    expect(await everything('swallowed', ctx.requestId)).toMatchObject({ rows: 0, events: 0 });
  });

  it('save() inside a command does not commit on its own', async () => {
    const dealerId = newId();
    await expect(
      service.database.command(service.ctx(), async (tx) => {
        await tx.em.save(tx.em.create(Sample, { dealerId, number: 'save-1', openedAt: await tx.now() }));
        throw new Error('after save');
      }),
    ).rejects.toThrow('after save');
    expect(await service.sql(`select from sample where number = 'save-1'`)).toHaveLength(0);
  });

  it('reads of one transaction see one moment', async () => {
    const seen = await service.database.read(service.ctx(), async (tx) => {
      const before = await tx.em.countBy(Sample, { number: 'meanwhile' });
      await service.database.command(service.ctx(), async (other) => ({ result: await insert(other, newId(), 'meanwhile') }));
      return [before, await tx.em.countBy(Sample, { number: 'meanwhile' })];
    });
    expect(seen).toEqual([0, 0]);
    expect(await service.sql(`select 1 from sample where number = 'meanwhile'`)).toHaveLength(1);
  });

  it('reads cannot write', async () => {
    await expect(service.database.read(service.ctx(), (tx) => insert(tx, newId(), 'read-only'))).rejects.toThrow();
    await expect(service.database.one(service.ctx(), { name: 'spec_write', text: `delete from sample`, values: [] })).rejects.toThrow();
  });

  it('tells database errors by reason, without SQL or values', async () => {
    const dealerId = newId();
    await service.database.command(service.ctx(), async (tx) => insert(tx, dealerId, 'unique').then(() => ({})));
    const refused = await service.database.command(service.ctx(), async (tx) => insert(tx, dealerId, 'unique').then(() => ({}))).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'already_exists', reason: 'ALREADY_EXISTS', details: { constraint: 'sample_number_key' } });
    expect(JSON.stringify(refused)).not.toContain('insert');
    const negative = service.database.command(service.ctx(), (tx) => tx.em.insert(Sample, { id: newId(), dealerId, number: 'negative', openedAt: '2026-01-01T00:00:00Z', amount: '-1' }).then(() => ({})));
    await expect(negative).rejects.toMatchObject({ code: 'failed_precondition', reason: 'CONSTRAINT_VIOLATED' });
    const slow = service.database.command(service.ctx(), async (tx) => tx.em.query('select pg_sleep(3)').then(() => ({})));
    await expect(slow).rejects.toMatchObject({ code: 'unavailable', reason: 'STATEMENT_TIMEOUT' });
  });

  it('does contended work again: two transactions that deadlock both succeed', async () => {
    const [first, second] = [newId(), newId()];
    for (const [id, number] of [[first, 'dead-1'], [second, 'dead-2']]) {
      await service.sql('insert into sample (id, dealer_id, number) values ($1, $1, $2)', [id, number]);
    }
    const touch = (tx: Tx, id: string) => tx.em.query('update sample set version = version + 1 where id = $1', [id]);
    const both = async (one: string, other: string) =>
      service.database.command(service.ctx(), async (tx) => {
        await touch(tx, one);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await touch(tx, other);
        return {};
      });
    await service.sql('alter system set deadlock_timeout = 200');
    await service.sql('select pg_reload_conf()');
    await Promise.all([both(first, second), both(second, first)]);
    const rows = await service.sql<{ version: number }>('select version from sample where id = any($1)', [[first, second]]);
    expect(rows.map((row) => row.version)).toEqual([3, 3]);
  });

  it('waits once more for a lock that others queue for, while its caller has the time', async () => {
    const id = newId();
    await service.sql('insert into sample (id, dealer_id, number) values ($1, $1, $2)', [id, 'queue']);
    const touch = (ctx: CallContext) => service.database.command(ctx, async (tx) => {
      await tx.em.query('update sample set version = version + 1 where id = $1', [id]);
      return {};
    });
    const held = (ms: number) => service.database.command(service.ctx(), async (tx) => {
      await tx.em.query('select from sample where id = $1 for update', [id]);
      await sleep(ms);
      return {};
    });
    const whileHeld = async (ms: number, leftMs: number) => {
      const holder = held(ms);
      await sleep(100);
      const done = await touch(service.ctx({ deadlineAtMs: Date.now() + leftMs })).then(() => 'done', (error: ServiceError) => error.reason);
      await holder;
      return done;
    };
    expect(await whileHeld(1_500, 10_000)).toBe('done');
    expect(await whileHeld(1_500, 2_000)).toBe('LOCK_TIMEOUT');
    expect(await whileHeld(2_600, 10_000)).toBe('LOCK_TIMEOUT');
    expect(await service.sql('select version from sample where id = $1', [id])).toEqual([{ version: 2 }]);
  });

  it('a connection that is cut is unavailable, and the pool is whole afterwards', async () => {
    const cut = service.database.command(service.ctx(), async (tx) => {
      const [{ pid }] = await tx.em.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await service.sql('select pg_terminate_backend($1)', [pid]);
      await insert(tx, newId(), 'cut');
      return {};
    });
    await expect(cut).rejects.toMatchObject({ code: 'unavailable', reason: 'DATABASE_UNAVAILABLE' });
    const many = Array.from({ length: 12 }, (_, index) => file(service.ctx(), `whole-${index}`));
    await expect(Promise.all(many)).resolves.toHaveLength(12);
  });

  it('works for nobody who no longer waits', async () => {
    const late = service.ctx({ deadlineAtMs: Date.now() - 1 });
    await expect(file(late, 'late')).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await expect(service.database.many(late, { name: 'spec_late', text: 'select 1', values: [] })).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(await service.sql(`select from sample where number = 'late'`)).toHaveLength(0);
  });

  it('X-8: refuses a version that is no longer the present one, with the present state', () => {
    expect(() => expectVersion({ version: 3 }, 3)).not.toThrow();
    expect(() => expectVersion({ version: 3 }, 2, { state: 'filed' })).toThrow(
      expect.objectContaining({ code: 'aborted', reason: 'STALE_VERSION', details: { expected: 2, present: { version: 3, state: 'filed' } } }),
    );
  });
});

it('a transaction may ask for longer statements, as long as its caller waits, for plans of their values and for walks along an index, only for itself', async () => {
  const limitOf = (ms: number | undefined, ctx = service.ctx()) => service.database.read(ctx, async (tx) => {
    await allowLongStatements(tx, ms);
    await planEachTime(tx);
    await walkInOrder(tx);
    const [{ limit, mode, collects }] = await tx.sql<{ limit: number; mode: string; collects: string }>({
      name: 'spec_limit', text: `select setting::int as limit, current_setting('plan_cache_mode') as mode, current_setting('enable_bitmapscan') as collects from pg_settings where name = 'statement_timeout'`, values: [],
    });
    expect([mode, collects]).toEqual(['force_custom_plan', 'off']);
    return limit;
  });
  expect(await limitOf(120_000)).toBe(120_000);
  const left = await limitOf(undefined, { ...service.ctx(), deadlineAtMs: Date.now() + 20_000 });
  expect(left).toBeGreaterThan(15_000);
  expect(left).toBeLessThanOrEqual(20_000);
  const after = { name: 'spec_limit_after', text: `select current_setting('statement_timeout') as limit, current_setting('plan_cache_mode') as mode, current_setting('enable_bitmapscan') as collects`, values: [] };
  expect(await service.database.many(service.ctx(), after)).toEqual([{ limit: '2s', mode: 'auto', collects: 'on' }]);
});

it('what has served its time goes: old keys and uploads that nobody started', async () => {
  const ctx = service.ctx({ idempotencyKey: 'young' });
  await file(ctx, 'young');
  await service.sql(`insert into idempotency (user_id, method, key, request_hash, created_at) select 'u', 'm', n::text, '', now() - interval '8 days' from generate_series(1, 6000) n`);
  await service.sql(`insert into job (id, kind, state, options, dry_run, file_name, user_id, caller, created_at)
    select gen_random_uuid(), 'k', state, '{}', false, '', '', '{}', now() - interval '2 days' from unnest(array['staging', 'done']) state`);
  expect(await new Housekeeper(service.dataSource).tidy()).toBe(6_001);
  expect(await service.sql(`select from idempotency where key = 'young'`)).toHaveLength(1);
  expect(await service.sql('select state from job')).toEqual([{ state: 'done' }]);
});

describe('X-8: the same key gives the same answer', () => {
  it('50 parallel posts have one effect and one answer', async () => {
    const ctx = service.ctx({ idempotencyKey: 'fifty' });
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => file(ctx, 'fifty')));
    const given = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value);
    expect(given.length).toBeGreaterThan(0);
    expect(new Set(given.map((answer) => JSON.stringify(answer))).size).toBe(1);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ reason: 'IDEMPOTENCY_IN_PROGRESS' });
    expect(await everything('fifty', ctx.requestId)).toEqual({ rows: 1, events: 1, audit: 1, deadlines: 1, keys: 1 });
  });

  it('another body is refused, another user or another action is independent', async () => {
    const ctx = service.ctx({ idempotencyKey: 'body' });
    await file(ctx, 'body-1', { quantity: 1, unit: 'piece' });
    await expect(file(ctx, 'body-2', { quantity: 2, unit: 'piece' })).rejects.toMatchObject({ code: 'invalid_argument', reason: 'IDEMPOTENCY_KEY_REUSED' });
    await expect(file(ctx, 'body-3', { unit: 'piece', quantity: 1 })).resolves.toMatchObject({ number: 'body-1' });
    await expect(file({ ...ctx, userId: newId() }, 'body-4', { quantity: 2 })).resolves.toMatchObject({ number: 'body-4' });
    await expect(service.database.command(ctx, () => Promise.resolve({ other: true }), { action: 'other' })).resolves.toEqual({ other: true });
    expect(await service.sql(`select from sample where number in ('body-2', 'body-3')`)).toHaveLength(0);
  });

  it('work outside of the transaction asks first whether its command was done, and with the same request', async () => {
    const ctx = service.ctx({ idempotencyKey: 'asked' });
    const asked = (request: object, of = ctx) => service.database.answered(of, { request, action: 'file' });
    expect(await asked({ quantity: 1 })).toBeNull();
    const answer = await file(ctx, 'asked', { quantity: 1 });
    expect(await asked({ quantity: 1 })).toEqual(answer);
    await expect(asked({ quantity: 2 })).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
    expect([await asked({ quantity: 1 }, { ...ctx, userId: newId() }), await asked({ quantity: 1 }, { ...ctx, idempotencyKey: undefined })]).toEqual([null, null]);
  });

  it('while its twin is at work the second one is told so', async () => {
    const ctx = service.ctx({ idempotencyKey: 'twin' });
    const slow = file(ctx, 'twin', {}, () => new Promise((resolve) => setTimeout(resolve, 1_500)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(file(ctx, 'twin', {})).rejects.toMatchObject({ code: 'aborted', reason: 'IDEMPOTENCY_IN_PROGRESS' });
    await expect(slow).resolves.toMatchObject({ number: 'twin' });
    await expect(file(ctx, 'twin', {})).resolves.toEqual(await slow);
  });

  describe('with what is asked for alongside its beginning', () => {
    const COUNT = { name: 'spec_alongside', text: `select count(*)::int as samples, current_setting('app.dealers') as dealers, (select count(*)::int from idempotency where key = $1) as keys from sample where number = $1` };
    const count = async (tx: Tx, number: string) => (await tx.sql<{ samples: number; dealers: string; keys: number }>({ ...COUNT, values: [number] }))[0];
    const beside = (ctx: CallContext, number: string, alongside: (tx: Tx) => Promise<unknown>) => service.database.command(ctx, async (tx, found) => {
      await insert(tx, ctx.dealerId ?? newId(), number);
      return { found };
    }, { request: { number }, action: 'beside', alongside });

    it('the work is handed what was found under its tenancy and after its key, and a repetition the first answer', async () => {
      const ctx = { ...service.dealerCtx(newId()), idempotencyKey: 'found' };
      const found = { samples: 0, dealers: ctx.dealerId, keys: 1 };
      expect(await beside(ctx, 'found', (tx) => count(tx, 'found'))).toEqual({ found });
      expect(await beside(ctx, 'found', (tx) => count(tx, 'found'))).toEqual({ found });
      expect(await service.sql(`select from sample where number = 'found'`)).toHaveLength(1);
    });

    it('what is refused or fails alongside leaves nothing, and a repetition has the first answer all the same', async () => {
      const ctx = { ...service.dealerCtx(newId()), idempotencyKey: 'refused' };
      const refuse = () => Promise.reject(new Refusal('failed_precondition', 'NOT_NOW', 'Not now.'));
      const fail = (tx: Tx) => tx.sql({ name: 'spec_fails', text: 'select 1 / count(*) from sample where false', values: [] });
      await expect(beside(ctx, 'refused', refuse)).rejects.toMatchObject({ reason: 'NOT_NOW' });
      await expect(beside(ctx, 'refused', fail)).rejects.toMatchObject({ code: '22012' });
      expect(await service.sql(`select from idempotency where key = 'refused'`)).toHaveLength(0);
      const first = await beside(ctx, 'refused', () => Promise.resolve('now'));
      for (const alongside of [refuse, fail]) expect(await beside(ctx, 'refused', alongside)).toEqual(first);
      expect(await service.sql(`select from sample where number = 'refused'`)).toHaveLength(1);
      expect(await beside(service.dealerCtx(newId()), 'after', () => Promise.resolve('whole'))).toEqual({ found: 'whole' });
    });
  });

  it('a process killed before its commit leaves the key free, and the retry has the one effect', async () => {
    const ctx = service.ctx({ idempotencyKey: 'killed' });
    const die = async (tx: Tx) => {
      const [{ pid }] = await tx.em.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await service.sql('select pg_terminate_backend($1)', [pid]);
    };
    await expect(file(ctx, 'killed', {}, die)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await everything('killed', ctx.requestId)).toEqual({ rows: 0, events: 0, audit: 0, deadlines: 0, keys: 0 });
    await expect(file(ctx, 'killed', {})).resolves.toMatchObject({ number: 'killed' });
    expect(await everything('killed', ctx.requestId)).toEqual({ rows: 1, events: 1, audit: 1, deadlines: 1, keys: 1 });
  });
});
