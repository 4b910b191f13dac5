import { SettingChangedSchema, ShippingService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let today: string;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
  today = businessDate(await world.service.now());
});
afterAll(() => world?.service.stop());

const shipping = (ctx = world.as('service_clerk')) => world.service.client(ShippingService, ctx);
const dealer = () => shipping(world.dealer());

/** A shipment that is proposed for a day. */
async function proposed(plannedDate: string) {
  const partId = await world.part({ stock: 1 });
  const { id } = await world.request([[partId, 1, 'IN']], { urgency: 'scheduled' });
  await world.review(id);
  const [pickingOrderId] = await world.pick(id);
  return shipping().planShipment({ pickingOrderId, plannedDate });
}

describe('promised days of a shipment', () => {
  it('P-10: every day is kept with its reason, and one that was moved is agreed anew', async () => {
    const [first, second, third] = [1, 3, 5].map((days) => addDays(today, days));
    const { id, version } = await proposed(first);
    expect(await dealer().getShippingOrder({ id })).toMatchObject({ state: 'planned', plannedDate: first, promises: [] });
    const agreed = await shipping().agreeShippingDate({ id, version, agreedDate: second });
    expect((await dealer().getShippingOrder({ id })).promises).toMatchObject([{ promisedOn: first, cause: 'proposed' }, { promisedOn: second, cause: 'agreed', reason: '' }]);
    const moved = await shipping().moveShippingDate({ id, version: agreed.version, plannedDate: third, reason: '承运人改班次' });
    expect(moved).toMatchObject({ state: 'planned', version: agreed.version + 1 });
    expect(await returnsOf(world).toldOf(id)).toEqual(['parts.shipping_date_proposed dealer_manager', 'parts.shipping_date_agreed dealer_manager', 'parts.shipping_date_moved dealer_manager']);
    expect(await reasonOf(world.ship({ id, version: moved.version }))).toBe('DATE_NOT_AGREED');
    const again = await shipping().agreeShippingDate({ id, version: moved.version, agreedDate: third });
    const { promises, plannedDate, agreedDate } = await dealer().getShippingOrder({ id });
    expect([plannedDate, agreedDate, promises.map(({ promisedOn, cause, reason }) => `${cause} ${promisedOn} ${reason}`.trim())]).toEqual([
      third, third, [`proposed ${first}`, `agreed ${second}`, `moved ${third} 承运人改班次`, `agreed ${third}`],
    ]);
    expect(await world.ship({ id, version: again.version })).toMatchObject({ state: 'shipped' });
    expect(await reasonOf(shipping().moveShippingDate({ id, version: again.version + 1, plannedDate: third, reason: '再改' }))).toBe('STEP_NOT_ALLOWED');
    const trail = await world.service.sql<{ state: string }>(`select changed->'state'->>'after' as state from audit_entry where kind = 'shipping_order' and document_id = $1 order by id`, [id]);
    expect(trail.map(({ state }) => state)).toEqual(['planned', 'ready', 'planned', 'ready', 'shipped']);
  });

  it('P-10: only a clerk moves it, to a day that comes, with a reason; a shipment at the same moment: one outcome', async () => {
    const day = addDays(today, 1);
    const { id, version } = await proposed(day);
    const move = { id, version, plannedDate: day, reason: '缺纸箱' };
    expect(await reasonOf(dealer().moveShippingDate(move))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(shipping().moveShippingDate({ ...move, reason: ' ' }))).toBe('REASON_MISSING');
    expect(await reasonOf(shipping().moveShippingDate({ ...move, plannedDate: addDays(today, -1) }))).toBe('DATE_TOO_EARLY');
    expect(await reasonOf(shipping().moveShippingDate({ ...move, version: 7 }))).toBe('STALE_VERSION');
    expect(await reasonOf(shipping().moveShippingDate({ ...move, id: newId() }))).toBe('NOT_FOUND');
    const { version: ready } = await shipping().agreeShippingDate({ id, version, agreedDate: day });
    const raced = await Promise.all([reasonOf(world.ship({ id, version: ready })), reasonOf(shipping().moveShippingDate({ ...move, version: ready }))]);
    expect([...raced].sort()).toEqual(['STALE_VERSION', 'no error']);
    expect((await dealer().getShippingOrder({ id })).promises).toHaveLength(raced[0] === 'no error' ? 2 : 3);
    const [rls] = await world.service.sql<{ forced: boolean }>(`select relforcerowsecurity as forced from pg_class where relname = 'shipping_promise'`);
    expect(rls.forced).toBe(true);
  });

  it('P-11: after the daily cut-off nothing is promised for the same day, neither proposed, agreed nor moved; urgent orders are promised for the next', async () => {
    const cutOff = async (hour: number, version: number) => {
      await world.service.publish(SettingChangedSchema, { key: 'shipping.cutOffHour', value: String(hour), effectiveFrom: today, version });
      await world.service.drain();
    };
    await cutOff(24, 1);
    const { id, version } = await proposed(today);
    await cutOff(0, 2);
    expect(await reasonOf(proposed(today))).toBe('DATE_TOO_EARLY');
    expect(await reasonOf(shipping().agreeShippingDate({ id, version, agreedDate: today }))).toBe('DATE_TOO_EARLY');
    expect(await reasonOf(shipping().moveShippingDate({ id, version, plannedDate: today, reason: '改期' }))).toBe('DATE_TOO_EARLY');
    const urgent = async () => {
      const partId = await world.part({ stock: 1 });
      const request = await world.request([[partId, 1, 'IN']]);
      await world.review(request.id);
      const [pickingOrderId] = await world.pick(request.id);
      return shipping().getShippingOrder({ id: (await world.plan(pickingOrderId)).id });
    };
    expect(await urgent()).toMatchObject({ state: 'ready', plannedDate: addDays(today, 1) });
    await cutOff(24, 3);
    expect(await urgent()).toMatchObject({ state: 'ready', plannedDate: today });
  });
});
