import { PartService, PriceListService, PurchaseOrderService, StockService } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { expectSchemaMatchesEntities } from '@aftercare/testing';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { warehouseAccount } from './accounts.js';
import { moveStock } from './move.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
});
afterAll(() => world?.service.stop());

const PARALLEL = 200;

describe('stock ledger', () => {
  it('P-2: entities and migrated tables agree', async () => {
    await expect(expectSchemaMatchesEntities(world.service.dataSource)).resolves.toBeUndefined();
  });

  it('P-2: 200 issues at once of a part with 50 in stock: 50 leave, the balance never falls below zero and equals its movements', async () => {
    const partId = await world.part({ stock: 50 });
    const issue = () => world.service.database.command(world.service.ctx(), async (tx) => {
      await moveStock(tx, [{
        partId, quantity: 1, from: warehouseAccount(world.warehouseId), to: 'given', kind: 'issue', documentKind: 'test', documentId: newId(),
      }]);
      return {};
    });
    // On a busy machine some wait longer for the row than a lock may take; they are told to try again, and do.
    const answer = (): Promise<string> => issue().then(() => 'left', (error: { code: string; reason: string }) => (error.code === 'unavailable' ? answer() : error.reason));
    const answers = await Promise.all(Array.from({ length: PARALLEL }, answer));
    expect(answers.filter((each) => each === 'left')).toHaveLength(50);
    expect(answers.filter((each) => each === 'STOCK_SHORT')).toHaveLength(150);
    expect(await world.balance(partId)).toEqual({ onHand: 0, reserved: 0 });
    const [sums] = await world.service.sql<{ given: string }>(`select sum(quantity) as given from stock_movement where part_id = $1 and to_account = 'given'`, [partId]);
    expect(Number(sums.given)).toBe(50);
  });

  it('P-2, P-7: 40 approvals at once over two parts with 25 and 10 in stock promise no more than there is', async () => {
    const [first, second] = [await world.part({ stock: 25 }), await world.part({ stock: 10 })];
    world.around.coverage.set('IN', 'covered');
    const ids = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
      const order: [string, number, string][] = [[first, 1, 'IN'], [second, 1, 'IN']];
      return (await world.request(index % 2 ? order : order.reverse())).id;
    }));
    await Promise.all(ids.map((id) => world.review(id)));
    expect(await world.balance(first)).toEqual({ onHand: 25, reserved: 25 });
    expect(await world.balance(second)).toEqual({ onHand: 10, reserved: 10 });
    const [waiting] = await world.service.sql<{ pieces: string }>('select sum(backordered_quantity) as pieces from parts_request_line where part_id = any($1)', [[first, second]]);
    expect(Number(waiting.pieces)).toBe(15 + 30);
    await world.receive(first, 20);
    expect(await world.balance(first)).toEqual({ onHand: 45, reserved: 40 });
  });

  it('P-2: reserved pieces do not leave on another promise, and holdings not below zero', async () => {
    const partId = await world.part({ stock: 2 });
    world.around.coverage.set('IN', 'covered');
    await world.review((await world.request([[partId, 2, 'IN']])).id);
    const move = (from: 'warehouse' | 'dealer') => world.service.database.command(world.service.ctx(), async (tx) => {
      const account = from === 'warehouse' ? warehouseAccount(world.warehouseId) : (`dealer:${world.dealerId}` as const);
      await moveStock(tx, [{ partId, quantity: 1, from: account, to: 'scrap', kind: 'adjustment', documentKind: 'test', documentId: newId() }]);
      return {};
    });
    expect(await move('warehouse').catch((error: unknown) => error)).toMatchObject({ reason: 'STOCK_SHORT' });
    expect(await move('dealer').catch((error: unknown) => error)).toMatchObject({ reason: 'HOLDINGS_SHORT' });
  });

  it('P-2: movements are never changed or deleted, not even by hand', async () => {
    const partId = await world.part({ stock: 1 });
    await expect(world.service.dataSource.query('update stock_movement set quantity = 2 where part_id = $1', [partId])).rejects.toThrow('never changed');
    await expect(world.service.sql('delete from stock_movement where part_id = $1', [partId])).rejects.toThrow('never changed');
    const { items } = await world.service.client(StockService, world.as('auditor')).listMovements({ partId });
    expect(items).toMatchObject([{ quantity: 1, fromAccount: 'supplier', toAccount: `warehouse:${world.warehouseId}`, kind: 'purchase' }]);
  });

  it('P-2: goods of unknown parts, warehouses and impossible quantities are refused and change nothing', async () => {
    const partId = await world.part();
    const receive = (change: Record<string, unknown>) => reasonOf(world.service.client(StockService, world.as('warehouse_keeper')).receivePurchase({
      warehouseId: world.warehouseId, reference: 'LS', lines: [{ partId, quantity: 1, unitCost: '1' }], ...change,
    }));
    expect(await receive({ warehouseId: newId() })).toBe('WAREHOUSE_UNKNOWN');
    expect(await receive({ warehouseId: 'x' })).toBe('NOT_FOUND');
    expect(await receive({ lines: [] })).toBe('LINES_MISSING');
    expect(await receive({ lines: [{ partId: newId(), quantity: 1, unitCost: '1' }] })).toBe('PART_UNKNOWN');
    expect(await receive({ lines: [{ partId, quantity: -1, unitCost: '1' }] })).toBe('QUANTITY_INVALID');
    expect(await receive({ lines: [{ partId, quantity: 1, unitCost: '1e3' }] })).toBe('PRICE_INVALID');
    expect(await receive({ lines: [{ partId, quantity: 100_000, unitCost: '9999999999.9999' }] })).toBe('COST_TOO_HIGH');
    expect(await world.balance(partId)).toEqual({ onHand: 0, reserved: 0 });
    const admin = world.service.client(StockService, world.as('admin'));
    expect(await reasonOf(admin.createWarehouse({ code: 'TZ', name: '台州', kind: 'receiving' }))).toBe('WAREHOUSE_CODE_TAKEN');
  });
});

describe('sharing out', () => {
  it('P-7: pieces that were given back a moment ago go to who waits, not to a line that is approved before they are offered', async () => {
    const partId = await world.part({ stock: 1 });
    const asked = async () => {
      const { id } = await world.request([[partId, 1, 'IN']]);
      await world.review(id);
      return id;
    };
    await asked();
    const waiting = await asked();
    // The pieces of the first are free again, and the offer to who waits is still to come.
    await world.service.sql(`update stock_balance set reserved = 0 where part_id = $1`, [partId]);
    await world.service.sql(`insert into deadline (kind, ref, due_at) values ('stock-freed', $1, now() + interval '1 year') on conflict (kind, ref) do update set due_at = excluded.due_at, fired_at = null`, [partId]);
    const later = await asked();
    const short = async (id: string) => (await world.get(id)).lines[0].backorderedQuantity;
    expect([await short(waiting), await short(later)]).toEqual([1, 1]);
    await world.service.sql(`update deadline set due_at = now() where kind = 'stock-freed' and ref = $1`, [partId]);
    await world.service.drain();
    expect([await short(waiting), await short(later)]).toEqual([0, 1]);
  });

  it('H-4: a transit site takes no goods from a supplier', async () => {
    const partId = await world.part();
    const { id: warehouseId } = await world.service.client(StockService, world.as('admin')).createWarehouse({ code: 'SH', name: '上海', kind: 'transit' });
    const keeper = world.service.client(StockService, world.as('warehouse_keeper'));
    expect(await reasonOf(keeper.receivePurchase({ warehouseId, reference: 'LS', lines: [{ partId, quantity: 1, unitCost: '1' }] }))).toBe('SITE_NOT_RECEIVING');
    const order = { warehouseId, supplier: '阀芯厂', expectedOn: addDays(businessDate(await world.service.now()), 3), lines: [{ partId, quantity: 1 }] };
    expect(await reasonOf(world.service.client(PurchaseOrderService, world.as('warehouse_keeper')).createPurchaseOrder(order))).toBe('SITE_NOT_RECEIVING');
  });
});

describe('catalogue', () => {
  it('P-1: a part has one number, a price of today and, for the manufacturer alone, what is available', async () => {
    const id = await world.part({ stock: 3, price: '7.5' });
    const of = (ctx = world.as('service_clerk')) => world.service.client(PartService, ctx);
    const part = await of().getPart({ id });
    expect(part).toMatchObject({ dealerPrice: '7.5000', available: 3, returnRequired: true });
    expect(await of(world.dealer()).getPart({ id })).toMatchObject({ dealerPrice: '7.5000', available: 0 });
    const again = of().createPart({ number: part.number, name: 'x', unit: 'piece', partClass: 'seal' });
    expect(await reasonOf(again)).toBe('PART_NUMBER_TAKEN');
    expect(await reasonOf(of().getPart({ id: newId() }))).toBe('NOT_FOUND');
    const first = await of().listParts({ q: 'p-', page: { limit: 1 } });
    const next = await of().listParts({ q: 'p-', page: { limit: 1, cursor: first.nextCursor } });
    expect(next.items[0].number > first.items[0].number).toBe(true);
  });

  it('P-1, W-9: a part fits families of the catalogue that are in use', async () => {
    const add = (number: string, families: string[]) => world.service.client(PartService, world.as('service_clerk')).createPart({ number, name: '阀芯', unit: 'piece', partClass: 'seal', families });
    await expect(add('P-F1', ['faucet', 'boiler'])).rejects.toMatchObject({ reason: 'FAMILY_UNKNOWN', details: { field: 'families[1]' } });
    await expect(add('P-F2', ['bidet'])).rejects.toMatchObject({ reason: 'FAMILY_RETIRED' });
    const { id } = await add('P-F3', ['faucet', ' faucet ']);
    expect((await world.service.client(PartService, world.as('service_clerk')).getPart({ id })).families).toEqual(['faucet']);
  });

  it('F-7: prices hold from their day on; who drafted does not publish; drafts are not shown to dealers', async () => {
    const id = await world.part({ price: '5' });
    const lists = (ctx = world.as('finance_clerk')) => world.service.client(PriceListService, ctx);
    const lines = [{ partId: id, dealerPrice: '6', suggestedPrice: '9' }];
    expect(await reasonOf(lists().createPriceList({ effectiveFrom: '9999-12-31', lines }))).toBe('DATE_TOO_FAR');
    const effectiveFrom = addDays(businessDate(await world.service.now()), 300);
    const draft = await lists().createPriceList({ effectiveFrom, lines });
    expect(draft).toMatchObject({ number: '', state: 'draft' });
    expect(await reasonOf(lists(world.dealer()).getPriceList({ id: draft.id }))).toBe('NOT_FOUND');
    const supervisor = world.as('service_supervisor');
    const own = await world.service.sql<{ id: string }>('update price_list set drafted_by = $2 where id = $1 returning id', [draft.id, supervisor.userId]);
    expect(own).toHaveLength(1);
    expect(await reasonOf(lists(supervisor).publishPriceList({ id: draft.id, version: 1 }))).toBe('APPROVER_IS_REQUESTER');
    expect(await lists(world.as('service_supervisor')).publishPriceList({ id: draft.id, version: 1 })).toMatchObject({ state: 'published', version: 2 });
    const [{ payload }] = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type = 'aftercare.parts.v1.PartPriced' and payload like $1`, [`%${draft.id}%`]);
    expect(JSON.parse(payload)).toMatchObject({ partId: id, priceListId: draft.id, effectiveFrom, dealerPrice: '6.0000' });
    expect((await world.service.client(PartService, world.dealer()).getPart({ id })).dealerPrice).toBe('5.0000');
  });

  it('D-3: a dealer asks what is suggested on a day, by number or by part, with the list it stands in', async () => {
    const [priced, other] = [await world.part({ price: '9.5' }), await world.part({ price: '8' })];
    const lists = (ctx: CallContext) => world.service.client(PriceListService, ctx);
    const later = addDays(businessDate(await world.service.now()), 200);
    const draft = await lists(world.as('finance_clerk')).createPriceList({ effectiveFrom: later, lines: [{ partId: priced, dealerPrice: '6', suggestedPrice: '12.25' }] });
    const { number } = await lists(world.as('service_supervisor')).publishPriceList({ id: draft.id, version: 1 });
    const unpriced = await world.service.client(PartService, world.as('service_clerk')).createPart({ number: 'P-ZZ', name: '垫圈', unit: 'piece', partClass: 'seal' });
    const asked = async (request: object) => (await lists(world.dealer()).listSuggestedPrices(request)).items;
    expect(await asked({ partIds: [priced] })).toMatchObject([{ partId: priced, suggestedPrice: '9.5000' }]);
    expect(await asked({ partIds: [priced, other], on: later })).toMatchObject([{ suggestedPrice: '12.2500', priceListNumber: number, effectiveFrom: later }, { suggestedPrice: '8.0000' }]);
    expect(await asked({ q: 'p-zz' })).toMatchObject([{ partId: unpriced.id, suggestedPrice: '', priceListNumber: '' }]);
    expect(await asked({ q: 'p-zz', priced: true })).toEqual([]);
    expect(await reasonOf(asked({ on: '2026-02-30' }))).toBe('INVALID_DATE');
    const page = await lists(world.dealer()).listSuggestedPrices({ page: { limit: 1 } });
    const next = await lists(world.dealer()).listSuggestedPrices({ page: { limit: 1, cursor: page.nextCursor } });
    expect(next.items[0].partNumber > page.items[0].partNumber).toBe(true);
  });
});
