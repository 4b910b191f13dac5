import { ObligationService, OpeningService, PartsStatisticsService, ReturnService, StockReportService, StockService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { expectSchemaMatchesEntities, faultsOf, runImport } from '@aftercare/testing';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let today: string;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
  today = businessDate(await world.service.now());
});
afterAll(() => world?.service.stop());

const openings = (ctx: CallContext = world.as('service_supervisor')) => world.service.client(OpeningService, ctx);
const run = (kind: 'stock' | 'holdings', sheet: Record<string, string>[], ctx = world.as('service_clerk', { idempotencyKey: undefined }), dryRun = false) =>
  runImport(world.service, ctx, { kind: `import-opening-${kind}`, sheet: sheet.map((row) => ({ cutOverOn: addDays(today, -1), ...row })), dryRun });
const only = async (filter: object) => (await openings().listOpenings({ state: 'draft', ...filter })).items[0];
const site = async (code: string): Promise<string> => (await world.service.client(StockService, world.as('admin')).createWarehouse({ code, name: code, kind: 'receiving' })).id;
const obligations = async (dealerId: string) => (await world.service.client(ObligationService, world.dealer('dealer_manager', dealerId)).listObligations({})).items;
const holdings = async (dealerId: string): Promise<number> =>
  (await world.service.sql<{ quantity: number }>('select coalesce(sum(quantity), 0)::int as quantity from dealer_holding where dealer_id = $1', [dealerId]))[0].quantity;

describe('opening stock', () => {
  it('X-9: entities and migrated tables agree', async () => {
    await expect(expectSchemaMatchesEntities(world.service.dataSource)).resolves.toBeUndefined();
  });

  it('X-9: is drafted from a sheet, booked when somebody else approves, valued at its cost, and taken back by a document of its own', async () => {
    const [siteId, partId] = [await site('NB'), await world.part()];
    const sheet = [{ warehouseCode: 'NB', siteId, partNumber: 'P', partId, quantity: '7', unitCost: '3.25' }];
    expect(await run('stock', sheet, undefined, true)).toMatchObject({ state: 'done', result: '{"valid":true}' });
    const who = newId();
    expect(await run('stock', sheet, world.as('service_clerk', { userId: who, idempotencyKey: undefined }))).toMatchObject({ state: 'done' });
    const draft = await only({ warehouseId: siteId });
    expect(draft).toMatchObject({ kind: 'stock', state: 'draft', cutOverOn: addDays(today, -1), dealerId: '' });
    expect(faultsOf(await run('stock', sheet))).toEqual(['2 warehouseCode OPENED_ALREADY']);
    expect(await reasonOf(openings(world.as('service_supervisor', { userId: who })).approveOpening({ id: draft.id, version: 1 }))).toBe('APPROVER_IS_REQUESTER');
    expect(await world.balance(partId)).toEqual({ onHand: 0, reserved: 0 });
    await openings().approveOpening({ id: draft.id, version: 1 });
    expect(await reasonOf(openings().approveOpening({ id: draft.id, version: 2 }))).toBe('STEP_NOT_ALLOWED');
    expect(await world.balance(partId)).toEqual({ onHand: 7, reserved: 0 });
    const value = async () => (await world.service.client(StockReportService, world.as('finance_clerk')).listStockValues({ warehouseId: siteId })).items;
    expect(await value()).toMatchObject([{ partId, quantity: 7, unitCost: '3.2500', value: '22.75' }]);
    expect((await openings(world.as('service_clerk')).listOpeningLines({ id: draft.id })).items).toMatchObject([{ partId, quantity: 7, unitCost: '' }]);
    expect((await openings(world.as('auditor')).listOpeningLines({ id: draft.id })).items).toMatchObject([{ unitCost: '3.2500' }]);
    const clerk = () => openings(world.as('service_clerk'));
    const reversal = await clerk().reverseOpening({ id: draft.id, version: 2, reason: '盘错' });
    expect(await reasonOf(clerk().reverseOpening({ id: draft.id, version: 2, reason: '盘错' }))).toBe('ALREADY_REVERSED');
    const reverse = (await clerk().getOpening({ id: draft.id })).allowedActions.find(({ action }) => action === 'reverse');
    expect(reverse).toMatchObject({ allowed: false, reason: 'ALREADY_REVERSED' });
    await openings().approveOpening({ id: reversal.id, version: 1 });
    expect([await world.balance(partId), await value()]).toMatchObject([{ onHand: 0 }, []]);
    expect(await openings().getOpening({ id: draft.id })).toMatchObject({ state: 'reversed', lineCount: 1, quantity: 7 });
    expect(await reasonOf(clerk().reverseOpening({ id: reversal.id, version: 2, reason: '再来' }))).toBe('REVERSAL_OF_REVERSAL');
    expect(await run('stock', sheet)).toMatchObject({ state: 'done' });
    const movements = (await world.service.client(StockService, world.as('auditor')).listMovements({ partId })).items;
    expect(movements.map(({ kind, documentKind }) => [kind, documentKind])).toEqual([['opening', 'opening_document'], ['opening', 'opening_document']]);
  });

  it('X-9: is not taken back when pieces of it are gone; a draft is thrown away', async () => {
    const [siteId, partId] = [await site('WZ'), await world.part()];
    await run('stock', [{ warehouseCode: 'WZ', siteId, partNumber: 'P', partId, quantity: '2', unitCost: '1' }]);
    const { id } = await only({ warehouseId: siteId });
    await openings().approveOpening({ id, version: 1 });
    const request = await world.request([[partId, 1, 'IN']]);
    await world.review(request.id);
    const [pickingId] = await world.pick(request.id);
    await world.ship(await world.plan(pickingId));
    const reversal = await openings(world.as('service_clerk')).reverseOpening({ id, version: 2, reason: '盘错' });
    expect(await reasonOf(openings().approveOpening({ id: reversal.id, version: 1 }))).toBe('STOCK_SHORT');
    await openings().discardOpening({ id: reversal.id, version: 1, reason: '已发货' });
    expect(await openings().getOpening({ id: reversal.id })).toMatchObject({ state: 'discarded', reason: '已发货' });
    expect(await openings().getOpening({ id })).toMatchObject({ state: 'approved' });
  });

  it('X-9: two sheets of one warehouse at once: one is drafted', async () => {
    const [siteId, partId] = [await site('JX'), await world.part()];
    const sheet = [{ warehouseCode: 'JX', siteId, partNumber: 'P', partId, quantity: '2', unitCost: '1' }];
    const jobs = await Promise.all([run('stock', sheet), run('stock', sheet)]);
    expect(jobs.map(({ state }) => state).sort()).toEqual(['done', 'failed']);
    expect((await openings().listOpenings({ warehouseId: siteId })).items).toHaveLength(1);
    expect(await reasonOf(run('stock', sheet, world.dealer()))).toBe('ROLE_NOT_ALLOWED');
  });
});

describe('opening holdings', () => {
  it('X-9, H-1: each line opens an obligation with origin opening, whose why names the document; a count meets it', async () => {
    const [dealerId, partId] = [newId(), await world.part()];
    const row = { dealerCode: 'D', dealerId, partNumber: 'P', partId };
    await run('holdings', [{ ...row, quantity: '3', unitSerial: 'SN-1', dueOn: addDays(today, 10) }, { ...row, quantity: '2' }]);
    const draft = await only({ dealerId });
    await openings().approveOpening({ id: draft.id, version: 1 });
    const open = await obligations(dealerId);
    expect(open).toMatchObject([
      { origin: 'opening', openingDocumentId: draft.id, shippingOrderId: '', unitSerial: 'SN-1', outstandingQuantity: 3, dueOn: addDays(today, 10) },
      { origin: 'opening', outstandingQuantity: 2, dueOn: addDays(today, 29) },
    ]);
    expect(await holdings(dealerId)).toBe(5);
    const why = await world.service.client(ObligationService, world.dealer('dealer_manager', dealerId)).explainObligation({ id: open[0].id });
    expect(why.sentenceEn).toContain(draft.number);
    expect(await reasonOf(world.service.client(ObligationService, world.dealer()).explainObligation({ id: open[0].id }))).toBe('NOT_FOUND');
    expect(await reasonOf(openings(world.dealer('dealer_manager', dealerId)).getOpening({ id: draft.id }))).toBe('ROLE_NOT_ALLOWED');
    const parcel = await world.service.client(ReturnService, world.dealer('dealer_manager', dealerId)).announceReturn({ lines: [{ partId, quantity: 4, condition: 'old' }] });
    const sent = await world.service.client(ReturnService, world.dealer('dealer_manager', dealerId)).sendReturn({ id: parcel.id, version: parcel.version, carrier: 'SF', waybillNumber: '1' });
    const keeper = () => world.service.client(ReturnService, world.as('warehouse_keeper'));
    const received = await keeper().receiveReturn({ id: parcel.id, version: sent.version, warehouseId: world.warehouseId });
    await keeper().countReturn({ id: parcel.id, version: received.version, lines: [{ partId, quantity: 4, condition: 'scrap' }] });
    expect((await obligations(dealerId)).map(({ outstandingQuantity }) => outstandingQuantity)).toEqual([0, 1]);
    const reversal = await openings(world.as('service_clerk')).reverseOpening({ id: draft.id, version: 2, reason: '错' });
    expect(await reasonOf(openings().approveOpening({ id: reversal.id, version: 1 }))).toBe('OPENING_IN_USE');
  });

  it('X-9, H-2: holdings count from the cut-over day on, whenever they are approved: a stocktake as of that day has them', async () => {
    const [dealerId, partId] = [newId(), await world.part()];
    await run('holdings', [{ dealerCode: 'D', dealerId, partNumber: 'P', partId, quantity: '3' }]);
    const draft = await only({ dealerId });
    await openings().approveOpening({ id: draft.id, version: 1 });
    const cutOverOn = addDays(today, -1);
    const opened = await stocktakesOf(world).opening({ dealerId, cutOffOn: cutOverOn });
    expect(JSON.parse(opened.result)).toMatchObject({ borrowedQuantity: 3 });
    const aged = await world.service.client(PartsStatisticsService, world.as('service_clerk')).listHoldingsByAge({ dealerId });
    expect(aged.items).toMatchObject([{ outstandingQuantity: 3, oldestOn: cutOverOn }]);
    const other = newId();
    await run('holdings', [{ dealerCode: 'D', dealerId: other, partNumber: 'P', partId, quantity: '3' }]);
    await openings().approveOpening({ id: (await only({ dealerId: other })).id, version: 1 });
    expect(JSON.parse((await stocktakesOf(world).opening({ dealerId: other, cutOffOn: addDays(today, -2) })).result)).toMatchObject({ borrowedQuantity: 0 });
  });

  it('X-9, H-1a: holdings taken back leave nothing outstanding, and the dealer may be opened anew', async () => {
    const [dealerId, partId] = [newId(), await world.part()];
    const sheet = [{ dealerCode: 'D', dealerId, partNumber: 'P', partId, quantity: '3' }];
    await run('holdings', sheet);
    const draft = await only({ dealerId });
    await openings().approveOpening({ id: draft.id, version: 1 });
    expect(faultsOf(await run('holdings', sheet))).toEqual(['2 dealerCode OPENED_ALREADY']);
    const reversal = await openings(world.as('service_clerk')).reverseOpening({ id: draft.id, version: 2, reason: '错' });
    await openings().approveOpening({ id: reversal.id, version: 1 });
    expect(await holdings(dealerId)).toBe(0);
    expect(await obligations(dealerId)).toMatchObject([{ issuedQuantity: 0, outstandingQuantity: 0, settlements: [{ kind: 'shortage', documentKind: 'opening_document', documentId: reversal.id }] }]);
    expect(await run('holdings', sheet)).toMatchObject({ state: 'done' });
  });

  it('X-9: of three who approve the same opening at once, one books it', async () => {
    const [dealerId, partId] = [newId(), await world.part()];
    await run('holdings', [{ dealerCode: 'D', dealerId, partNumber: 'P', partId, quantity: '3' }]);
    const { id } = await only({ dealerId });
    const answers = await Promise.all([1, 2, 3].map(() => reasonOf(openings().approveOpening({ id, version: 1 }))));
    expect(answers.sort()).toEqual(['STALE_VERSION', 'STALE_VERSION', 'no error']);
    expect(await holdings(dealerId)).toBe(3);
  });

  it('X-9, H-7: a surplus that was counted before going live meets what is opened', async () => {
    const [dealerId, partId] = [newId(), await world.part()];
    await world.service.database.command(world.service.ctx(), async (tx) => {
      await tx.em.query(`insert into return_credit (id, dealer_id, part_id, quantity, document_kind, document_id, at, month) values ($1, $2, $3, 2, 'return_parcel', $1, now(), '2026-01')`, [newId(), dealerId, partId]);
      return {};
    });
    await run('holdings', [{ dealerCode: 'D', dealerId, partNumber: 'P', partId, quantity: '3' }]);
    const { id } = await only({ dealerId });
    await openings().approveOpening({ id, version: 1 });
    expect(await obligations(dealerId)).toMatchObject([{ issuedQuantity: 3, returnedQuantity: 2, outstandingQuantity: 1 }]);
    expect(await holdings(dealerId)).toBe(1);
  });
});
