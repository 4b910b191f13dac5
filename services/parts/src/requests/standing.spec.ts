import { DealerChangedSchema, PartsRequestService, ReturnService, ShippingService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);

describe('D-1: the standing of dealers as parts heard it', () => {
  let world: PartsWorld;
  let partId: string;
  beforeEach(async () => {
    world = await startParts();
    partId = await world.part({ stock: 20 });
    world.around.coverage.set('S-1', 'covered');
  });
  afterEach(() => world?.service.stop());

  const requests = (ctx = world.dealer()) => world.service.client(PartsRequestService, ctx);
  const shipping = (ctx = world.dealer()) => world.service.client(ShippingService, ctx);
  const told = async (dealerId: string, status: string, version: number) => {
    await world.service.publish(DealerChangedSchema, { dealerId, code: 'SH001', name: '上海', status, version });
    await world.service.drain();
  };
  const file = (purpose: string, ctx = world.dealer(), dealerId = '') =>
    requests(ctx).createPartsRequest({ purpose, visitOn: purpose === 'visit' ? businessDate(new Date()) : '', urgency: 'urgent', dealerId, askedBy: 'Li', lines: [{ partId, quantity: 1, unitSerial: 'S-1' }] });

  it('D-1: a request signed before the end was heard is refused after it, whoever sends it; an older word of the dealer changes nothing', async () => {
    const { dealerId } = world;
    const draft = await file('stock');
    const mine = world.dealer();
    const before = await file('stock', mine);
    await told(dealerId, 'terminated', 3);
    await told(dealerId, 'active', 2);
    expect(await reasonOf(file('visit'))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(requests().submitPartsRequest({ id: draft.id, version: 1 }))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(file('visit', world.as('service_clerk'), dealerId))).toBe('DEALER_NOT_ACTIVE');
    expect(await file('stock', mine)).toEqual(before);
  });

  it('D-1: a suspended dealer asks for nothing for stock, also as a parent for its child, until it is active again', async () => {
    const [parentId, childId] = [newId(), newId()];
    const parent = () => ({ ...world.dealer('dealer_manager', parentId), childDealerIds: [childId] });
    await told(childId, 'applicant', 1);
    expect(await reasonOf(file('stock', parent(), childId))).toBe('no error');
    await told(parentId, 'suspended', 2);
    expect(await reasonOf(file('stock', parent(), childId))).toBe('DEALER_SUSPENDED');
    expect(await reasonOf(file('visit', parent(), childId))).toBe('no error');
    await told(parentId, 'active', 3);
    expect(await reasonOf(file('stock', parent(), childId))).toBe('no error');
    await told(childId, 'suspended', 2);
    expect(await reasonOf(file('stock', parent(), childId))).toBe('DEALER_SUSPENDED');
  });

  it('D-1: a command waits for an end that is being written, and is refused by it', async () => {
    const { dealerId } = world;
    await told(dealerId, 'active', 1);
    const end = world.service.dataSource.createQueryRunner();
    await end.startTransaction();
    await end.query(`update known_dealer set status = 'terminated', version = 2 where id = $1`, [dealerId]);
    const sent = reasonOf(file('visit'));
    const first = await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))]);
    await end.commitTransaction();
    await end.release();
    expect(first).toBe('waits');
    expect(await sent).toBe('DEALER_NOT_ACTIVE');
  });

  it('D-1, P-4, P-5, P-8: a terminated dealer’s users change no request, quote or shipment; what they return is taken', async () => {
    const { dealerId } = world;
    const covered = await world.request([[partId, 1, 'S-1']]);
    const quoted = await world.request([[partId, 1, '']], { purpose: 'stock' });
    const declined = await world.request([[partId, 1, '']], { purpose: 'stock' });
    const [reviewed, offer, escalated] = [await world.review(covered.id), await world.review(quoted.id), await world.review(declined.id)];
    await requests().declineQuote({ id: declined.id, version: escalated.version, lineIds: [escalated.lines[0].id], reason: '太贵' });
    const [pickingId] = await world.pick(covered.id);
    const order = await world.plan(pickingId);
    const shipped = await world.ship(order);
    await told(dealerId, 'terminated', 2);
    const line = { lineIds: [offer.lines[0].id], id: quoted.id, version: offer.version };
    const refused = [
      requests().withdrawPartsRequest({ id: quoted.id, version: offer.version }),
      requests().cancelRequestLine({ id: quoted.id, version: offer.version, lineId: offer.lines[0].id }),
      requests().acceptQuote({ ...line, paymentMethod: 'cash', invoiceWish: 'now' }),
      requests().declineQuote({ ...line, reason: 'no' }),
      shipping(world.dealer('dealer_technician')).confirmReceipt({ id: order.id, version: shipped.version, lines: [] }),
    ];
    expect(await Promise.all(refused.map(reasonOf))).toEqual(refused.map(() => 'DEALER_TERMINATED'));
    expect(reviewed.state).toBe('fulfilling');
    const parcel = { lines: [{ partId, quantity: 1, condition: 'old', unitSerial: 'S-1' }] };
    expect(await reasonOf(world.service.client(ReturnService, world.dealer()).announceReturn(parcel))).toBe('no error');
    expect(await reasonOf(requests(world.as('service_clerk')).cancelRequestLine({ id: quoted.id, version: offer.version, lineId: offer.lines[0].id }))).toBe('no error');
  });

  it('D-1, P-5: what a terminated dealer asked for is only rejected, by the clerk and by the supervisor', async () => {
    const { dealerId } = world;
    const { id } = await world.request([[partId, 1, 'S-1']]);
    const stock = await world.request([[partId, 1, '']], { purpose: 'stock' });
    const { version, lines } = await world.review(stock.id);
    await requests().declineQuote({ id: stock.id, version, lineIds: [lines[0].id], reason: '太贵' });
    await told(dealerId, 'terminated', 2);
    expect(await reasonOf(world.review(id))).toBe('DEALER_NOT_ACTIVE');
    const decide = (decision: string, more = {}) => requests(world.as('service_supervisor', { userId: newId() })).decideEscalation({
      id: stock.id, version: version + 1, lineId: lines[0].id, decision, reason: '协议已终止', ...more,
    });
    expect(await reasonOf(decide('waive'))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(decide('lower', { specialPrice: '1.00' }))).toBe('DEALER_NOT_ACTIVE');
    expect(await reasonOf(decide('reject'))).toBe('no error');
  });
});
