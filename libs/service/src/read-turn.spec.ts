import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { startTestService, type TestService } from '@aftercare/testing';
import { sampleDefinition } from './spec-support/sample.js';

let service: TestService;
const [dealer, stranger] = [newId(), newId()];
const [own, ownToo, foreign] = [newId(), newId(), newId()];

beforeAll(async () => {
  service = await startTestService(sampleDefinition);
  for (const [id, dealerId] of [[own, dealer], [ownToo, dealer], [foreign, stranger]]) {
    await service.sql('insert into sample (id, dealer_id, number) values ($1, $2, $3)', [id, dealerId, `S-${id}`]);
  }
});
afterAll(() => service.stop());

interface Found {
  id: string;
  together: number;
  at: string;
}

const byId = (ctx: CallContext, id: string) =>
  service.database.byId<Found>(ctx, { name: 'spec_by_id', text: 'select id, array_length($1::uuid[], 1) as together, now()::text as at from sample where id = any($1::uuid[])', values: [] }, id);
const ids = (ctx: CallContext, number = '%') =>
  service.database.many<Found>(ctx, { name: 'spec_ids', text: 'select id, now()::text as at from sample where number like $1 order by id', values: [number] });
const divided = (ctx: CallContext, by: number) =>
  service.database.one<{ result: number }>(ctx, { name: 'spec_divided', text: 'select 12 / $1::int as result', values: [by] });
const asDealer = () => service.dealerCtx(dealer);
const asStranger = () => service.dealerCtx(stranger);

describe('reads of one turn', () => {
  it('share a transaction, and each sees the rows of its own caller', async () => {
    const [first, second, all, firstAgain] = await Promise.all([ids(asDealer()), ids(asStranger()), ids(service.ctx()), ids(asDealer())]);
    expect(first.map(({ id }) => id)).toEqual([own, ownToo].sort());
    expect(second.map(({ id }) => id)).toEqual([foreign]);
    expect(all).toHaveLength(3);
    expect(firstAgain.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(new Set([first, second, all, firstAgain].map((rows) => rows[0].at)).size).toBe(1);
  });

  it('of other values get their own rows', async () => {
    const [one, other, none] = await Promise.all([ids(service.ctx(), `S-${own}`), ids(service.ctx(), `S-${foreign}`), ids(service.ctx(), 'nothing')]);
    expect([one, other, none].map((rows) => rows.map(({ id }) => id))).toEqual([[own], [foreign], []]);
  });

  it('leave the tenancy of none behind on the connection', async () => {
    await Promise.all(Array.from({ length: 40 }, () => ids(service.ctx())));
    expect(await ids(service.ctx({ role: 'customer' }))).toEqual([]);
  });

  it('have one plan, or one each time, where they say so, and that leaves nothing behind either', async () => {
    const mode = (onePlan?: boolean, planEachTime?: boolean) =>
      service.database.one<{ mode: string }>(asDealer(), { name: `spec_mode_${onePlan}_${planEachTime}`, text: `select current_setting('plan_cache_mode') as mode`, values: [], onePlan, planEachTime });
    for (let time = 0; time < 10; time++) {
      expect(await mode(true)).toEqual({ mode: 'force_generic_plan' });
      expect(await mode()).toEqual({ mode: 'auto' });
      expect(await mode(false, true)).toEqual({ mode: 'force_custom_plan' });
    }
  });

  it('fail each for itself: the others are answered', async () => {
    const [before, wrong, after, unlike] = await Promise.allSettled([divided(asDealer(), 3), divided(asDealer(), 0), divided(asStranger(), 4), ids(asDealer())]);
    expect(before).toMatchObject({ status: 'fulfilled', value: { result: 4 } });
    expect(wrong.status).toBe('rejected');
    expect(after).toMatchObject({ status: 'fulfilled', value: { result: 3 } });
    expect(unlike).toMatchObject({ status: 'fulfilled' });
  });

  it('are answered when the first of a connection cannot even be prepared', async () => {
    const wrong = (by: number) => service.database.one(asDealer(), { name: `spec_unknown_${by % 1}`, text: 'select nothing_like_it from sample', values: [] });
    const [first, second, right] = await Promise.allSettled([wrong(1), wrong(2), divided(asDealer(), 6)]);
    expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
    expect([first, second].map((each) => String((each as PromiseRejectedResult).reason))).toEqual([expect.stringContaining('nothing_like_it'), expect.stringContaining('nothing_like_it')]);
    expect(right).toMatchObject({ status: 'fulfilled', value: { result: 2 } });
  });

  it('that wait too long for a lock fail once and are not asked again', async () => {
    const locked = (id: string) =>
      service.database.byId<Found>(asDealer(), { name: 'spec_locked', text: `select id, 1 as together, pg_sleep(3)::text as at from sample where id = any($1::uuid[])`, values: [] }, id);
    const startedAtMs = Date.now();
    const results = await Promise.allSettled([locked(own), locked(ownToo)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(Date.now() - startedAtMs).toBeLessThan(3_800);
  });

  it('whose caller no longer waits are not carried out; the others are', async () => {
    const [late, live] = await Promise.allSettled([ids({ ...asDealer(), deadlineAtMs: Date.now() - 1 }), ids(asDealer())]);
    expect(late).toMatchObject({ status: 'rejected', reason: { code: 'deadline_exceeded', reason: 'NO_TIME_LEFT' } });
    expect(live).toMatchObject({ status: 'fulfilled' });
  });

  it('are more than one transaction takes: all are answered', async () => {
    const found = await Promise.all(Array.from({ length: 100 }, (_each, index) => divided(asDealer(), index + 1)));
    expect(found.map((row) => row?.result)).toEqual(Array.from({ length: 100 }, (_each, index) => Math.floor(12 / (index + 1))));
  });
});

describe('documents read by id in one turn', () => {
  it('come by one execution under one tenancy', async () => {
    const [first, second, again] = await Promise.all([byId(asDealer(), own), byId(asDealer(), ownToo), byId(asDealer(), own)]);
    expect([first?.id, second?.id, again?.id]).toEqual([own, ownToo, own]);
    expect([first?.together, second?.together]).toEqual([2, 2]);
  });

  it('are null when missing or another dealer’s, whoever asks beside', async () => {
    const [missing, foreignToDealer, ownToStranger, seenByClerk] = await Promise.all([
      byId(asDealer(), newId()), byId(asDealer(), foreign), byId(asStranger(), foreign), byId(service.ctx(), foreign),
    ]);
    expect([missing, foreignToDealer]).toEqual([null, null]);
    expect([ownToStranger?.id, seenByClerk?.id]).toEqual([foreign, foreign]);
  });

  it('with an id that is none fail for who asked it alone', async () => {
    const [wrong, right] = await Promise.allSettled([byId(asDealer(), 'no id'), byId(asDealer(), own)]);
    expect(wrong.status).toBe('rejected');
    expect(right).toMatchObject({ status: 'fulfilled', value: { id: own, together: 1 } });
  });

  it('of which more are asked than one execution takes are all answered', async () => {
    const found = await Promise.all(Array.from({ length: 150 }, (_each, index) => byId(asDealer(), index % 2 === 0 ? own : ownToo)));
    expect(found.every((row, index) => row?.id === (index % 2 === 0 ? own : ownToo))).toBe(true);
  });
});
