import { PartsTimelineService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { startParts, type PartsWorld } from '../parts.fixture.js';

describe('what parts knows of a customer’s time line', () => {
  let world: PartsWorld;
  beforeAll(async () => {
    world = await startParts();
  });
  afterAll(() => world.service.stop());

  it('C-6, F-7: parts issued for his calls, and charged for whoever sees slips, page by page; another dealer sees none', async () => {
    const callId = newId();
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05' });
    world.around.coverage.set('SN-1', 'covered');
    const part = await world.part({ stock: 5 });
    const { id } = await world.request([[part, 2, 'SN-1']], { purpose: 'repair', callId });
    await world.review(id);
    const ask = (ctx: CallContext, given: object = {}) => world.service.client(PartsTimelineService, ctx).listPartsTimeline({ callIds: [callId, 'x'], ...given });
    expect((await ask(world.dealer())).items).toEqual([]);
    const [picking] = await world.pick(id);
    await world.ship(await world.plan(picking));
    const [line] = (await world.get(id)).lines;
    const slipId = newId();
    await world.service.sql(`insert into charge_slip (id, number, dealer_id, direction, state, origin, reason, net_total, tax_total, gross_total, tax_rate, payment_method, invoice_wish, created_at, created_by, paid, paid_version, version)
      values ($1, null, $2, 'charge', 'draft', 'manual', 'x', 1, 0, 1, 13, 'account', 'later', now(), 'x', false, 0, 1)`, [slipId, world.dealerId]);
    await world.service.sql(`insert into charge_slip_line (id, dealer_id, slip_id, position, part_id, quantity, unit_price, net_amount, tax_amount, reason, origin_kind, origin_id)
      values (gen_random_uuid(), $1, $2, 1, $3, 1, 1, 1, 0, 'x', 'parts_request_line', $4)`, [world.dealerId, slipId, part, line.id]);
    expect((await ask(world.dealer())).items.map(({ kind }) => kind)).toEqual(['part_issued']);
    await world.service.sql(`update charge_slip set state = 'confirmed', number = 'CS-TEST-1', month = '2020-01', confirmed_at = '2020-01-01' where id = $1`, [slipId]);
    const { items } = await ask(world.dealer());
    expect(items).toMatchObject([{ kind: 'part_issued', serial: 'SN-1', quantity: 2, amount: '' }, { kind: 'part_charged', number: 'CS-TEST-1', documentId: slipId, quantity: 1, amount: '' }]);
    const kinds = async (ctx: CallContext) => (await ask(ctx)).items.map(({ kind }) => kind);
    expect(await kinds(world.as('service_clerk'))).toEqual(['part_issued', 'part_charged']);
    expect(await kinds(world.dealer('dealer_technician'))).toEqual(['part_issued']);
    expect(await kinds({ ...world.dealer('dealer_manager', newId()), childDealerIds: [world.dealerId] })).toEqual(['part_issued']);
    expect(await kinds(world.dealer('dealer_manager', newId()))).toEqual([]);
    const first = await ask(world.dealer(), { page: { limit: 1 } });
    const next = await ask(world.dealer(), { page: { limit: 1, cursor: first.nextCursor } });
    expect([first.items[0]?.id, next.items[0]?.id, next.nextCursor]).toEqual([items[0].id, items[1].id, '']);
  });
});
