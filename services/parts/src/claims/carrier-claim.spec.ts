import { CarrierClaimService, ChargeSlipService, ObligationEndService, ObligationService, PartsRequestService, ShippingService, ChargeSlipPaidSchema } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
let today: string;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
  today = businessDate(await world.service.now());
});
afterAll(() => world?.service.stop());

const evidence = [{ id: newId(), sha256: 'a'.repeat(64) }];
const keeper = (given: Partial<CallContext> = {}) => world.as('warehouse_keeper', given);
const shipping = (ctx = keeper()) => world.service.client(ShippingService, ctx);
const claims = (ctx: CallContext = world.as('service_clerk')) => world.service.client(CarrierClaimService, ctx);

/** Delivers a shipment whose first line arrives short; answers the difference. */
async function short(order: { id: string; version: number }, received: number) {
  const delivered = await shipping().deliverOrder({ id: order.id, version: order.version });
  const { lines: [line] } = await shipping().getShippingOrder({ id: order.id });
  await shipping(world.dealer()).confirmReceipt({ id: order.id, version: delivered.version, lines: [{ lineId: line.id, receivedQuantity: received, note: '箱破' }] });
  const { discrepancies: [discrepancy] } = await shipping().getShippingOrder({ id: order.id });
  return discrepancy;
}

/** Three pieces shipped free with their return due, of which the dealer received one. */
async function issued() {
  const partId = await world.part({ stock: 5 });
  const { id } = await world.request([[partId, 3, 'IN']]);
  await world.review(id);
  const [pickingId] = await world.pick(id);
  const order = await world.ship(await world.plan(pickingId));
  return { partId, order, discrepancy: await short(order, 1) };
}

const decide = ({ id }: { id: string }, outcome = 'lost', ctx = keeper()) => shipping(ctx).agreeDiscrepancy({ id, version: 1, outcome, reason: '承运人确认丢失', evidence });
const claimOf = async (orderId: string): Promise<string> => (await shipping().getShippingOrder({ id: orderId })).discrepancies[0].carrierClaimId;

describe('claims against carriers', () => {
  it('P-8, H-1a: a loss in transit is shown, excuses its pieces and opens one claim; the warehouse gets nothing back', async () => {
    const { partId, order, discrepancy } = await issued();
    expect(await reasonOf(shipping().agreeDiscrepancy({ id: discrepancy.id, version: 1, outcome: 'lost', reason: 'x' }))).toBe('EVIDENCE_MISSING');
    expect(await decide(discrepancy)).toMatchObject({ state: 'lost', version: 2 });
    expect([await goods.tallyOf(partId), await goods.held(partId), await goods.heldByMovements(partId)]).toEqual([[3, 0, 0, 2, 1], 1, 1]);
    expect(await world.balance(partId)).toEqual({ onHand: 2, reserved: 0 });
    const [{ id: obligationId }] = await goods.obligationsOf(partId);
    expect((await world.service.client(ObligationService, world.dealer()).explainObligation({ id: obligationId })).ends).toMatchObject([
      { kind: 'excused', quantity: 2, basis: 'lost_in_transit', reason: '承运人确认丢失', evidence },
    ]);
    const id = await claimOf(order.id);
    expect((await shipping(world.dealer()).getShippingOrder({ id: order.id })).discrepancies).toMatchObject([{ state: 'lost', carrierClaimId: '' }]);
    expect(await claims().getCarrierClaim({ id })).toMatchObject({
      number: '', state: 'draft', cause: 'lost', carrier: 'SF', waybillNumber: 'SF1', shippingOrderId: order.id, discrepancyId: discrepancy.id, receiptNote: '箱破',
      grounds: '承运人确认丢失', dealerId: world.dealerId, partId, quantity: 2, unitPrice: '12.3450', value: '24.69', unitCost: '', cost: '', amount: '', files: evidence,
    });
    expect(await claims(world.as('auditor')).getCarrierClaim({ id })).toMatchObject({ unitCost: '1.5000', cost: '3.00' });
    expect(await goods.toldOf(id)).toEqual(['parts.carrier_claim_opened service_clerk']);
    expect(await reasonOf(shipping().agreeDiscrepancy({ id: discrepancy.id, version: 2, outcome: 'shortage', reason: 'x' }))).toBe('STEP_NOT_ALLOWED');
    const rows = await world.service.sql('select id from carrier_claim where shipping_order_id = $1', [order.id]);
    expect(rows).toHaveLength(1);
  });

  it('P-8, X-6: it is filed with its number, settled with at most what is claimed, and then stands', async () => {
    const { order, discrepancy } = await issued();
    await decide(discrepancy, 'damaged');
    const id = await claimOf(order.id);
    const settle = { id, settledOn: today, amount: '24.69', note: '按保价赔付' };
    expect(await reasonOf(claims().settleCarrierClaim({ ...settle, version: 1 }))).toBe('STEP_NOT_ALLOWED');
    const photos = [...evidence, { id: newId(), sha256: 'b'.repeat(64) }];
    const withFiles = await claims(keeper()).setCarrierClaimFiles({ id, version: 1, files: photos });
    expect(withFiles).toMatchObject({ number: '', state: 'draft', version: 2 });
    expect(await reasonOf(claims().fileCarrierClaim({ id, version: 1 }))).toBe('STALE_VERSION');
    const filed = await claims().fileCarrierClaim({ id, version: 2, reference: 'LP-9' });
    expect(filed).toMatchObject({ state: 'filed', version: 3, number: expect.stringMatching(/^CC-\d{4}-\d{6}$/) });
    expect(await reasonOf(claims().settleCarrierClaim({ ...settle, version: 3, amount: '24.70' }))).toBe('AMOUNT_INVALID');
    expect(await reasonOf(claims().settleCarrierClaim({ ...settle, version: 3, settledOn: addDays(today, 1) }))).toBe('DATE_IN_FUTURE');
    const [one, other] = await Promise.all([reasonOf(claims().settleCarrierClaim({ ...settle, version: 3 })), reasonOf(claims().refuseCarrierClaim({ id, version: 3, reason: '超时效' }))]);
    expect([one, other].sort()).toEqual(['STALE_VERSION', 'no error']);
    const after = await claims().getCarrierClaim({ id });
    expect(after).toMatchObject({ cause: 'damaged', number: filed.number, amount: '24.69', reference: 'LP-9', files: photos, version: 4 });
    expect([after.state, after.settledAmount, after.settledOn, after.reason]).toEqual(one === 'no error' ? ['settled', '24.69', today, '按保价赔付'] : ['refused', '', '', '超时效']);
    expect(after.allowedActions.map(({ reason }) => reason)).toEqual(after.allowedActions.map(() => 'STEP_NOT_ALLOWED'));
    const trail = await world.service.sql<{ state: string }>(`select changed->'state'->>'after' as state from audit_entry where kind = 'carrier_claim' and document_id = $1 order by id`, [id]);
    expect(trail.map(({ state }) => state)).toEqual(['draft', 'draft', 'filed', after.state]);
  });

  it('P-8: it is refused by the carrier or withdrawn with a reason; what was excused stays excused', async () => {
    const { partId, order, discrepancy } = await issued();
    await decide(discrepancy);
    const id = await claimOf(order.id);
    expect(await reasonOf(claims().withdrawCarrierClaim({ id, version: 1, reason: ' ' }))).toBe('REASON_MISSING');
    expect(await claims().withdrawCarrierClaim({ id, version: 1, reason: '已找到' })).toMatchObject({ state: 'withdrawn', number: expect.stringMatching(/^CC-/) });
    expect(await goods.tallyOf(partId)).toEqual([3, 0, 0, 2, 1]);
    expect((await claims().listCarrierClaims({ state: 'withdrawn', carrier: 'SF', dealerId: world.dealerId })).items).toMatchObject([{ id, quantity: 2, amount: '', settledAmount: '' }]);
    expect((await claims().listCarrierClaims({ dealerId: newId() })).items).toEqual([]);
  });

  it('P-8, H-1: what a supervisor excused for the loss before is not excused twice, and all of it is claimed', async () => {
    const { partId, order, discrepancy } = await issued();
    const [{ id }] = await goods.obligationsOf(partId);
    const [{ version }] = await world.service.sql<{ version: number }>('select version from obligation where id = $1', [id]);
    await world.service.client(ObligationEndService, world.as('service_supervisor')).excuseObligation({ id, version, quantity: 1, basis: 'lost_in_transit', reason: '丢失', evidence });
    await decide(discrepancy);
    expect([await goods.tallyOf(partId), await goods.held(partId)]).toEqual([[3, 0, 0, 2, 1], 1]);
    expect(await claims().getCarrierClaim({ id: await claimOf(order.id) })).toMatchObject({ quantity: 2 });
  });

  it('P-8, F-5: charged pieces are claimed at their price, finance is told to reverse them, and the shipment stands', async () => {
    const partId = await world.part({ stock: 2, price: '100' });
    const { id } = await world.request([[partId, 2, 'OUT']]);
    const { version, lines } = await world.review(id);
    await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'bank_transfer', invoiceWish: 'later' });
    const [pickingId] = await world.pick(id);
    const [slipId] = (await world.get(id)).chargeSlipIds;
    const slips = () => world.service.client(ChargeSlipService, world.as('finance_clerk'));
    await slips().confirmChargeSlip({ id: slipId, version: (await slips().getChargeSlip({ id: slipId })).version });
    await world.service.publish(ChargeSlipPaidSchema, { slipId, dealerId: world.dealerId, paid: true, paidTotal: '226.00', version: 1 });
    await world.service.drain();
    const order = await world.ship(await world.plan(pickingId));
    await decide(await short(order, 1));
    expect(await claims().getCarrierClaim({ id: await claimOf(order.id) })).toMatchObject({ quantity: 1, unitPrice: '100.0000', value: '100.00' });
    expect(await goods.toldOf(order.id)).toContain('parts.charged_shortage finance_clerk');
    expect([await world.balance(partId), await goods.heldByMovements(partId)]).toEqual([{ onHand: 0, reserved: 0 }, 0]);
  });

  it('P-8: a keeper claims for his own site, a dealer reads no claims, and others only read', async () => {
    const { order, discrepancy } = await issued();
    expect(await reasonOf(decide(discrepancy, 'lost', keeper({ siteId: newId() })))).toBe('OTHER_SITE');
    await decide(discrepancy);
    const id = await claimOf(order.id);
    expect(await reasonOf(claims(keeper({ siteId: newId() })).fileCarrierClaim({ id, version: 1 }))).toBe('OTHER_SITE');
    const reasons = async (ctx: CallContext) => new Set((await claims(ctx).getCarrierClaim({ id })).allowedActions.map(({ action, reason }) => `${action} ${reason}`));
    expect(await reasons(keeper({ siteId: newId() }))).toContain('file OTHER_SITE');
    expect(await reasons(world.as('finance_clerk'))).toContain('file ROLE_NOT_ALLOWED');
    expect(await reasons(keeper({ siteId: world.warehouseId }))).toEqual(new Set(['files ', 'file ', 'withdraw ', 'settle STEP_NOT_ALLOWED', 'refuse STEP_NOT_ALLOWED']));
    expect(await reasonOf(claims(world.as('finance_clerk')).fileCarrierClaim({ id, version: 1 }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(claims(world.dealer()).getCarrierClaim({ id }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(claims(world.dealer()).listCarrierClaims({}))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(claims().getCarrierClaim({ id: newId() }))).toBe('NOT_FOUND');
  });
});
