import { PartService, PartUpkeepService, PartsRequestService, SettingChangedSchema, ShippingService, StockKitService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
});
afterAll(() => world?.service.stop());

const kits = (ctx: CallContext = world.as('service_clerk')) => world.service.client(StockKitService, ctx);
const shipping = (ctx: CallContext) => world.service.client(ShippingService, ctx);

/** The dealer's line of a part, undefined where its kit has none. */
async function lineOf(partId: string) {
  const { items } = await kits().listSuggestedKit({ dealerId: world.dealerId, page: { limit: 200 } });
  return items.find((line) => line.partId === partId);
}

/** Warranty pieces that were issued for work. */
async function used(partId: string, quantity: number): Promise<void> {
  const request = await world.request([[partId, quantity, 'IN']]);
  await world.review(request.id);
  const [pickingId] = await world.pick(request.id);
  await world.ship(await world.plan(pickingId));
}

/** Pieces for the dealer's stock, special and to be returned, as they stand with the clerk. */
async function askForStock(partId: string, quantity: number): Promise<{ id: string; version: number }> {
  const request = await world.request([[partId, quantity]], { purpose: 'stock' });
  return { id: request.id, version: request.version };
}

/** Approved by the supervisor after the dealer declined the quote, shipped and received. */
async function stock(partId: string, quantity: number, returnDue: boolean): Promise<void> {
  const { id } = await askForStock(partId, quantity);
  const { version, lines: [line] } = await world.review(id);
  const as = (ctx: CallContext) => world.service.client(PartsRequestService, ctx);
  const declined = await as(world.dealer()).declineQuote({ id, version, lineIds: [line.id], reason: '备货' });
  await as(world.as('service_supervisor')).decideEscalation({ id, version: declined.version, lineId: line.id, decision: 'waive', returnDue, reason: '备货' });
  const [pickingId] = await world.pick(id);
  const order = await world.plan(pickingId);
  const shipped = await world.ship(order);
  const { lines } = await shipping(world.as('auditor')).getShippingOrder({ id: order.id });
  const delivered = await shipping(world.as('warehouse_keeper')).deliverOrder({ id: order.id, version: shipped.version });
  await shipping(world.dealer()).confirmReceipt({ id: order.id, version: delivered.version, lines: lines.map((each) => ({ lineId: each.id, receivedQuantity: each.quantity })) });
}

/** Everything that was shipped so far left so many months ago. */
async function monthsAgo(months: number, partId: string): Promise<void> {
  await world.service.sql(`update shipping_line set shipped_at = business_now() - make_interval(months => $1) where part_id = $2 returning id`, [months, partId]);
}

describe('the suggested kit', () => {
  it('P-12: follows what was used in 12 months and leaves out what was used before', async () => {
    const partId = await world.part({ stock: 30 });
    await used(partId, 12);
    expect(await lineOf(partId)).toMatchObject({
      dealerId: world.dealerId, consumedQuantity: 12, installedUnits: 0, coverMonths: 3, targetQuantity: 3, onHandQuantity: 0, onTheWayQuantity: 0, suggestedQuantity: 3, reason: 'consumption',
    });
    await monthsAgo(13, partId);
    expect(await lineOf(partId)).toBeUndefined();
  });

  it('P-12, P-8: what the carrier lost was not used', async () => {
    const partId = await world.part({ stock: 12 });
    const request = await world.request([[partId, 12, 'IN']]);
    await world.review(request.id);
    const [pickingId] = await world.pick(request.id);
    const order = await world.ship(await world.plan(pickingId));
    const keeper = () => shipping(world.as('warehouse_keeper'));
    const delivered = await keeper().deliverOrder({ id: order.id, version: order.version });
    const { lines: [line] } = await keeper().getShippingOrder({ id: order.id });
    await shipping(world.dealer()).confirmReceipt({ id: order.id, version: delivered.version, lines: [{ lineId: line.id, receivedQuantity: 8, note: '箱破' }] });
    expect(await lineOf(partId)).toMatchObject({ consumedQuantity: 12 });
    const { discrepancies: [missing] } = await keeper().getShippingOrder({ id: order.id });
    await keeper().agreeDiscrepancy({ id: missing.id, version: 1, outcome: 'lost', reason: '丢失', evidence: [{ id: newId(), sha256: 'a'.repeat(64) }] });
    expect(await lineOf(partId)).toMatchObject({ consumedQuantity: 8, targetQuantity: 2 });
  });

  it('P-12: what was asked for stock is on its way, is had when it was received, and is used when it is no longer had', async () => {
    const partId = await world.part({ stock: 60 });
    await used(partId, 24);
    await askForStock(partId, 2);
    expect(await lineOf(partId)).toMatchObject({ targetQuantity: 6, onTheWayQuantity: 2, suggestedQuantity: 4 });
    await stock(partId, 3, true);
    await stock(partId, 1, false);
    expect(await lineOf(partId)).toMatchObject({ consumedQuantity: 24, onHandQuantity: 4, onTheWayQuantity: 2, suggestedQuantity: 0, reason: 'covered' });
    await monthsAgo(4, partId);
    expect(await lineOf(partId)).toMatchObject({ consumedQuantity: 25, onHandQuantity: 3 });
  });

  it('P-12: what is installed says how much is needed where less was used, and the number that is made today is suggested', async () => {
    const [old, next, model] = [await world.part(), await world.part(), newId()];
    world.around.models.set(model, 'M-1');
    world.around.installed.set(world.dealerId, new Map([[model, 200]]));
    const upkeep = world.service.client(PartUpkeepService, world.as('service_clerk'));
    const set = await upkeep.setPartModels({ id: old, version: 1, models: [{ modelId: model, position: '1' }, { modelId: model, position: '2' }] });
    expect(set.version).toBe(2);
    expect(await lineOf(old)).toMatchObject({ installedUnits: 200, targetQuantity: 3, suggestedQuantity: 3, reason: 'installed_base' });
    const part = await world.service.client(PartService, world.as('service_clerk')).getPart({ id: next });
    await upkeep.changePart({ id: next, version: part.version, name: part.name, nameEn: part.nameEn, unit: part.unit, partClass: part.partClass, returnRequired: true, supersedesPartId: old });
    expect([await lineOf(old), await lineOf(next)]).toMatchObject([undefined, { installedUnits: 200, suggestedQuantity: 3, partNumber: part.number }]);
  });

  it('P-12: lasts as many months as the setting says', async () => {
    const partId = await world.part({ stock: 12 });
    await used(partId, 12);
    const today = businessDate(await world.service.now());
    await world.service.publish(SettingChangedSchema, { key: 'kit.coverMonths', value: '6', effectiveFrom: today, version: 1 });
    await world.service.drain();
    expect(await lineOf(partId)).toMatchObject({ coverMonths: 6, targetQuantity: 6 });
  });

  it('P-12: by part number, page by page and by reason', async () => {
    const all = (await kits().listSuggestedKit({ dealerId: world.dealerId })).items;
    expect(all.map(({ partNumber }) => partNumber)).toEqual([...all.map(({ partNumber }) => partNumber)].sort());
    expect(all.length).toBeGreaterThan(2);
    const first = await kits().listSuggestedKit({ dealerId: world.dealerId, page: { limit: 2 } });
    const rest = await kits().listSuggestedKit({ dealerId: world.dealerId, page: { limit: 200, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items]).toEqual(all);
    expect(rest.nextCursor).toBe('');
    const based = await kits().listSuggestedKit({ dealerId: world.dealerId, reason: 'installed_base' });
    expect(based.items).toEqual(all.filter(({ reason }) => reason === 'installed_base'));
    expect(based.items).toHaveLength(1);
    expect(await reasonOf(kits().listSuggestedKit({ dealerId: world.dealerId, reason: 'none' }))).toBe('REASON_UNKNOWN');
  });

  it('P-12: a dealer’s manager sees his own without naming it and nobody else’s, a technician none; the manufacturer names the dealer', async () => {
    const named = await kits().listSuggestedKit({ dealerId: world.dealerId });
    expect(await kits(world.dealer()).listSuggestedKit({})).toEqual(named);
    expect((await kits(world.dealer('dealer_manager', newId())).listSuggestedKit({ dealerId: world.dealerId })).items).toEqual([]);
    expect(await reasonOf(kits(world.dealer('dealer_technician')).listSuggestedKit({}))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(kits().listSuggestedKit({}))).toBe('FIELD_MISSING');
  });
});
