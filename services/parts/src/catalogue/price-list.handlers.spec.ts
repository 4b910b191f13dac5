import { PartService, PriceListService, StockReportService } from '@aftercare/contracts';
import { addDays, businessDate, isDealerRole, newId, ROLES, seesPrices, type Role } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { faultsOf, runImport } from '@aftercare/testing';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let today: string;
beforeAll(async () => {
  world = await startParts();
  today = businessDate(await world.service.now());
});
afterAll(() => world?.service.stop());

const lists = (ctx: CallContext = world.as('finance_clerk')) => world.service.client(PriceListService, ctx);
const draft = (lines: { partId: string; dealerPrice: string; suggestedPrice: string }[], effectiveFrom = today) => lists().createPriceList({ effectiveFrom, lines });
const publish = ({ id, version }: { id: string; version: number }) => lists(world.as('service_supervisor')).publishPriceList({ id, version });
const ctxOf = (role: Role): CallContext => (isDealerRole(role) ? world.dealer(role) : world.as(role));

describe('price lists', () => {
  it('F-7: finance takes a draft back with a reason; a published list stays', async () => {
    const partId = await world.part({ price: '10' });
    const { id, version } = await draft([{ partId, dealerPrice: '11', suggestedPrice: '20' }]);
    const withdraw = (ctx: CallContext, given: object = {}) => lists(ctx).withdrawPriceList({ id, version, reason: 'wrong column', ...given });
    expect(await reasonOf(withdraw(world.as('service_supervisor')))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(withdraw(world.as('finance_clerk'), { reason: ' ' }))).toBe('REASON_MISSING');
    expect(await withdraw(world.as('finance_clerk'))).toMatchObject({ state: 'withdrawn', number: '', version: version + 1 });
    expect(await lists().getPriceList({ id })).toMatchObject({ state: 'withdrawn', withdrawReason: 'wrong column', publishedAt: '', allowedActions: [{ reason: 'ROLE_NOT_ALLOWED' }, { reason: 'STEP_NOT_ALLOWED' }] });
    expect(await reasonOf(publish({ id, version: version + 1 }))).toBe('STEP_NOT_ALLOWED');
    expect(await reasonOf(lists(world.dealer()).getPriceList({ id }))).toBe('NOT_FOUND');
    const held = await publish(await draft([{ partId, dealerPrice: '12', suggestedPrice: '20' }]));
    expect(await reasonOf(lists().withdrawPriceList({ id: held.id, version: held.version, reason: 'x' }))).toBe('STEP_NOT_ALLOWED');
  });

  it('F-7: what is published never changes, the database refuses it', async () => {
    const partId = await world.part();
    const { id } = await publish(await draft([{ partId, dealerPrice: '11', suggestedPrice: '20' }]));
    const attempt = (statement: string) => world.service.sql(`${statement} returning 1`, [id]);
    await expect(attempt('update price_list set effective_from = effective_from - 1 where id = $1')).rejects.toThrow('does not change');
    await expect(attempt('update price_line set dealer_price = 1 where price_list_id = $1')).rejects.toThrow('do not change');
    await expect(attempt('delete from price_line where price_list_id = $1')).rejects.toThrow('do not change');
    await expect(attempt('delete from price_list where id = $1')).rejects.toThrow('does not change');
  });

  it('F-7: a list beside what holds without it: new, raised, lowered, only the suggestion, the same; only what changes when asked', async () => {
    const [up, down, suggested, same] = [await world.part({ price: '10' }), await world.part({ price: '10' }), await world.part({ price: '10' }), await world.part({ price: '10' })];
    const { id: fresh } = await world.service.client(PartService, world.as('service_clerk')).createPart({ number: 'NEW-1', name: '新件', unit: 'piece', partClass: 'seal', returnRequired: true });
    const line = (partId: string, dealerPrice: string, suggestedPrice = '10') => ({ partId, dealerPrice, suggestedPrice });
    const { id, version } = await draft([line(up, '12.5'), line(down, '9'), line(suggested, '10', '15'), line(same, '10.0'), line(fresh, '3')], addDays(today, 7));
    const compared = (await lists().listPriceListLines({ id })).items;
    expect(compared.map(({ position, change, changePercent, presentDealerPrice }) => [position, change, changePercent, presentDealerPrice])).toEqual([
      [1, 'raised', '25.0', '10.0000'], [2, 'lowered', '-10.0', '10.0000'], [3, 'suggested_only', '0.0', '10.0000'], [4, 'same', '0.0', '10.0000'], [5, 'new', '', ''],
    ]);
    expect((await lists().listPriceListLines({ id, onlyChanged: true })).items.map(({ partId }) => partId)).toEqual([up, down, suggested, fresh]);
    const first = await lists().listPriceListLines({ id, page: { limit: 3 } });
    const rest = await lists().listPriceListLines({ id, page: { limit: 3, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items].map(({ partId }) => partId)).toEqual([up, down, suggested, same, fresh]);
    await publish({ id, version });
    expect((await lists().listPriceListLines({ id })).items.map(({ change }) => change)).toEqual(['raised', 'lowered', 'suggested_only', 'same', 'new']);
    expect(await reasonOf(lists(world.dealer('dealer_technician')).listPriceListLines({ id }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(lists().listPriceListLines({ id: newId() }))).toBe('NOT_FOUND');
  });
});

describe('prices of a day', () => {
  it('F-7: a price is asked for by date; the list that came into force last counts', async () => {
    const partId = await world.part({ price: '10' });
    const later = addDays(today, 10);
    const { number } = await publish(await draft([{ partId, dealerPrice: '12.5', suggestedPrice: '30' }], later));
    const part = (await lists().listPrices({ on: today, priced: true })).items.find((each) => each.partId === partId);
    expect(part).toMatchObject({ dealerPrice: '10.0000', effectiveFrom: today });
    const q = part?.partNumber ?? '';
    const on = async (day: string) => (await lists().listPrices({ q, on: day })).items;
    expect([await on(addDays(later, -1)), await on(later)]).toMatchObject([[{ dealerPrice: '10.0000' }], [{ dealerPrice: '12.5000', suggestedPrice: '30.0000', priceListNumber: number, effectiveFrom: later }]]);
    expect(await on(addDays(today, -1))).toMatchObject([{ dealerPrice: '', suggestedPrice: '', priceListNumber: '' }]);
    expect((await lists().listPrices({ q, on: addDays(today, -1), priced: true })).items).toEqual([]);
    expect(await reasonOf(lists().listPrices({ on: '2026-02-30' }))).toBe('INVALID_DATE');
  });

  it.each([...ROLES])('F-7: each column is for who may see it: %s', async (role) => {
    const partId = await world.part({ price: '10', stock: 1 });
    const ctx = ctxOf(role);
    const seesCost = ['finance_clerk', 'service_supervisor', 'auditor'].includes(role);
    const row = (await lists(ctx).listPrices({ page: { limit: 200 } })).items.find((each) => each.partId === partId);
    expect(row).toMatchObject({ suggestedPrice: '10.0000', dealerPrice: seesPrices(role) ? '10.0000' : '', unitCost: seesCost ? '1.5000' : '' });
    const costs = world.service.client(StockReportService, ctx).listUnitCosts({ partId });
    expect(await reasonOf(costs)).toBe(seesCost ? 'no error' : 'ROLE_NOT_ALLOWED');
  });
});

describe('a price list from a sheet', () => {
  const run = (sheet: Record<string, string>[], dryRun = false) => runImport(world.service, world.as('finance_clerk', { idempotencyKey: undefined }), { kind: 'import-price-list', sheet, dryRun });
  const row = (partId: string, given: Record<string, string> = {}) => ({ partNumber: `of ${partId}`, partId, dealerPrice: '12.5', suggestedPrice: '20', effectiveFrom: today, ...given });

  it('X-2: a dry run names each fault by row and cell and drafts nothing; a sound sheet becomes one draft that somebody else publishes', async () => {
    const [one, two] = [await world.part({ price: '10' }), await world.part({ price: '10' })];
    const drafts = async (): Promise<number> => (await lists().listPriceLists({ state: 'draft' })).items.length;
    const before = await drafts();
    const wrong = await run([row(one), row('', { partNumber: 'NONE' }), row(two, { dealerPrice: 'x' })], true);
    expect([wrong.state, faultsOf(wrong)]).toEqual(['failed', ['3 partNumber PART_UNKNOWN', '4 dealerPrice PRICE_INVALID']]);
    expect(await run([row(one), row(two)], true)).toMatchObject({ state: 'done', result: '{"valid":true}' });
    expect(await drafts()).toBe(before);
    const done = await run([row(one), row(two, { dealerPrice: '9' })]);
    const { priceListId, lines } = JSON.parse(done.result) as { priceListId: string; lines: number };
    expect([done.state, lines, await drafts()]).toEqual(['done', 2, before + 1]);
    expect(await lists().getPriceList({ id: priceListId })).toMatchObject({ state: 'draft', effectiveFrom: today, lines: [{ partId: one, dealerPrice: '12.5000' }, { partId: two, dealerPrice: '9.0000' }] });
    expect(await publish({ id: priceListId, version: 1 })).toMatchObject({ state: 'published', number: expect.stringMatching(/^PL-/) });
  });

  it('F-7: prices are finance’s to draft: nobody else begins such a job', async () => {
    const partId = await world.part();
    await expect(runImport(world.service, world.as('service_clerk', { idempotencyKey: undefined }), { kind: 'import-price-list', sheet: [row(partId)] })).rejects.toMatchObject({ code: 'permission_denied' });
  });
});
