import { PartsRequestService, StockService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
});
afterAll(() => world?.service.stop());

const requests = (ctx = world.dealer()) => world.service.client(PartsRequestService, ctx);

describe('filing a request', () => {
  it('P-3, X-5, X-6: a draft has no number, handing it in takes one and tells the clerks', async () => {
    const partId = await world.part();
    const draft = await requests().createPartsRequest({ purpose: 'stock', urgency: 'scheduled', lines: [{ partId, quantity: 2 }] });
    expect(draft).toMatchObject({ number: '', state: 'draft', version: 1 });
    const submitted = await requests().submitPartsRequest({ id: draft.id, version: 1 });
    expect(submitted).toMatchObject({ state: 'submitted', version: 2 });
    expect(submitted.number).toMatch(/^PR-\d{4}-\d{6}$/);
    expect(await reasonOf(requests().submitPartsRequest({ id: draft.id, version: 2 }))).toBe('STEP_NOT_ALLOWED');
    const told = await world.service.sql<{ event_type: string }>('select event_type from outbox where payload::text like $1 order by event_type', [`%${draft.id}%`]);
    expect(told.map((row) => row.event_type)).toEqual(['aftercare.common.v1.NoticeRequested', 'aftercare.parts.v1.PartsRequestSubmitted']);
  });

  it('P-3: the call must be the dealer\'s own; a foreign one is as unknown as none', async () => {
    const partId = await world.part();
    const [own, foreign] = [newId(), newId()];
    world.around.calls.set(own, { dealerId: world.dealerId, openedOn: '2026-01-05' });
    world.around.calls.set(foreign, { dealerId: newId(), openedOn: '2026-01-05' });
    const create = (callId: string) => requests().createPartsRequest({ purpose: 'repair', callId, urgency: 'urgent', lines: [{ partId, quantity: 1 }] });
    expect(await reasonOf(create(own))).toBe('no error');
    const errors = await Promise.all([foreign, newId()].map((id) => create(id).catch((error: ServiceError) => ({ code: error.code, reason: error.reason, details: error.details }))));
    expect(errors[0]).toMatchObject({ code: 'not_found', reason: 'CALL_UNKNOWN' });
    expect(errors[0]).toEqual(errors[1]);
    const unknown = requests().createPartsRequest({ purpose: 'stock', urgency: 'urgent', lines: [{ partId, quantity: 1 }, { partId: newId(), quantity: 1 }] });
    await expect(unknown).rejects.toMatchObject({ code: 'not_found', reason: 'PART_UNKNOWN', details: { field: 'lines[1].partId' } });
  });

  it('P-3, R-2: a repair\'s parts are asked for and handed in while its call is open; a repeated key answers as before', async () => {
    const partId = await world.part();
    const callId = newId();
    const call = (state: string) => world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', state });
    const ctx = world.dealer();
    const create = (as = world.dealer()) => requests(as).createPartsRequest({ purpose: 'repair', callId, urgency: 'urgent', lines: [{ partId, quantity: 1 }] });
    call('resolved');
    const draft = await create(ctx);
    for (const state of ['confirmed', 'filed', 'cancelled']) {
      call(state);
      expect(await reasonOf(create())).toBe('CALL_CLOSED');
      expect(await reasonOf(requests().submitPartsRequest({ id: draft.id, version: 1 }))).toBe('CALL_CLOSED');
    }
    expect((await create(ctx)).id).toBe(draft.id);
    call('assigned');
    expect(await requests().submitPartsRequest({ id: draft.id, version: 1 })).toMatchObject({ state: 'submitted' });
  });

  it('P-3: a line of a call is for the call\'s unit, when filed and when handed in', async () => {
    const partId = await world.part();
    const callId = newId();
    const call = (unitSerial: string) => world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', unitSerial });
    const create = (...serials: string[]) => requests().createPartsRequest({
      purpose: 'repair', callId, urgency: 'urgent', lines: serials.map((unitSerial) => ({ partId, quantity: 1, unitSerial })),
    });
    call('SN-1');
    await expect(create('SN-1', 'SN-2')).rejects.toMatchObject({ code: 'invalid_argument', reason: 'UNIT_NOT_OF_CALL', details: { field: 'lines[1].unitSerial' } });
    const draft = await create('', 'sn-1');
    expect((await world.get(draft.id)).lines.map(({ unitSerial }) => unitSerial)).toEqual(['SN-1', 'SN-1']);
    call('SN-9');
    expect(await reasonOf(requests().submitPartsRequest({ id: draft.id, version: 1 }))).toBe('UNIT_NOT_OF_CALL');
    call('');
    expect(await reasonOf(create('SN-1', 'SN-2'))).toBe('no error');
  });

  it('P-3: a line of an installation is for the unit that is installed', async () => {
    const partId = await world.part();
    const installationId = newId();
    world.around.installations.set(installationId, { dealerId: world.dealerId, serial: 'SN-5' });
    const create = (unitSerial: string) => requests().createPartsRequest({ purpose: 'installation', installationId, urgency: 'urgent', lines: [{ partId, quantity: 1, unitSerial }] });
    await expect(create('SN-6')).rejects.toMatchObject({ reason: 'UNIT_NOT_OF_INSTALLATION', details: { field: 'lines[0].unitSerial' } });
    const draft = await create('');
    expect((await world.get(draft.id)).lines[0].unitSerial).toBe('SN-5');
    world.around.installations.set(installationId, { dealerId: newId(), serial: 'SN-5' });
    expect(await reasonOf(create('SN-5'))).toBe('INSTALLATION_UNKNOWN');
  });

  it('D-1: a suspended dealer files nothing for stock; a clerk files with the name of who asked', async () => {
    const partId = await world.part();
    const stock = { purpose: 'stock', urgency: 'urgent', lines: [{ partId, quantity: 1 }] };
    const suspended = () => ({ ...world.dealer(), dealerStatus: 'suspended' as const });
    expect(await reasonOf(requests(suspended()).createPartsRequest(stock))).toBe('DEALER_SUSPENDED');
    expect(await reasonOf(requests(suspended()).createPartsRequest({ ...stock, purpose: 'visit', visitOn: businessDate(new Date()) }))).toBe('no error');
    const childId = newId();
    world.around.standing.set(childId, 'active');
    const parent = { ...suspended(), childDealerIds: [childId] };
    expect(await reasonOf(requests(parent).createPartsRequest({ ...stock, dealerId: childId }))).toBe('DEALER_SUSPENDED');
    expect(await reasonOf(requests({ ...parent, dealerStatus: 'active', idempotencyKey: newId() }).createPartsRequest({ ...stock, dealerId: childId }))).toBe('no error');
    const forDealer = { ...stock, dealerId: world.dealerId };
    world.around.standing.set(world.dealerId, 'missing');
    expect(await reasonOf(requests(world.as('service_clerk')).createPartsRequest(forDealer))).toBe('ASKED_BY_MISSING');
    expect(await reasonOf(requests(world.as('service_clerk')).createPartsRequest({ ...forDealer, askedBy: 'Li' }))).toBe('NOT_FOUND');
    world.around.standing.set(world.dealerId, 'active');
    expect(await reasonOf(requests(world.as('service_clerk')).createPartsRequest({ ...forDealer, askedBy: 'Li' }))).toBe('no error');
  });

  it('X-8: a stale version answers the present one; the same key answers the same', async () => {
    const partId = await world.part();
    const ctx = world.dealer();
    const body = { purpose: 'stock', urgency: 'urgent', lines: [{ partId, quantity: 1 }] };
    const [first, again] = [await requests(ctx).createPartsRequest(body), await requests(ctx).createPartsRequest(body)];
    expect(again.id).toBe(first.id);
    await requests().submitPartsRequest({ id: first.id, version: 1 });
    const stale = await requests().withdrawPartsRequest({ id: first.id, version: 1 }).catch((error: unknown) => error);
    expect(stale).toMatchObject({ code: 'aborted', reason: 'STALE_VERSION', details: { present: { version: 2, state: 'submitted' } } });
  });

  it('P-4: a foreign request looks like one that does not exist, in every rpc', async () => {
    const partId = await world.part();
    const { id, version } = await world.request([[partId, 1]], { purpose: 'stock' });
    const other = (role: 'dealer_manager' | 'dealer_technician' = 'dealer_manager') => requests(world.dealer(role, newId()));
    const calls = (target: string) => [
      other().getPartsRequest({ id: target }),
      other().submitPartsRequest({ id: target, version }),
      other().withdrawPartsRequest({ id: target, version }),
      other().acceptQuote({ id: target, version, lineIds: [newId()], paymentMethod: 'cash', invoiceWish: 'now' }),
      other().declineQuote({ id: target, version, lineIds: [newId()], reason: 'no' }),
      other().cancelRequestLine({ id: target, version, lineId: newId() }),
    ];
    const plain = (work: Promise<unknown>[]) => Promise.all(work.map((each) => each.catch((error: ServiceError) => ({ code: error.code, reason: error.reason, details: error.details, message: error.message }))));
    const foreign = await plain(calls(id));
    expect(foreign).toEqual(await plain(calls(newId())));
    expect(foreign).toEqual(foreign.map(() => expect.objectContaining({ code: 'not_found', reason: 'NOT_FOUND' }) as unknown));
    expect((await other().listPartsRequests({})).items).toEqual([]);
    expect(await reasonOf(requests(world.dealer('dealer_technician')).withdrawPartsRequest({ id, version }))).toBe('ROLE_NOT_ALLOWED');
  });

  it('P-4: a withdrawn request gives its reserved pieces back', async () => {
    const partId = await world.part({ stock: 5 });
    world.around.coverage.set('S-1', 'covered');
    const { id } = await world.request([[partId, 3, 'S-1']]);
    const reviewed = await world.review(id);
    expect(reviewed.state).toBe('fulfilling');
    expect(await world.balance(partId)).toEqual({ onHand: 5, reserved: 3 });
    expect(await requests().withdrawPartsRequest({ id, version: reviewed.version })).toMatchObject({ state: 'withdrawn' });
    expect(await world.balance(partId)).toEqual({ onHand: 5, reserved: 0 });
  });

  it('P-7: what a dealer gives back is offered to other dealers who wait for it', async () => {
    const partId = await world.part({ stock: 2 });
    world.around.coverage.set('S-1', 'covered');
    const held = await world.request([[partId, 2, 'S-1']]);
    const { version, lines } = await world.review(held.id);
    const other = world.dealer('dealer_manager', newId());
    const draft = await requests(other).createPartsRequest({ purpose: 'visit', visitOn: businessDate(new Date()), urgency: 'urgent', lines: [{ partId, quantity: 2, unitSerial: 'S-1' }] });
    await requests({ ...other, idempotencyKey: newId() }).submitPartsRequest({ id: draft.id, version: 1 });
    expect((await world.review(draft.id)).lines[0].backorderedQuantity).toBe(2);
    await requests().cancelRequestLine({ id: held.id, version, lineId: lines[0].id });
    await world.service.drain();
    expect((await world.get(draft.id)).lines[0].backorderedQuantity).toBe(0);
    expect(await world.balance(partId)).toEqual({ onHand: 2, reserved: 2 });
  });

  it('P-10: once the picking list is printed neither a line nor the request is taken back', async () => {
    const partId = await world.part({ stock: 5 });
    world.around.coverage.set('S-1', 'covered');
    const { id } = await world.request([[partId, 1, 'S-1']]);
    await world.review(id);
    await world.pick(id);
    const { version, lines, allowedActions } = await world.get(id, world.dealer());
    expect(await reasonOf(requests().withdrawPartsRequest({ id, version }))).toBe('PICKING_PRINTED');
    expect(await reasonOf(requests().cancelRequestLine({ id, version, lineId: lines[0].id }))).toBe('PICKING_PRINTED');
    expect(allowedActions.find((each) => each.action === 'withdraw')).toMatchObject({
      allowed: false, reason: 'PICKING_PRINTED', message: '领料单已打印，不能再更改。请联系仓库。',
    });
  });

  /** What the dealer was told of goods that came for a request. */
  async function arrivals(requestId: string): Promise<unknown[]> {
    const told = await world.service.sql<{ payload: string }>(
      `select payload from outbox where event_type = 'aftercare.common.v1.NoticeRequested' and payload like '%parts.back_order_arrived%' and payload like $1 order by created_at`, [`%${requestId}%`]);
    return told.map(({ payload }) => {
      const notice = JSON.parse(payload) as { recipientRole: string; recipientDealerId: string; params: string };
      expect(notice).toMatchObject({ recipientRole: 'dealer_manager', recipientDealerId: world.dealerId });
      return JSON.parse(notice.params) as unknown;
    });
  }

  it('P-7, P-11: what is short waits as back-order and is offered to the next arrival, urgent first, then oldest, and its dealer is told', async () => {
    const partId = await world.part({ stock: 2 });
    world.around.coverage.set('S-1', 'covered');
    const scheduled = await world.request([[partId, 3, 'S-1']], { urgency: 'scheduled' });
    const urgent = await world.request([[partId, 2, 'S-1']]);
    expect((await world.review(scheduled.id)).lines[0].backorderedQuantity).toBe(1);
    expect((await world.review(urgent.id)).lines[0].backorderedQuantity).toBe(2);
    await world.receive(partId, 2);
    expect((await world.get(urgent.id)).lines[0].backorderedQuantity).toBe(0);
    expect((await world.get(scheduled.id)).lines[0].backorderedQuantity).toBe(1);
    expect([await arrivals(urgent.id), await arrivals(scheduled.id)]).toEqual([[{ pieces: 2, waiting: 0 }], []]);
    await world.receive(partId, 5);
    expect(await arrivals(scheduled.id)).toEqual([{ pieces: 1, waiting: 0 }]);
    const done = await world.get(scheduled.id);
    expect(done.lines[0].backorderedQuantity).toBe(0);
    expect(done.pickingOrderIds).toHaveLength(1);
    expect(await world.balance(partId)).toEqual({ onHand: 9, reserved: 5 });
  });

  it('P-1: dealers see parts and prices, never what is in stock', async () => {
    const partId = await world.part({ stock: 4 });
    expect(await reasonOf(world.service.client(StockService, world.dealer()).listStock({ partId }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(world.service.client(StockService, world.dealer()).listMovements({ partId }))).toBe('ROLE_NOT_ALLOWED');
    expect((await world.service.client(StockService, world.as('auditor')).listStock({ partId })).items).toMatchObject([{ onHand: 4, reserved: 0, available: 4 }]);
  });
});
