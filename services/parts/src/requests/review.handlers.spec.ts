import { ChargeSlipService, PartService, PartsRequestService, PriceListService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
});
afterAll(() => world?.service.stop());

const requests = (ctx = world.as('service_clerk')) => world.service.client(PartsRequestService, ctx);
const photo = { id: newId(), sha256: 'a'.repeat(64) };

/** Who was told that quotes of a request have run out. */
async function expiredTold(id: string): Promise<string[]> {
  const rows = await world.service.sql<{ told: string }>(
    `select coalesce(nullif(payload::json ->> 'recipientRole', ''), 'a user') as told from outbox
      where event_type like '%.NoticeRequested' and payload::json ->> 'documentId' = $1 and payload::json ->> 'kind' = 'parts.quote_expired' order by occurred_at, id`, [id]);
  return rows.map(({ told }) => told);
}

describe('review, quote and decision', () => {
  it('F-2: a line that comes to more than a document holds is refused with its place in the review, and stays as it was', async () => {
    const [cheap, dear] = [await world.part(), await world.part({ price: '9999999999' })];
    const { id } = await world.request([[cheap, 1, 'OUT'], [dear, 101, 'OUT']]);
    await expect(world.review(id)).rejects.toMatchObject({ code: 'invalid_argument', reason: 'AMOUNT_TOO_LARGE', details: { field: 'lines[1].lineId' } });
    expect((await world.get(id)).state).toBe('submitted');
  });

  it('P-5, W-8: covered is approved free, not covered is quoted at the dealer price of the day, each with its verdict whole', async () => {
    const partId = await world.part({ stock: 10 });
    const { id } = await world.request([[partId, 1, 'IN'], [partId, 3, 'OUT']]);
    const reviewed = await world.review(id);
    const until = addDays(businessDate(await world.service.now()), 15);
    expect(reviewed.state).toBe('waiting_for_dealer');
    expect(reviewed.lines[0]).toMatchObject({ state: 'approved', supplyKind: 'warranty', returnDue: true, unitPrice: '' });
    expect(reviewed.lines[0].verdict).toMatchObject({ coverage: 'covered', ruleVersion: 1, facts: '{"serial":"IN"}' });
    expect(reviewed.lines[1]).toMatchObject({
      state: 'quoted', supplyKind: 'charged', returnDue: false, unitPrice: '12.3450', netAmount: '37.04', taxAmount: '4.82', quoteValidUntil: until,
    });
    expect(reviewed.pickingOrderIds).toHaveLength(1);
    const seen = await world.get(id, world.dealer());
    expect(seen.lines[1].netAmount).toBe('37.04');
    expect(seen.allowedActions.filter((each) => each.allowed).map((each) => each.action)).toEqual(['withdraw', 'accept-quote', 'decline-quote', 'cancel']);
  });

  it('W-6: the event date is the day the call was opened, or the visit’s day, else the day the request was submitted', async () => {
    const partId = await world.part();
    const callId = newId();
    world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05' });
    world.around.askedOn.length = 0;
    await world.review((await world.request([[partId, 1, 'IN']], { purpose: 'repair', callId })).id);
    const visitOn = addDays(businessDate(await world.service.now()), -3);
    const visited = await world.request([[partId, 1, 'IN']], { visitOn });
    const reviewed = await world.review(visited.id);
    expect([(await world.get(visited.id)).visitOn, reviewed.lines[0].review?.eventDate]).toEqual([visitOn, visitOn]);
    const installationId = newId();
    world.around.installations.set(installationId, { dealerId: world.dealerId, serial: 'IN' });
    await world.review((await world.request([[partId, 1, 'IN']], { purpose: 'installation', installationId })).id);
    expect(world.around.askedOn).toEqual(['2026-01-05', visitOn, businessDate(await world.service.now())]);
    expect(await reasonOf(world.request([[partId, 1, 'IN']], { visitOn: '' }))).toBe('VISIT_DAY_NEEDED');
    expect(await reasonOf(world.request([[partId, 1, 'IN']], { visitOn: '2062-01-01' }))).toBe('DATE_TOO_FAR');
    expect(await reasonOf(world.request([[partId, 1, 'IN']], { visitOn: '2025-01-06' }))).toBe('DATE_LONG_AGO');
    expect(await reasonOf(world.request([[partId, 1]], { purpose: 'stock', visitOn }))).toBe('VISIT_DAY_ONLY');
  });

  it('P-5, R-2, D-1: lines of a cancelled or moved call and of a terminated dealer are only rejected; what a filed one asked for before goes on', async () => {
    const partId = await world.part();
    const callId = newId();
    const call = (state: string) => world.around.calls.set(callId, { dealerId: world.dealerId, openedOn: '2026-01-05', state });
    call('assigned');
    const [cancelled, filed] = [await world.request([[partId, 1, 'IN']], { purpose: 'repair', callId }), await world.request([[partId, 1, 'IN']], { purpose: 'repair', callId })];
    call('filed');
    expect((await world.review(filed.id)).lines[0].state).toBe('approved');
    call('cancelled');
    const { lines: [{ id: lineId }], version } = await world.get(cancelled.id);
    const review = (line: Record<string, unknown>) => requests().reviewPartsRequest({ id: cancelled.id, version, lines: [{ lineId, ...line }] });
    expect(await reasonOf(review({}))).toBe('CALL_CLOSED');
    expect(await reasonOf(review({ supplyKind: 'gift', reason: '赠送' }))).toBe('CALL_CLOSED');
    world.around.calls.set(callId, { dealerId: newId(), openedOn: '2026-01-05' });
    expect(await reasonOf(review({}))).toBe('CALL_MOVED');
    world.around.standing.set(world.dealerId, 'terminated');
    expect(await reasonOf(review({}))).toBe('DEALER_NOT_ACTIVE');
    expect(await review({ reject: true, reason: '叫修已取消' })).toMatchObject({ state: 'rejected' });
    world.around.standing.set(world.dealerId, 'active');
  });

  it('W-6: purpose stock is charged and customers is not asked', async () => {
    const partId = await world.part();
    world.around.askedOn.length = 0;
    const reviewed = await world.review((await world.request([[partId, 2]], { purpose: 'stock' })).id);
    expect(reviewed.lines[0]).toMatchObject({ state: 'quoted', supplyKind: 'charged' });
    expect(reviewed.lines[0].verdict).toBeUndefined();
    expect(world.around.askedOn).toEqual([]);
  });

  it('W-4, W-5: unknown coverage needs proof, an exclusion its photo; refused reviews change nothing', async () => {
    const partId = await world.part({ stock: 3 });
    const { id, version } = await world.request([[partId, 1, 'NOBODY-KNOWS'], [partId, 1, 'IN']]);
    const { lines: [unknown, covered] } = await world.get(id);
    const review = (line: Record<string, unknown>) => requests().reviewPartsRequest({ id, version, lines: [line] });
    expect(await reasonOf(review({ lineId: unknown.id }))).toBe('COVERAGE_UNKNOWN');
    expect(await reasonOf(review({ lineId: unknown.id, proofPurchaseDate: '2026-01-01' }))).toBe('EVIDENCE_MISSING');
    expect(await reasonOf(review({ lineId: covered.id, exclusion: 'misuse', exclusionCause: 'dropped' }))).toBe('EVIDENCE_MISSING');
    expect((await world.get(id)).version).toBe(version);
    const early = { lineId: unknown.id, proofPurchaseDate: '1999-12-31', proofEvidence: [photo] };
    await expect(review(early)).rejects.toMatchObject({ reason: 'DATE_BEFORE_DISPATCH', details: { field: 'lines[0].proofPurchaseDate' } });
    await expect(review({ ...early, proofPurchaseDate: '2999-01-01' })).rejects.toMatchObject({ reason: 'DATE_IN_FUTURE', details: { field: 'lines[0].proofPurchaseDate' } });
    expect((await world.get(id)).version).toBe(version);
    const proved = await review({ lineId: unknown.id, proofPurchaseDate: '2026-01-01', proofEvidence: [photo] });
    expect(proved.lines[0]).toMatchObject({ state: 'approved', supplyKind: 'warranty' });
    expect(proved.state).toBe('in_review');
    const exclusion = { lineId: covered.id, exclusion: 'misuse', exclusionCause: 'dropped', exclusionEvidence: [photo] };
    const charged = await requests().reviewPartsRequest({ id, version: proved.version, lines: [exclusion] });
    expect(charged.lines[1]).toMatchObject({ state: 'quoted', supplyKind: 'charged' });
    const read = await world.service.client(PartsRequestService, world.dealer()).getPartsRequest({ id });
    expect(read.lines[0].review).toMatchObject({ proofPurchaseDate: '2026-01-01', proofEvidence: [photo], exclusion: '' });
    expect(read.lines[1].review).toMatchObject({ exclusion: 'misuse', exclusionCause: 'dropped', exclusionEvidence: [photo] });
    expect(JSON.stringify(read.lines)).not.toContain('reviewedBy');
  });

  it('P-5: nobody reviews what he filed himself, and nothing without a price is quoted', async () => {
    const unpriced = { number: 'UNPRICED-1', name: '阀芯', unit: 'piece', partClass: 'cartridge', returnRequired: true };
    const { id: partId } = await world.service.client(PartService, world.as('service_clerk')).createPart(unpriced);
    world.around.standing.set(world.dealerId, 'active');
    const clerk = world.as('service_clerk');
    const draft = await requests(clerk).createPartsRequest({ dealerId: world.dealerId, askedBy: 'Li', purpose: 'stock', urgency: 'urgent', lines: [{ partId, quantity: 1 }] });
    const { version } = await requests({ ...clerk, idempotencyKey: newId() }).submitPartsRequest({ id: draft.id, version: 1 });
    const { lines } = await world.get(draft.id);
    const review = { id: draft.id, version, lines: [{ lineId: lines[0].id }] };
    expect(await reasonOf(requests({ ...clerk, idempotencyKey: newId() }).reviewPartsRequest(review))).toBe('APPROVER_IS_REQUESTER');
    expect(await reasonOf(requests().reviewPartsRequest(review))).toBe('PRICE_MISSING');
    const own = (supplyKind: string) => requests().reviewPartsRequest({ ...review, lines: [{ lineId: lines[0].id, supplyKind, reason: 'trade fair' }] });
    expect(await reasonOf(own('gift'))).toBe('STOCK_IS_CHARGED');
    expect((await own('literature')).lines[0]).toMatchObject({ state: 'approved', supplyKind: 'literature', returnDue: false });
  });

  it('P-5, F-1: an accepted quote keeps its price, reserves stock and opens a slip', async () => {
    const partId = await world.part({ stock: 4, price: '100' });
    const { id } = await world.request([[partId, 2, 'OUT']]);
    const { version, lines } = await world.review(id);
    const accept = { id, version, lineIds: [lines[0].id], paymentMethod: 'bank_transfer', invoiceWish: 'later' };
    expect(await reasonOf(requests(world.dealer()).acceptQuote({ ...accept, paymentMethod: 'shells' }))).toBe('PAYMENT_METHOD_UNKNOWN');
    expect(await requests(world.dealer()).acceptQuote(accept)).toMatchObject({ state: 'fulfilling', version: version + 1 });
    const { lines: [line], chargeSlipIds } = await world.get(id);
    expect(line).toMatchObject({ state: 'approved', supplyKind: 'charged', unitPrice: '100.0000', netAmount: '200.00', taxAmount: '26.00' });
    expect(await world.balance(partId)).toEqual({ onHand: 4, reserved: 2 });
    expect(chargeSlipIds).toHaveLength(1);
    const slip = await world.service.client(ChargeSlipService, world.as('finance_clerk')).getChargeSlip({ id: chargeSlipIds[0] });
    expect(slip).toMatchObject({ state: 'draft', grossTotal: '226.00', requestId: id });
  });

  it('P-5: a quote holds 15 days on the business clock, then the line is quoted anew at the price of that day', async () => {
    const partId = await world.part({ stock: 4, price: '10' });
    const { id } = await world.request([[partId, 1, 'OUT']]);
    const { version, lines } = await world.review(id);
    const lineIds = [lines[0].id];
    const accept = (of: number) => requests(world.dealer()).acceptQuote({ id, version: of, lineIds, paymentMethod: 'cash', invoiceWish: 'now' });
    expect(await reasonOf(requests().reviewPartsRequest({ id, version, lines: [{ lineId: lineIds[0] }] }))).toBe('STEP_NOT_ALLOWED');
    expect((await world.get(id)).lines).toMatchObject([{ quoteExpired: false }]);
    await world.service.moveClock('16d');
    await world.service.drain();
    expect(await reasonOf(accept(version))).toBe('QUOTE_EXPIRED');
    // P-5: it does not run out in silence.
    expect((await world.get(id)).lines).toMatchObject([{ state: 'quoted', quoteExpired: true }]);
    expect(await expiredTold(id)).toEqual(['dealer_manager', 'service_clerk', 'a user']);
    const prices = { effectiveFrom: businessDate(await world.service.now()), lines: [{ partId, dealerPrice: '11', suggestedPrice: '11' }] };
    const list = await world.service.client(PriceListService, world.as('finance_clerk')).createPriceList(prices);
    await world.service.client(PriceListService, world.as('service_supervisor')).publishPriceList({ id: list.id, version: list.version });
    const anew = await requests().reviewPartsRequest({ id, version, lines: [{ lineId: lineIds[0] }] });
    expect(anew.lines[0]).toMatchObject({ state: 'quoted', unitPrice: '11.0000' });
    expect(await accept(anew.version)).toMatchObject({ state: 'fulfilling' });
    await world.service.moveClock('16d');
    await world.service.drain();
    expect(await expiredTold(id)).toHaveLength(3);
  });

  it('P-5: a declined quote escalates; the supervisor lowers it for the dealer to accept, waives or rejects it', async () => {
    const partId = await world.part({ stock: 9, price: '10' });
    const { id } = await world.request([[partId, 1, 'OUT'], [partId, 1, 'OUT'], [partId, 1, 'OUT']]);
    const { version, lines } = await world.review(id);
    const lineIds = lines.map((line) => line.id);
    const declined = await requests(world.dealer()).declineQuote({ id, version, lineIds, reason: 'too dear' });
    expect(declined.state).toBe('escalated');
    const decide = (of: number, change: Record<string, unknown>) =>
      requests(world.as('service_supervisor')).decideEscalation({ id, version: of, lineId: lineIds[0], reason: 'loyal dealer', ...change });
    expect(await reasonOf(decide(declined.version, { decision: 'lower', specialPrice: '10' }))).toBe('PRICE_INVALID');
    expect(await reasonOf(decide(declined.version, { decision: 'lower', specialPrice: '8', reason: ' ' }))).toBe('REASON_MISSING');
    const lowered = await decide(declined.version, { decision: 'lower', specialPrice: '8' });
    const waived = await decide(lowered.version, { decision: 'waive', lineId: lineIds[1], returnDue: true });
    const rejected = await decide(waived.version, { decision: 'reject', lineId: lineIds[2] });
    expect(rejected.state).toBe('waiting_for_dealer');
    const after = await world.get(id);
    expect(after.lines.map((line) => line.state)).toEqual(['quoted', 'approved', 'rejected']);
    expect(after.lines[0]).toMatchObject({ unitPrice: '8.0000', decisionReason: 'loyal dealer' });
    expect(after.lines[1]).toMatchObject({ supplyKind: 'special', returnDue: true, unitPrice: '' });
    const accepted = await requests(world.dealer()).acceptQuote({ id, version: rejected.version, lineIds: [lineIds[0]], paymentMethod: 'cash', invoiceWish: 'now' });
    expect(accepted.state).toBe('fulfilling');
    // P-5: each answer stays beside those after it, with who gave it and when; the dealer sees in which role.
    const { decisions } = (await world.get(id)).lines[0];
    expect(decisions.map(({ step, reason, role }) => [step, reason, role])).toEqual([
      ['review', '', 'service_clerk'], ['decline', 'too dear', 'dealer_manager'], ['lower', 'loyal dealer', 'service_supervisor'], ['accept', '', 'dealer_manager'],
    ]);
    expect(decisions.every(({ by, at }) => by !== '' && at !== '')).toBe(true);
    expect((await world.get(id, world.dealer())).lines[0].decisions.every(({ by, at }) => by === '' && at !== '')).toBe(true);
  });

  it('P-4: a parent reads its child\'s request without prices and answers no quote for it', async () => {
    const partId = await world.part({ price: '10' });
    const { id } = await world.request([[partId, 1, 'OUT']]);
    const { version, lines } = await world.review(id);
    const parent = { ...world.dealer('dealer_manager', newId()), childDealerIds: [world.dealerId] };
    const seen = await world.get(id, parent);
    expect(seen.lines[0]).toMatchObject({ state: 'quoted', unitPrice: '', netAmount: '', taxAmount: '' });
    const accept = { id, version, lineIds: [lines[0].id], paymentMethod: 'cash', invoiceWish: 'now' };
    expect(await reasonOf(requests(parent).acceptQuote(accept))).toBe('OTHER_DEALERS_MONEY');
    const { items } = await requests(parent).listPartsRequests({ dealerId: world.dealerId, page: { limit: 1 } });
    expect(items).toMatchObject([{ id, lineCount: 1 }]);
  });

  it('P-5: two reviews at once decide a line once', async () => {
    const partId = await world.part({ stock: 5 });
    const { id, version } = await world.request([[partId, 1, 'IN']]);
    const { lines } = await world.get(id);
    const review = () => reasonOf(requests().reviewPartsRequest({ id, version, lines: [{ lineId: lines[0].id }] }));
    expect((await Promise.all([review(), review(), review()])).sort()).toEqual(['STALE_VERSION', 'STALE_VERSION', 'no error']);
    expect(await world.balance(partId)).toEqual({ onHand: 5, reserved: 1 });
  });
});
