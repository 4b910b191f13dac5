import { PartsShippedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

describe('P-9: credit over the bus', () => {
  let world: InvoicingWorld;
  beforeAll(async () => {
    world = await startInvoicing();
  }, 60_000);
  afterAll(() => world.service.stop());

  /** A dealer with a line of 1 000 and an amount used. */
  async function dealerUsing(used: string): Promise<string> {
    const dealerId = await world.newDealer();
    await world.creditLine('1000.00', dealerId);
    await world.slip({ nets: [used], untaxed: true, paymentMethod: 'account', dealerId });
    return dealerId;
  }
  const waiting = (dealerId: string) => world.slip({ nets: ['120.00'], untaxed: true, paymentMethod: 'account', origin: 'request', dealerId });
  const hold = (dealerId: string, slipId: string, shippingOrderId = newId()) =>
    world.receivables(world.as('warehouse_keeper')).holdCredit({ dealerId, slipId, shippingOrderId, amount: '120.00' });

  it('P-9: 950 used of 1 000: 120.00 does not ship; 880 used: it ships, room exactly equal', async () => {
    const tight = await dealerUsing('950.00');
    expect(await hold(tight, (await waiting(tight)).slipId)).toMatchObject({ held: false, reason: 'CREDIT_EXHAUSTED', room: '50.00' });
    const equal = await dealerUsing('880.00');
    expect(await hold(equal, (await waiting(equal)).slipId)).toMatchObject({ held: true, room: '0.00' });
    expect(await world.credit().getCreditLine({ dealerId: equal })).toMatchObject({ limit: '1000.00', used: '880.00', held: '120.00', room: '0.00' });
  });

  it('P-9: two shipments of 120.00 at once with room for one: one is held', async () => {
    const dealerId = await dealerUsing('880.00');
    const slips = [await waiting(dealerId), await waiting(dealerId)];
    const answers = await Promise.all(slips.map((slip) => hold(dealerId, slip.slipId)));
    expect(answers.map((each) => each.held).sort()).toEqual([false, true]);
    expect((await world.told('CreditHeld')).filter((each) => each.dealerId === dealerId)).toHaveLength(1);
  });

  it('P-9: asked again it is held once; a cancelled shipment gives the room back; shipment turns it into used', async () => {
    const dealerId = await dealerUsing('880.00');
    const slip = await waiting(dealerId);
    const order = newId();
    await hold(dealerId, slip.slipId, order);
    await hold(dealerId, slip.slipId, order);
    expect(await world.credit().getCreditLine({ dealerId })).toMatchObject({ held: '120.00', room: '0.00' });
    await expect(world.credit().getCreditLine({})).rejects.toThrow(expect.objectContaining({ reason: 'FIELD_MISSING' }));
    const keeper = world.receivables(world.as('service_clerk'));
    expect(await keeper.releaseCredit({ shippingOrderId: order })).toMatchObject({ released: true });
    expect(await keeper.releaseCredit({ shippingOrderId: order })).toMatchObject({ released: false });
    const next = newId();
    await hold(dealerId, slip.slipId, next);
    await world.service.publish(PartsShippedSchema, { shippingOrderId: next, dealerId, lines: [{ quantity: 1, chargeSlipId: slip.slipId, chargeSlipLineId: slip.lineIds[0] }] });
    await world.service.drain();
    expect(await world.credit().getCreditLine({ dealerId })).toMatchObject({ used: '1000.00', held: '0.00', room: '0.00' });
    await world.pay('120.00', slip.number, dealerId);
    expect(await world.credit().getCreditLine({ dealerId })).toMatchObject({ used: '880.00', room: '120.00' });
  });

  it('P-9: without a line nothing ships on credit; a dealer never asks for it himself', async () => {
    const dealerId = await world.newDealer();
    const slip = await waiting(dealerId);
    expect(await hold(dealerId, slip.slipId)).toMatchObject({ held: false, reason: 'NO_CREDIT_LINE' });
    expect(await reasonOf(hold(dealerId, newId()))).toBe('RECEIVABLE_PENDING');
    expect(await reasonOf(world.receivables(world.dealer(dealerId)).holdCredit({ dealerId, slipId: slip.slipId, shippingOrderId: newId(), amount: '1.00' }))).toBe('ROLE_NOT_ALLOWED');
  });

  it('P-9: a dealer without a line reads a limit of zero and the state none; an unknown dealer is refused', async () => {
    const dealerId = await world.newDealer();
    const none = { id: '', dealerId, limit: '0.00', proposedLimit: '', used: '0.00', held: '0.00', room: '0.00', state: 'none', version: 0 };
    expect(await world.credit(world.dealer(dealerId)).getCreditLine({})).toMatchObject(none);
    const [approve] = (await world.credit(world.as('service_supervisor')).getCreditLine({ dealerId })).allowedActions;
    expect(approve).toMatchObject({ action: 'approve', allowed: false, reason: 'STEP_NOT_ALLOWED' });
    expect(await reasonOf(world.credit().getCreditLine({ dealerId: newId() }))).toBe('DEALER_UNKNOWN');
    await world.credit().draftCreditLine({ dealerId, limit: '500' });
    expect(await world.credit(world.dealer(dealerId)).getCreditLine({})).toMatchObject({ limit: '0.00', proposedLimit: '500.00', state: 'draft', version: 1 });
  });

  it('P-9: finance drafts, the supervisor approves, and never the same person', async () => {
    const dealerId = await world.newDealer();
    const finance = world.as('finance_clerk');
    const draft = await world.credit(finance).draftCreditLine({ dealerId, limit: '500' });
    expect(draft).toMatchObject({ state: 'draft', version: 1 });
    const approve = { id: draft.id, version: draft.version };
    expect(await reasonOf(world.credit(finance).approveCreditLine(approve))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(world.credit(world.as('service_supervisor', { userId: finance.userId })).approveCreditLine(approve))).toBe('APPROVER_IS_REQUESTER');
    expect(await reasonOf(world.credit(world.as('service_supervisor')).approveCreditLine({ ...approve, version: 7 }))).toBe('STALE_VERSION');
    expect(await world.credit(world.as('service_supervisor')).approveCreditLine(approve)).toMatchObject({ state: 'approved', version: 2 });
    expect(await reasonOf(world.credit(world.as('service_supervisor')).approveCreditLine({ ...approve, version: 2 }))).toBe('STEP_NOT_ALLOWED');
    const other = await world.newDealer();
    expect(await reasonOf(world.credit(world.dealer(other)).getCreditLine({ dealerId }))).toBe('NOT_FOUND');
    expect((await world.credit(world.dealer(dealerId)).getCreditLine({})).limit).toBe('500.00');
    expect(await reasonOf(world.credit().draftCreditLine({ dealerId: newId(), limit: '1' }))).toBe('DEALER_UNKNOWN');
  });
});
