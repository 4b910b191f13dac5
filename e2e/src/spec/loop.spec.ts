import type { UnitFileJson } from '@aftercare/contracts';
import { AckLog } from '../check/ack-log.js';
import { check, countOf, tableOf } from '../check/check.js';
import { PLANTED, plantAll } from '../check/planted.js';
import { compareClocks } from '../clocks/compare.js';
import { heardEvents, Poisoner, servedCalls } from '../poison/poison.js';
import { bothLoops, CANARY } from '../story/both-loops.js';
import { fiveRequests } from '../story/five-requests.js';
import { passedOn } from '../story/passed-on.js';
import { activateDealer } from '../story/people.js';
import { setUpStage } from '../story/stage.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';
import { forget } from './forget.js';
import { findEverywhere, leaks } from './search.js';

let world: SpecPlatform;
beforeAll(async () => {
  world = await startStoryPlatform();
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

  it('D-4: the story\'s calls stand in the dealer\'s file, and after a rebuilding they still do', async () => {
    type File = { figures: Record<string, unknown>; regions: { key: string; calls: number }[]; parts: { number: string; quantity: number }[] };
    const file = (): Promise<File> => stage.dealer.manager.get<File>(`/dealers/${stage.dealer.id}/file`);
    await until(async () => (await file()).figures.resolved === 2);
    const before = await file();
    expect(before.figures).toMatchObject({ calls: 2, resolved: 2, onTime24Percent: '100.0', firstFixPercent: '100.0', holdings: 0, overdue: 0, unitsSold: 2 });
    expect(before.parts).toMatchObject([{ number: expect.stringMatching(/./) }]);
    const { items } = await stage.people.supervisor.get<{ items: { id: string; calls: number }[] }>('/dealer-files?sort=-calls');
    expect(items[0]).toMatchObject({ id: stage.dealer.id, calls: 2 });
    await world.admin.post('/dealer-files/rebuild', {});
    await until(async () => (await world.admin.get<{ state: string }>('/dealer-files/read-model')).state === 'ready');
    expect(await file()).toEqual(before);
  }, 60_000);

  it('C-2: the file of a unit tells the whole of its repair, to its dealer and to the manufacturer', async () => {
    const { unitId } = await stage.dealer.manager.get<{ unitId: string }>(`/repair-calls/${told.covered.callId}`);
    for (const reader of [stage.dealer.manager, stage.people.clerk, stage.people.auditor]) {
      const file = await reader.get<UnitFileJson & { calls: object[]; parts: object[] }>(`/product-units/${unitId}/file`);
      expect(file.unit?.flow?.map(({ kind }) => kind)).toEqual(['dispatched', 'sold', 'installed', 'part_replaced']);
      expect(file).toMatchObject({
        owners: [{ customerId: file.unit?.customerId }], installations: [{ state: 'accepted' }], replacedParts: [{ quantity: 1 }],
        calls: [{ id: told.covered.callId, state: 'filed' }], parts: [{ requestId: told.covered.requestId, supplyKind: 'warranty', shippedQuantity: 1, outstandingQuantity: 0 }],
      });
      expect(JSON.stringify(file)).not.toContain(CANARY.phone);
    }
  }, 30_000);

  it('R-2, R-5, R-6: a technician\'s job on an assigned call takes five requests: three photos, the record, the customer\'s confirmation', async () => {
    const { sent, state, steps: history } = await fiveRequests(stage, stage.serials[9] ?? '');
    expect(sent).toEqual(['POST /attachments', 'POST /attachments', 'POST /attachments', 'POST /repair-calls/{id}/record', 'POST /repair-calls/{id}/confirm']);
    expect([state, history]).toEqual(['filed', ['open', 'assign', 'resolve', 'confirm', 'file']]);
  }, 30_000);

  it('R-2, R-5, R-7, R-8: a call that was recorded, reported and claimed goes on to another dealer, which solves it', async () => {
    const { state, reports, other } = await passedOn(stage, 'Story-spec-2026-x', stage.serials[10] ?? '');
    expect([state, reports]).toEqual(['resolved', [{ dealerId: other, state: 'due' }, { dealerId: stage.dealer.id, state: 'action_defined' }]]);
  }, 30_000);

  it('C-5: the canary customer stands in no event, audit entry, idempotency answer or log', async () => {
    const hits = await findEverywhere(world.running, [CANARY.name, CANARY.phone]);
    expect(hits.map(({ place }) => place)).toEqual(expect.arrayContaining(['customers.customer', 'repairs.repair_call']));
    expect(leaks(hits)).toEqual([]);
  }, 60_000);

  it('C-5: an anonymised customer leaves no trace in any database, outbox, log or export, and every figure stays', async () => {
    const texts = [CANARY.name, CANARY.phone, CANARY.address];
    const { before, after, left, planted, sheetStatus, photoStatus } = await forget(stage, world.running, { ...CANARY, callId: told.covered.callId, texts });
    for (const text of texts) expect([text, before.export.includes(text)]).toEqual([text, true]);
    expect(planted.map(({ place }) => place)).toEqual(expect.arrayContaining(['customers.audit_personal', 'customers.installation', 'customers.customer_class_pin', 'repairs.audit_personal', 'repairs.call_event']));
    expect(planted.filter(({ place }) => /audit_entry|outbox|idempotency|log /.test(place))).toEqual([]);
    expect(left).toEqual([]);
    expect(sheetStatus).toEqual([200, 404]);
    for (const text of texts) expect([text, after.export.includes(text)]).toEqual([text, false]);
    expect(after.figures).toBe(before.figures);
    expect(photoStatus).toBe(404);
  }, 120_000);

  describe('poison of twelve kinds on every subject', () => {
    let poisoner: Poisoner;
    const processes = (): unknown => Object.entries(world.platform.services).map(([name, { pid, restarts }]) => ({ name, pid, restarts }));
    let before: unknown;
    beforeAll(async () => {
      poisoner = await Poisoner.open(world);
      before = processes();
    });
    afterAll(() => poisoner?.close());

    it('of calls is refused on each', async () => {
      expect(servedCalls().length).toBeGreaterThan(400);
      const { sent, wrong } = await poisoner.poisonCalls();
      expect(wrong).toEqual([]);
      expect(sent).toBe(servedCalls().length * 12);
    }, 60_000);

    it('of events becomes twelve dead letters of each listener, and a good event behind it is settled', async () => {
      const listeners = heardEvents().flatMap(({ schema, listeners: each }) => each.map((listener) => `${listener}-${schema.name}`));
      expect(listeners.length).toBeGreaterThan(50);
      expect(await poisoner.deadLetters()).toEqual({});
      await poisoner.poisonEvents();
      await until(async () => (await poisoner.backlog()) === 0);
      expect(await poisoner.deadLetters()).toEqual(Object.fromEntries(listeners.map((listener) => [listener, 12])));
    }, 60_000);

    it('stops no process: each is the same, ready, and hears and answers what comes next', async () => {
      await activateDealer(stage.people, { code: 'AFTER-POISON', name: '之后', regionCode: '440106', territory: ['440000'] });
      const changed = heardEvents().find(({ schema }) => schema.name === 'DealerChanged');
      await until(async () => {
        const { id = '' } = (await poisoner.lastTold()).get(changed?.eventType ?? '') ?? {};
        return (await poisoner.heardBy(id)).length === changed?.listeners.length;
      });
      for (const path of ['/users', '/dealers', '/customers', '/repair-calls', '/parts-requests', '/receivables', '/dealer-files']) {
        expect([path, (await stage.people.auditor.raw('GET', path)).status]).toEqual([path, 200]);
      }
      for (const service of Object.keys(world.platform.services)) await world.platform.waitReady(service, 5_000);
      expect(processes()).toEqual(before);
      await poisoner.discard();
    }, 60_000);
  });

  it('X-4: every service\'s audit chain verifies afterwards', async () => {
    const verdicts = await world.admin.get<{ items: { service: string; intact: boolean }[] }>('/audit/verify');
    expect(verdicts.items.map(({ intact }) => intact)).toEqual(verdicts.items.map(() => true));
    expect(verdicts.items.length).toBeGreaterThanOrEqual(6);
  }, 30_000);

  it('R-3, R-4: every clock is what the events of its call say', async () => {
    const { compared, differences } = await compareClocks(world.admin);
    expect([compared > 0, differences]).toEqual([true, []]);
  }, 30_000);

  it('the checker finds no violation of I1 to I13', async () => {
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

/** Events take a moment to arrive. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + 30_000; !(await holds());) {
    if (Date.now() > limit) throw new Error('it does not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
