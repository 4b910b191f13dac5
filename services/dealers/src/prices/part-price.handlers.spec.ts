import { DealerService, PartPriceService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { faultsOf, runImport, startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';
import { fakeCatalogue, part, type CataloguedPart } from './catalogue.fixture.js';

const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;

describe('end-user part prices over the bus', () => {
  let service: TestService;
  let today: string;
  let later: string;
  let codes = 0;
  const catalogue: CataloguedPart[] = [
    part('A-1', ['2020-01-01', '100.0000']), part('A-2', ['2020-01-01', '50.0000']), part('B-1'), part('B-2', ['2020-01-01', '10.0000'], ['2099-01-01', '12.0000']),
  ];
  const [first, second, unpriced, dearer] = catalogue;

  beforeAll(async () => {
    service = await startTestService({ ...dealers, fakes: [fakeCatalogue(catalogue)] });
    today = businessDate(await service.now());
    later = addDays(today, 30);
  });
  afterAll(() => service.stop());

  async function dealer(parentId = ''): Promise<string> {
    const code = `PP${(codes += 1)}`;
    return (await service.client(DealerService, service.ctx()).createDealer({ code, name: code, address: { regionCode: '310104' }, parentId })).id;
  }
  const prices = (dealerId: string, role: 'dealer_manager' | 'dealer_technician' = 'dealer_manager') => service.client(PartPriceService, service.dealerCtx(dealerId, role));
  const set = (dealerId: string, each: CataloguedPart, unitPrice: string, effectiveFrom = today) =>
    prices(dealerId).setPartPrices({ effectiveFrom, prices: [{ partId: each.id, unitPrice }] });
  const rows = async (dealerId: string, request: object = {}) =>
    (await prices(dealerId).listPartPrices(request)).items.map(({ partNumber, unitPrice, source, deviationPercent }) => [partNumber, unitPrice, source, deviationPercent]);

  it('D-3: the suggestion holds until the dealer sets its own price, and again from the day it is ended', async () => {
    const dealerId = await dealer();
    expect(await rows(dealerId)).toEqual([['A-1', '100.0000', 'suggested', ''], ['A-2', '50.0000', 'suggested', ''], ['B-1', '', '', ''], ['B-2', '10.0000', 'suggested', '']]);
    await expect(set(dealerId, first, '120')).resolves.toMatchObject({ dealerId, effectiveFrom: today, changed: 1 });
    await set(dealerId, unpriced, '7.5');
    await set(dealerId, first, '130', later);
    expect(await rows(dealerId, { own: true })).toEqual([['A-1', '120.0000', 'own', '20.0'], ['B-1', '7.5000', 'own', '']]);
    expect(await rows(dealerId, { own: true, q: 'a-', on: later })).toEqual([['A-1', '130.0000', 'own', '30.0']]);
    await expect(prices(dealerId).endPartPrices({ effectiveFrom: addDays(today, 1), partIds: [first.id] })).resolves.toMatchObject({ changed: 1 });
    expect(await rows(dealerId, { on: later, q: 'A-1' })).toEqual([['A-1', '100.0000', 'suggested', '']]);
    const { price, ownPrices } = await prices(dealerId).getPartPrice({ partId: first.id });
    expect(price).toMatchObject({ unitPrice: '120.0000', source: 'own', ownEffectiveFrom: today, suggestedPrice: '100.0000', priceListNumber: 'PL-1' });
    expect(ownPrices).toMatchObject([{ effectiveFrom: addDays(today, 1), unitPrice: '' }, { effectiveFrom: today, unitPrice: '120.0000' }]);
    await expect(prices(dealerId).endPartPrices({ effectiveFrom: today, partIds: [second.id] })).rejects.toEqual(refusal('failed_precondition', 'OWN_PRICE_MISSING'));
  });

  it('D-3: is not a copy: the next suggestion shows at once, an own price stays', async () => {
    const dealerId = await dealer();
    await set(dealerId, second, '55');
    expect(await rows(dealerId, { q: 'B-2', on: '2099-01-01' })).toEqual([['B-2', '12.0000', 'suggested', '']]);
    second.suggestions.push({ from: '2020-02-01', price: '44.0000' });
    expect(await rows(dealerId, { q: 'A-2' })).toEqual([['A-2', '55.0000', 'own', '25.0']]);
    second.suggestions.pop();
  });

  it('D-3: copies what is suggested on a day, raised by a percentage; what has a price of its own is left alone unless it is named', async () => {
    const dealerId = await dealer();
    await set(dealerId, first, '120');
    const copy = (given: object) => prices(dealerId).copySuggestedPrices({ effectiveFrom: today, ...given });
    await expect(copy({ adjustPercent: '10' })).resolves.toMatchObject({ changed: 2, more: false });
    expect(await rows(dealerId)).toEqual([['A-1', '120.0000', 'own', '20.0'], ['A-2', '55.0000', 'own', '10.0'], ['B-1', '', '', ''], ['B-2', '11.0000', 'own', '10.0']]);
    await expect(copy({ partIds: [first.id] })).resolves.toMatchObject({ changed: 1 });
    await expect(copy({ partIds: [dearer.id], effectiveFrom: '9999-12-31' })).rejects.toEqual(refusal('invalid_argument', 'DATE_TOO_FAR'));
    const later = addDays(today, 300);
    await expect(copy({ partIds: [dearer.id], effectiveFrom: later })).resolves.toMatchObject({ changed: 1 });
    expect(await rows(dealerId, { q: 'B-2', on: later })).toEqual([['B-2', '10.0000', 'own', '0.0']]);
    await expect(copy({})).rejects.toEqual(refusal('invalid_argument', 'PRICES_MISSING'));
    await expect(copy({ adjustPercent: '1e3' })).rejects.toEqual(refusal('invalid_argument', 'PERCENT_INVALID'));
    await expect(copy({ partIds: [newId()] })).rejects.toEqual(refusal('not_found', 'PART_UNKNOWN'));
  });

  it('D-3: only the dealer sets; the manufacturer and its technician read; its parent, a stranger and a missing dealer are the same 404', async () => {
    const parentId = await dealer();
    const dealerId = await dealer(parentId);
    await set(dealerId, first, '120');
    await expect(service.client(PartPriceService, service.ctx()).listPartPrices({ dealerId, own: true })).resolves.toMatchObject({ items: [{ ownPrice: '120.0000' }] });
    await expect(prices(dealerId, 'dealer_technician').getPartPrice({ partId: first.id })).resolves.toMatchObject({ price: { source: 'own' } });
    for (const ctx of [service.ctx(), service.dealerCtx(dealerId, 'dealer_technician')]) {
      await expect(service.client(PartPriceService, ctx).setPartPrices({ dealerId, effectiveFrom: today, prices: [{ partId: first.id, unitPrice: '1' }] }))
        .rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    }
    const missing = await prices(dealerId).listPartPrices({ dealerId: newId() }).catch((error: unknown) => error);
    const asParent = service.client(PartPriceService, service.dealerCtx(parentId, 'dealer_manager', { childDealerIds: [dealerId] }));
    for (const client of [asParent, prices(await dealer())]) {
      await expect(client.listPartPrices({ dealerId })).rejects.toEqual(missing);
      await expect(client.getPartPrice({ dealerId, partId: first.id })).rejects.toEqual(missing);
      await expect(client.setPartPrices({ dealerId, effectiveFrom: today, prices: [{ partId: first.id, unitPrice: '1' }] })).rejects.toEqual(missing);
      await expect(client.endPartPrices({ dealerId, effectiveFrom: today, partIds: [first.id] })).rejects.toEqual(missing);
      await expect(client.copySuggestedPrices({ dealerId, effectiveFrom: today })).rejects.toEqual(missing);
    }
  });

  it('D-3: pages over own prices by part number, tells each change in the audit, and changes nothing when it is told again', async () => {
    const dealerId = await dealer();
    for (const each of [dearer, first, second]) await set(dealerId, each, '9.99');
    await expect(set(dealerId, first, '9.9900')).resolves.toMatchObject({ changed: 0 });
    const page = await prices(dealerId).listPartPrices({ own: true, page: { limit: 2 } });
    const rest = await prices(dealerId).listPartPrices({ own: true, page: { limit: 2, cursor: page.nextCursor } });
    expect([...page.items, ...rest.items].map(({ partNumber }) => partNumber)).toEqual(['A-1', 'A-2', 'B-2']);
    expect(rest.nextCursor).toBe('');
    const audits = await service.sql<{ changed: object }>(`select changed from audit_entry where kind = 'own_part_price' and dealer_id = $1`, [dealerId]);
    expect(audits).toHaveLength(3);
    expect(audits.map(({ changed }) => changed)).toContainEqual({ partId: { after: first.id }, effectiveFrom: { after: today }, unitPrice: { before: null, after: '9.99' } });
    await expect(set(dealerId, first, '1', '2020-01-01')).rejects.toEqual(refusal('invalid_argument', 'DATE_IN_PAST'));
    await expect(prices(dealerId).setPartPrices({ effectiveFrom: today, prices: [{ partId: newId(), unitPrice: '1' }] })).rejects.toEqual(refusal('not_found', 'PART_UNKNOWN'));
    await expect(prices(dealerId).listPartPrices({ on: '2026-02-30' })).rejects.toEqual(refusal('invalid_argument', 'INVALID_DATE'));
  });

  it('D-3, X-2: a sheet of own prices is taken whole or not at all, and the same sheet again changes nothing', async () => {
    const dealerId = await dealer();
    const run = (sheet: { partId: string; ownPrice: string }[]) =>
      runImport(service, service.dealerCtx(dealerId), { kind: 'import-part-prices', sheet: sheet.map((cells, at) => ({ partNumber: `P-${at}`, ...cells })) });
    const wrong = await run([{ partId: first.id, ownPrice: '120' }, { partId: '', ownPrice: '5' }]);
    expect([wrong.state, faultsOf(wrong)]).toEqual(['failed', ['3 partNumber PART_UNKNOWN']]);
    expect(await rows(dealerId, { own: true })).toEqual([]);
    const good = [{ partId: first.id, ownPrice: '120' }, { partId: second.id, ownPrice: '' }];
    expect(await run(good)).toMatchObject({ result: '{"changed":1,"unchanged":0}' });
    expect(await run(good)).toMatchObject({ result: '{"changed":0,"unchanged":1}' });
    expect(await rows(dealerId, { own: true })).toEqual([['A-1', '120.0000', 'own', '20.0']]);
  });
});
