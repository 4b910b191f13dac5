import { AckLog } from '../check/ack-log.js';
import { check, countOf, tableOf } from '../check/check.js';
import { PLANTED, plantAll } from '../check/planted.js';
import { bothLoops, CANARY } from '../story/both-loops.js';
import { setUpStage } from '../story/stage.js';
import { startSpecPlatform, type SpecPlatform } from './platform-fixture.js';
import { forget } from './forget.js';
import { findEverywhere, leaks } from './search.js';

let world: SpecPlatform;
beforeAll(async () => {
  world = await startSpecPlatform();
}, 120_000);
afterAll(() => world?.stop(), 60_000);

describe('the whole loop over HTTP, with separate processes', () => {
  const steps: string[] = [];
  let told: Awaited<ReturnType<typeof bothLoops>>;
  let stage: Awaited<ReturnType<typeof setUpStage>>;

  it('runs twice: covered (W, H-1, H-1a, H-4, H-5) and out of warranty (P-5, P-9, F-1 to F-5, B-1)', async () => {
    const accounts = { url: world.running.url, password: 'Story-spec-2026-x', suffix: 'spec' };
    stage = await setUpStage(world.admin, accounts, (step) => steps.push(step));
    told = await bothLoops(stage);
    expect(steps.length).toBeGreaterThan(30);
    expect(steps.filter((step) => step.includes('(P-9)'))).toHaveLength(2);
    const slip = await stage.people.finance.get(`/receivables/${told.charged.slipId}`);
    expect(slip).toMatchObject({ netTotal: '12.35', taxTotal: '1.61', grossTotal: '13.96', paid: true, invoiced: true, outstanding: '0.00' });
    const invoice = await stage.people.finance.get(`/invoices/${told.charged.invoiceId}`);
    expect(invoice).toMatchObject({ state: 'delivered', grossTotal: '13.96', grossInWords: '壹拾叁元玖角陆分' });
    for (const { callId } of [told.covered, told.charged]) {
      expect(await stage.people.clerk.get(`/repair-calls/${callId}`)).toMatchObject({ state: 'filed', contactName: expect.stringMatching(/\*\*$/) });
    }
  }, 120_000);

  it('C-5: the canary customer stands in no event, audit entry, idempotency answer or log', async () => {
    const hits = await findEverywhere(world.running, [CANARY.name, CANARY.phone]);
    expect(hits.map(({ place }) => place)).toEqual(expect.arrayContaining(['customers.customer', 'repairs.repair_call']));
    expect(leaks(hits)).toEqual([]);
  }, 60_000);

  it('C-5: an anonymised customer leaves no trace in any database, outbox, log or export, and every figure stays', async () => {
    const texts = [CANARY.name, CANARY.phone, CANARY.address];
    const { before, after, left, photoStatus } = await forget(stage, world.running, { ...CANARY, callId: told.covered.callId, texts });
    for (const text of texts) expect([text, before.export.includes(text)]).toEqual([text, true]);
    expect(left).toEqual([]);
    for (const text of texts) expect([text, after.export.includes(text)]).toEqual([text, false]);
    expect(after.figures).toBe(before.figures);
    expect(photoStatus).toBe(404);
  }, 120_000);

  it('X-4: every service\'s audit chain verifies afterwards', async () => {
    const verdicts = await world.admin.get<{ items: { service: string; intact: boolean }[] }>('/audit/verify');
    expect(verdicts.items.map(({ intact }) => intact)).toEqual(verdicts.items.map(() => true));
    expect(verdicts.items.length).toBeGreaterThanOrEqual(6);
  }, 30_000);

  it('the checker finds no violation of I1, I2, I4, I5, I6, I9, I10 and I11', async () => {
    const { verdicts } = await check(world.running);
    expect(`${countOf(verdicts)}\n${tableOf(verdicts)}`).toMatch(/^0\n/);
  }, 90_000);

  // Last, because nothing is whole any more afterwards.
  it('and it finds every violation that is planted past all rules', async () => {
    const acks = AckLog.create(null);
    const { refused, end } = await plantAll(world.running, acks);
    const { verdicts } = await check(world.running, { acks, drainMs: 0, idleInTransactionMs: 0 });
    await end();
    const missed = PLANTED.filter((planted) => !refused.includes(planted)).filter(
      ({ invariant, told: words }) => !verdicts.some(({ id, violations }) => id === invariant && violations.some((violation) => words.test(violation))),
    );
    expect(missed.map(({ invariant, told: words }) => `${invariant} ${String(words)}`)).toEqual([]);
    expect(new Set(PLANTED.map(({ invariant }) => invariant))).toEqual(new Set(verdicts.map(({ id }) => id)));
  }, 90_000);
});
