import { CoverageService, DealerChangedSchema, ProductUnitService, RecordConfirmedSchema, UnitSoldSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { CustomersPlatform, refusal } from '../customers.fixture.js';
import { LOOKUPS_PER_HOUR } from './unit.rules.js';

describe('product units over the bus', () => {
  const platform = new CustomersPlatform();
  const units = (ctx: Parameters<typeof platform.service.client>[1]) => platform.service.client(ProductUnitService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('C-3: 600 serials are imported all or nothing, checked dry, and the same file again changes nothing', async () => {
    const dealer = await platform.dealer();
    const model = await platform.model();
    const sheet = Array.from({ length: 600 }, (_, at) => ({
      serial: `bulk-${at}`, modelCode: model.code, dealerCode: dealer.code, manufacturedOn: '2026/1/5', dispatchedOn: '2026-02-01',
    }));
    const registered = async (): Promise<number> => (await platform.service.sql(`select from product_unit where serial like 'BULK-%'`)).length;
    expect(await platform.importSheet(sheet, { dryRun: true })).toMatchObject({ state: 'done', errors: [] });
    const faulty = [...sheet.slice(0, 599), { ...sheet[599], dispatchedOn: '2026-02-30' }];
    expect(await platform.importSheet(faulty)).toMatchObject({ state: 'failed', errors: [{ row: 601, column: 'dispatchedOn', code: 'INVALID_DATE' }] });
    expect(await registered()).toBe(0);
    expect(JSON.parse((await platform.importSheet(sheet)).result)).toEqual({ registered: 600, unchanged: 0 });
    expect(JSON.parse((await platform.importSheet(sheet)).result)).toEqual({ registered: 0, unchanged: 600 });
    expect(await registered()).toBe(600);
    const { items } = await units(dealer.manager).listUnits({ q: 'bulk-1', page: { limit: 5 } });
    expect(items[0]).toMatchObject({ serial: 'BULK-1', modelCode: model.code, stage: 'unboxing', dealerId: dealer.id });
  });

  it('C-2: units are listed by a range of serials, ends included, in any spelling', async () => {
    const dealer = await platform.dealer();
    const serials = (await platform.units(await platform.model(), dealer, 4)).sort();
    const between = async (serialFrom: string, serialTo: string): Promise<string[]> =>
      (await units(dealer.manager).listUnits({ dealerId: dealer.id, serialFrom, serialTo })).items.map(({ serial }) => serial);
    expect(await between(serials[1], serials[2])).toEqual(serials.slice(1, 3));
    expect(await between(` ${serials[2].toLowerCase()} `, '')).toEqual(serials.slice(2));
    expect(await between('', serials[0])).toEqual(serials.slice(0, 1));
    expect(await between(serials[2], serials[1])).toEqual([]);
  });

  it('C-2: the flow of a unit shows where it has been, and its sale is told once', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const customer = await platform.customer(dealer.manager);
    const unit = await platform.sold(dealer.manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15', salePrice: '1999' });
    expect(unit).toMatchObject({
      purchaseDate: '2024-03-15', salePrice: '1999.00', customerId: customer.id, sellingDealerId: dealer.id, crossTerritory: false, version: 2,
      stage: 'unboxing', warrantyUntil: '2025-03-15',
    });
    expect(unit.flow.map(({ kind, on }) => `${kind} ${on}`)).toEqual(['dispatched 2020-01-02', 'sold 2024-03-15']);
    const told = await platform.service.sql('select from outbox where event_type = $1 and payload like $2', [UnitSoldSchema.typeName, `%${unit.id}%`]);
    expect(told).toHaveLength(1);
    await expect(units(dealer.manager).sellUnit({ id: unit.id, version: 2, customerId: customer.id })).rejects.toEqual(refusal('failed_precondition', 'UNIT_ALREADY_SOLD'));
    await expect(units(platform.service.ctx()).getUnit({ id: unit.id })).resolves.toMatchObject({ salePrice: '' });
  });

  it('C-2, D-1: a sale is the dealer’s that serves the customer when it is written, also when that changed while it was asked', async () => {
    const [dealer, heir] = [await platform.dealer(), await platform.dealer()];
    const [serial] = await platform.units(await platform.model(), dealer);
    const customer = await platform.customer(dealer.manager);
    const clerk = platform.service.ctx();
    platform.whileAsked = async () => {
      platform.whileAsked = () => Promise.resolve();
      await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'terminated', successorDealerId: heir.id, version: 2 });
      await platform.service.drain();
    };
    const unit = await units(clerk).getUnitBySerial({ serial });
    await units(clerk).sellUnit({ id: unit.id, version: unit.version, serial, customerId: customer.id, purchaseDate: '2024-03-15', askedBy: '王经理' });
    await expect(units(clerk).getUnit({ id: unit.id })).resolves.toMatchObject({ sellingDealerId: heir.id, servingDealerId: heir.id, customerId: customer.id });
  });

  it('C-3, D-9: another dealer’s unit is sold with its serial in hand and flagged; without it, it looks like a missing one', async () => {
    const owner = await platform.dealer();
    const seller = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), owner);
    const customer = await platform.customer(seller.manager);
    const seen = await units(seller.manager).getUnitBySerial({ serial });
    expect(seen).toMatchObject({ serial, own: false, stage: 'unboxing', purchaseDate: '' });
    const missing = await units(seller.manager).getUnit({ id: newId() }).catch((error: unknown) => error);
    await expect(units(seller.manager).getUnit({ id: seen.id })).rejects.toEqual(missing);
    const sale = { id: seen.id, version: seen.version, customerId: customer.id, purchaseDate: '2024-03-15' };
    await expect(units(seller.manager).sellUnit(sale)).rejects.toEqual(missing);
    await expect(units(owner.manager).sellUnit(sale)).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(units(seller.manager).sellUnit({ ...sale, serial })).resolves.toMatchObject({ state: 'sold' });
    const sold = await units(seller.manager).getUnit({ id: seen.id });
    expect(sold).toMatchObject({ crossTerritory: true, dealerId: '', sellingDealerId: seller.id });
    expect(sold.flow.map(({ kind }) => kind)).toEqual(['sold']);
    await expect(units(owner.manager).getUnit({ id: seen.id })).resolves.toMatchObject({ customerId: '', sellingDealerId: '', salePrice: '' });
  });

  it('C-3: a sale outside the territory is flagged, and a suspended dealer sells nothing', async () => {
    const dealer = await platform.dealer({ territory: ['310000'] });
    const [near, far] = await platform.units(await platform.model(), dealer, 2);
    const outside = await platform.customer(dealer.manager, { address: { regionCode: '330106', detail: '' } });
    await expect(platform.sold(dealer.manager, far, { customerId: outside.id })).resolves.toMatchObject({ crossTerritory: true });
    const suspended = { ...dealer.manager, dealerStatus: 'suspended' as const };
    await expect(platform.sold(suspended, near, { customerId: outside.id })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
    const unit = await units(dealer.manager).getUnitBySerial({ serial: near });
    const sale = { id: unit.id, version: unit.version, customerId: outside.id };
    await expect(units(dealer.manager).sellUnit({ ...sale, serial: far })).rejects.toMatchObject({ code: 'invalid_argument', reason: 'SERIAL_MISMATCH', details: { field: 'serial' } });
    await expect(units(dealer.manager).sellUnit({ ...sale, version: 9 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(units(dealer.manager).sellUnit({ ...sale, purchaseDate: '2099-01-01' })).rejects.toEqual(refusal('invalid_argument', 'DATE_IN_FUTURE'));
    await expect(units(dealer.manager).sellUnit({ ...sale, purchaseDate: '2019-12-31' })).rejects.toEqual(refusal('invalid_argument', 'DATE_BEFORE_DISPATCH'));
  });

  it('C-3: flagged sales are listed newest first with what was crossed, each dealer its own', async () => {
    const owner = await platform.dealer();
    const seller = await platform.dealer({ territory: ['310000'] });
    const model = await platform.model();
    const [theirs] = await platform.units(model, owner);
    const [own, plain] = await platform.units(model, seller, 2);
    const outside = await platform.customer(seller.manager, { address: { regionCode: '330106', detail: '' } });
    const inside = await platform.customer(seller.manager);
    await platform.sold(seller.manager, theirs, { customerId: inside.id, purchaseDate: '2024-03-15' });
    await platform.sold(seller.manager, own, { customerId: outside.id });
    await platform.sold(seller.manager, plain, { customerId: inside.id });
    const list = async (ctx = seller.manager, request: object = {}) => (await units(ctx).listCrossTerritorySales(request)).items;
    expect(await list()).toMatchObject([
      { serial: own, kind: 'outside_territory', regionCode: '330106', sellingDealerId: seller.id, dispatchedDealerId: seller.id, purchaseDate: '' },
      { serial: theirs, kind: 'other_dealers_unit', dispatchedDealerId: '', purchaseDate: '2024-03-15', modelCode: model.code },
    ]);
    expect(await list(owner.manager)).toEqual([]);
    expect(await list(owner.manager, { dealerId: seller.id })).toEqual([]);
    const clerk = platform.service.ctx();
    expect((await list(clerk, { dealerId: seller.id })).map(({ dispatchedDealerId }) => dispatchedDealerId)).toEqual([seller.id, owner.id]);
    const first = await units(clerk).listCrossTerritorySales({ dealerId: seller.id, page: { limit: 1 } });
    const next = await units(clerk).listCrossTerritorySales({ dealerId: seller.id, page: { limit: 1, cursor: first.nextCursor } });
    expect([first.items[0]?.serial, next.items[0]?.serial, next.nextCursor]).toEqual([own, theirs, '']);
  });

  it('D-9: look-ups are logged and limited per caller', async () => {
    const { manager } = await platform.dealer();
    await expect(units(manager).getUnitBySerial({ serial: 'NOT-THERE' })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    expect(await platform.service.sql('select serial, found from serial_lookup where user_id = $1', [manager.userId])).toEqual([{ serial: 'NOT-THERE', found: false }]);
    const documentId = newId();
    await expect(units(manager).getUnitBySerial({ serial: 'NOT-THERE', documentId })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await platform.service.sql(`insert into serial_lookup (id, user_id, serial, found) select gen_random_uuid(), $1, 'X', false from generate_series(1, $2)`, [manager.userId, LOOKUPS_PER_HOUR]);
    await expect(units(manager).getUnitBySerial({ serial: 'NOT-THERE' })).rejects.toEqual(refusal('resource_exhausted', 'LOOKUPS_EXHAUSTED'));
    await expect(units(manager).getUnitBySerial({ serial: 'NOT-THERE', documentId: newId() })).rejects.toEqual(refusal('resource_exhausted', 'LOOKUPS_EXHAUSTED'));
    await expect(units(manager).getUnitBySerial({ serial: 'not-there', documentId })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
  });

  it('D-9: asked at once, a caller gets no more than the limit', async () => {
    const { manager } = await platform.dealer();
    await platform.service.sql(`insert into serial_lookup (id, user_id, serial, found) select gen_random_uuid(), $1, 'X', false from generate_series(1, $2)`, [manager.userId, LOOKUPS_PER_HOUR - 2]);
    const reasons = await Promise.all(Array.from({ length: 8 }, () => units(manager).getUnitBySerial({ serial: 'NOT-THERE' }).catch((error: { reason: string }) => error.reason)));
    expect(reasons.filter((reason) => reason === 'LOOKUPS_EXHAUSTED')).toHaveLength(6);
    const [{ count }] = await platform.service.sql<{ count: number }>('select count(*)::int as count from serial_lookup where user_id = $1', [manager.userId]);
    expect(count).toBe(LOOKUPS_PER_HOUR);
  });

  it('W-10: a supervisor lengthens one unit’s warranty, never shortens it', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const customer = await platform.customer(dealer.manager);
    const unit = await platform.sold(dealer.manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
    const supervisor = units(platform.service.ctx({ role: 'service_supervisor' }));
    const extension = { id: unit.id, version: unit.version, until: '2025-09-30', basis: 'campaign', reason: '投诉补偿' };
    await expect(units(dealer.manager).extendWarranty(extension)).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(supervisor.extendWarranty({ ...extension, until: '2025-03-15' })).rejects.toEqual(refusal('failed_precondition', 'EXTENSION_SHORTENS'));
    await supervisor.extendWarranty(extension);
    await expect(units(dealer.manager).getUnit({ id: unit.id })).resolves.toMatchObject({ warrantyUntil: '2025-09-30', version: 3 });
    const verdict = await platform.service.client(CoverageService, dealer.manager).decideCoverage({ serial, eventDate: '2025-08-01' });
    expect(verdict).toMatchObject({ coverage: 'covered', reason: 'extension', lastCoveredDay: '2025-09-30' });
  });

  it('W-9: a confirmed repair starts a replaced part’s own term, once however often it is told', async () => {
    const dealer = await platform.dealer();
    const model = await platform.model([{ partClass: 'seal', months: 12, coversParts: true, startBasis: 'purchase', replacementMonths: 6 }]);
    const [serial] = await platform.units(model, dealer);
    const customer = await platform.customer(dealer.manager);
    const unit = await platform.sold(dealer.manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
    const partId = newId();
    const event = {
      callId: newId(), recordId: newId(), dealerId: dealer.id, unitId: unit.id, customerId: customer.id, confirmedAt: '2025-02-01T02:00:00.000Z',
      confirmedOn: '2025-02-01', partsUsed: [{ partId, quantity: 1, source: 'holdings' }],
    };
    const eventId = newId();
    for (let time = 0; time < 2; time += 1) await platform.service.publish(RecordConfirmedSchema, event, { eventId });
    await platform.service.drain();
    const decide = (eventDate: string, part: string) =>
      platform.service.client(CoverageService, dealer.manager).decideCoverage({ serial, partClass: 'seal', partId: part, eventDate });
    await expect(decide('2025-08-01', partId)).resolves.toMatchObject({ coverage: 'covered', reason: 'replaced_part_term' });
    await expect(decide('2025-08-02', partId)).resolves.toMatchObject({ coverage: 'not_covered' });
    await expect(decide('2025-08-01', newId())).resolves.toMatchObject({ coverage: 'not_covered', reason: 'term_over' });
    const { flow } = await units(dealer.manager).getUnit({ id: unit.id });
    expect(flow.filter(({ kind }) => kind === 'part_replaced')).toHaveLength(1);
  });

  it('W-9, R-11: a call that is told once more replaces what it told before, on the right unit, in whatever order it comes', async () => {
    const dealer = await platform.dealer();
    const model = await platform.model();
    const [wrong, right] = await Promise.all((await platform.units(model, dealer, 2)).map(async (serial) => {
      const customer = await platform.customer(dealer.manager);
      return platform.sold(dealer.manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
    }));
    const [first, second, partId, callId] = [newId(), newId(), newId(), newId()];
    const partsUsed = [{ partId, quantity: 1, source: 'own' }];
    const visit = { recordId: first, confirmedOn: '2025-02-01', partsUsed };
    const again = { recordId: second, confirmedOn: '2025-05-01', records: [visit, { recordId: second, confirmedOn: '2025-05-01', partsUsed: [] }] };
    const tell = async (given: object): Promise<void> => {
      await platform.service.publish(RecordConfirmedSchema, { callId, dealerId: dealer.id, confirmedAt: '2025-02-01T02:00:00.000Z', ...given });
      await platform.service.drain();
    };
    const fileOf = async ({ id }: { id: string }) => {
      const { replacedParts, unit } = await units(dealer.manager).getUnitFile({ id });
      return { parts: replacedParts.map(({ replacedOn, recordId }) => [replacedOn, recordId]), told: unit?.flow.filter(({ kind }) => kind === 'part_replaced').length };
    };
    await tell({ ...visit, records: [visit], unitId: wrong.id, version: 5 });
    await tell({ ...again, partsUsed, unitId: wrong.id, version: 9 });
    expect(await fileOf(wrong)).toEqual({ parts: [['2025-02-01', first]], told: 1 });
    await tell({ ...again, partsUsed, unitId: right.id, version: 10 });
    await tell({ ...visit, records: [visit], unitId: wrong.id, version: 6 });
    expect(await fileOf(wrong)).toEqual({ parts: [], told: 0 });
    expect(await fileOf(right)).toEqual({ parts: [['2025-02-01', first]], told: 1 });
  });
});
