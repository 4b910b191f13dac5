import { CallIntakeService, CallQuoteService, CustomerAnonymisedSchema, CustomerChangedSchema } from '@aftercare/contracts';
import { addHours, newId } from '@aftercare/domain';
import type { CallContext, Client } from '@aftercare/messaging';
import { assignedCall, calls, goodRecord, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());
beforeEach(() => {
  Object.assign(world.stage, { now: 'out_of_warranty', reason: undefined });
});

const reason = (text: string) => expect.objectContaining({ reason: text });
const quotes = (ctx: CallContext): Client<typeof CallQuoteService> => world.service.client(CallQuoteService, ctx);
const signature = { id: newId(), sha256: 'f'.repeat(64) };
const shown = (id: string, ctx = world.manager) => calls(world, ctx).getCall({ id });
const record = (id: string, version: number, given: object) => calls(world, world.technician).recordRepair({ ...goodRecord, id, version, ...given });

/** A call at the technician on a unit with a serial, and a quote by the tariff. */
async function quoted(): Promise<{ id: string; version: number; quoteId: string }> {
  const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial: 'SN-0009' });
  const call = await calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
  const { id, version, quoteId } = await quotes(world.technician).quoteFees({ id: call.id, version: call.version, lines: [{ name: '阀芯', quantity: 3, unitPrice: '12.345' }] });
  return { id, version, quoteId };
}

const onPhone = async (call: Awaited<ReturnType<typeof quoted>>, given: object = {}) =>
  quotes(world.technician).answerQuote({ ...call, accepted: true, method: 'phone', customerName: '王小明', answeredAt: await world.service.now(), ...given });

describe('a quote on a call', () => {
  it('R-9, D-3: is made from the tariff, agreed on the phone with who and when, and stands on the call and for the customer', async () => {
    const call = await quoted();
    const before = await shown(call.id);
    expect(before.quotes).toMatchObject([{
      state: 'open', labourFee: '80.00', travelFee: '30.00', tariffLabourFee: '80.00', total: '147.04', lines: [{ name: '阀芯', quantity: 3, unitPrice: '12.345', amount: '37.04' }],
    }]);
    expect(before.allowedActions.find(({ action }) => action === 'answer-quote')).toMatchObject({ allowed: true });
    const answered = await onPhone(call);
    const { quotes: [agreed], history } = await shown(call.id);
    expect(agreed).toMatchObject({ state: 'accepted', method: 'phone', customerName: '王小明', notedBy: world.technicianId });
    expect(history.map(({ action }) => action)).toEqual(['open', 'assign', 'quote', 'accept-quote']);
    expect((await shown(call.id, world.clerk)).quotes[0]?.customerName).toBe('王**');
    const solved = await record(call.id, answered.version, { labourFee: '80.00', travelFee: '30.00' });
    const link = await calls(world, world.technician).createConfirmationLink({ id: call.id });
    expect(await calls(world, world.service.ctx({ role: 'customer', userId: '' })).getPublicCall({ token: link.token })).toMatchObject({ agreedTotal: '147.04', labourFee: '80.00' });
    expect(solved.state).toBe('resolved');
  });

  it('R-9: out of warranty fees are not recorded without consent nor above it; within warranty and without fees they are', async () => {
    const call = await quoted();
    await expect(record(call.id, call.version, { labourFee: '80.00' })).rejects.toThrow(reason('CONSENT_MISSING'));
    const { version } = await onPhone(call);
    await expect(record(call.id, version, { labourFee: '80.01' })).rejects.toThrow(reason('FEES_ABOVE_QUOTE'));
    const first = await record(call.id, version, { labourFee: '50.00', resolved: false });
    await expect(record(call.id, first.version, { labourFee: '30.01' })).rejects.toThrow(reason('FEES_ABOVE_QUOTE'));
    expect((await record(call.id, first.version, { labourFee: '30.00' })).state).toBe('resolved');
    const [free, within] = [await quoted(), await quoted()];
    expect((await record(free.id, free.version, {})).state).toBe('resolved');
    world.stage.now = 'in_warranty';
    expect((await record(within.id, within.version, { labourFee: '80.00' })).state).toBe('resolved');
  });

  it('W-3, R-9, Q-1: of a unit that was never installed fees are agreed on once its warranty is over by its dates, and told as such', async () => {
    Object.assign(world.stage, { now: 'unboxing', reason: 'term_over' });
    const call = await quoted();
    await expect(record(call.id, call.version, { labourFee: '80.00' })).rejects.toThrow(reason('CONSENT_MISSING'));
    const agreed = await onPhone(call);
    const { version } = await record(call.id, agreed.version, { labourFee: '80.00' });
    Object.assign(world.stage, { now: 'unboxing', reason: 'within_term' });
    const within = await quoted();
    const solved = await record(within.id, within.version, { labourFee: '80.00' });
    const confirmed = { method: 'signature', evidence: { id: newId(), sha256: 'ab' } };
    await calls(world, world.technician).confirmCall({ id: call.id, version, ...confirmed });
    await calls(world, world.technician).confirmCall({ id: within.id, version: solved.version, ...confirmed });
    const told = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type like '%FaultsRecorded' order by id desc limit 2`);
    expect(told.map(({ payload }) => (JSON.parse(payload) as { warrantyOver?: boolean }).warrantyOver ?? false)).toEqual([false, true]);
  });

  it('W-9, R-9, Q-1: of a unit whose terms cover no labour fees are agreed on within its warranty, and told as such', async () => {
    Object.assign(world.stage, { now: 'in_warranty', reason: 'within_term', labour: 'not_covered' });
    const call = await quoted();
    await expect(record(call.id, call.version, { labourFee: '80.00' })).rejects.toThrow(reason('CONSENT_MISSING'));
    const agreed = await onPhone(call);
    const { version } = await record(call.id, agreed.version, { labourFee: '80.00' });
    await calls(world, world.technician).confirmCall({ id: call.id, version, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
    const [told] = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type like '%FaultsRecorded' order by id desc limit 1`);
    expect(JSON.parse(told.payload)).toMatchObject({ stage: 'in_warranty', labourNotCovered: true });
    world.stage.labour = 'covered';
  });

  it('R-9, R-11: a call says so where its unit was corrected after the fees and they need a consent now; nobody reads it who does not read the fees', async () => {
    world.stage.now = 'in_warranty';
    const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial: 'SN-0010' });
    const assigned = await calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
    const solved = await record(opened.id, assigned.version, { labourFee: '80.00' });
    expect(await shown(opened.id)).toMatchObject({ feesNotAgreed: false });
    world.stage.now = 'out_of_warranty';
    const corrected = await world.service.client(CallIntakeService, world.manager).correctCall({ id: opened.id, version: solved.version, fields: ['unit'], unitSerial: 'SN-0011', reason: '看错' });
    const parent = world.service.dealerCtx(newId(), 'dealer_manager', { childDealerIds: [world.dealerId] });
    expect([await shown(opened.id), await shown(opened.id, world.clerk), await shown(opened.id, parent)]).toMatchObject([{ feesNotAgreed: true }, { feesNotAgreed: true }, { feesNotAgreed: false }]);
    await calls(world, world.technician).confirmCall({ id: opened.id, version: corrected.version, method: 'signature', evidence: signature });
    expect(await shown(opened.id)).toMatchObject({ feesNotAgreed: false });
  });

  it('domain 1: a parent neither reads nor states the fees of its sub-dealer, whose calls it works on', async () => {
    const parent = world.service.dealerCtx(world.otherDealerId, 'dealer_manager', { childDealerIds: [world.dealerId] });
    const call = await quoted();
    const { version } = await onPhone(call);
    const seen = await shown(call.id, parent);
    expect([seen.quotes, seen.number !== '']).toEqual([[], true]);
    expect(seen.allowedActions.filter(({ action }) => ['quote', 'answer-quote'].includes(action)).map(({ allowed, reason: why }) => [allowed, why])).toEqual([[false, 'NOT_OWN_FEES'], [false, 'NOT_OWN_FEES']]);
    await expect(quotes(parent).quoteFees({ id: call.id, version, labourFee: '1.00', travelFee: '0.00' })).rejects.toThrow(reason('NOT_OWN_FEES'));
    await expect(quotes(parent).answerQuote({ ...call, version, accepted: true, method: 'phone', customerName: '王', answeredAt: await world.service.now() })).rejects.toThrow(reason('NOT_OWN_FEES'));
    await expect(calls(world, parent).recordRepair({ ...goodRecord, id: call.id, version, labourFee: '1.00' })).rejects.toThrow(reason('NOT_OWN_FEES'));
    await record(call.id, version, { labourFee: '80.00', travelFee: '30.00' });
    expect(await shown(call.id, parent)).toMatchObject({ agreedTotal: '', records: [{ labourFee: '', travelFee: '', toldCustomer: goodRecord.toldCustomer }] });
    expect(await shown(call.id)).toMatchObject({ agreedTotal: '147.04', records: [{ labourFee: '80.00', travelFee: '30.00' }] });
  });

  it('R-2, R-9: fees go with no call: the dealer that has it now reads none of the one before, and the customer agrees anew', async () => {
    const call = await quoted();
    const { version } = await onPhone(call);
    const visited = await record(call.id, version, { labourFee: '50.00', resolved: false });
    await quotes(world.technician).quoteFees({ id: call.id, version: visited.version, lines: [] });
    const { version: now } = await shown(call.id);
    const routed = await calls(world, world.clerk).routeCall({ id: call.id, version: now, dealerId: world.otherDealerId, reason: '就近' });
    const seen = await shown(call.id, world.otherManager);
    expect([seen.quotes, seen.agreedTotal, seen.records.map(({ labourFee }) => labourFee), seen.state]).toEqual([[], '', [''], 'received']);
    expect((await shown(call.id, world.clerk)).quotes.map(({ state }) => state)).toEqual(['replaced', 'replaced']);
    const visit = await calls(world, world.otherManager).assignCall({ id: call.id, version: routed.version, technicianUserId: world.otherTechnicianId });
    await expect(calls(world, world.otherManager).recordRepair({ ...goodRecord, id: call.id, version: visit.version, labourFee: '20.00' })).rejects.toThrow(reason('CONSENT_MISSING'));
    const anew = await quotes(world.otherManager).quoteFees({ id: call.id, version: visit.version, labourFee: '20.00', travelFee: '0.00' });
    const agreed = await quotes(world.otherManager).answerQuote({ id: call.id, version: anew.version, quoteId: anew.quoteId, accepted: true, method: 'phone', customerName: '王', answeredAt: await world.service.now() });
    expect((await calls(world, world.otherManager).recordRepair({ ...goodRecord, id: call.id, version: agreed.version, labourFee: '20.00' })).state).toBe('resolved');
    expect((await shown(call.id, world.otherManager)).records.map(({ labourFee }) => labourFee)).toEqual(['', '20.00']);
  });

  it('R-9, R-2: after a reopening fees are agreed anew, and what was recorded before does not count against them', async () => {
    const call = await quoted();
    const { version } = await onPhone(call);
    const done = await record(call.id, version, { labourFee: '60.00' });
    const reopened = await calls(world, world.manager).reopenCall({ id: call.id, version: done.version, reason: '又漏水' });
    await expect(record(call.id, reopened.version, { labourFee: '20.00' })).rejects.toThrow(reason('CONSENT_MISSING'));
    const free = await record(call.id, reopened.version, {});
    const { token } = await calls(world, world.technician).createConfirmationLink({ id: call.id });
    const page = await calls(world, world.service.ctx({ role: 'customer', userId: '' })).getPublicCall({ token });
    expect(page).toMatchObject({ labourFee: '60.00', agreedTotal: '147.04' });
    const again = await calls(world, world.manager).reopenCall({ id: call.id, version: free.version, reason: '还漏' });
    const anew = await quotes(world.technician).quoteFees({ id: call.id, version: again.version, labourFee: '70.00', travelFee: '0.00' });
    const agreed = await onPhone(anew);
    await expect(record(call.id, agreed.version, { labourFee: '70.01' })).rejects.toThrow(reason('FEES_ABOVE_QUOTE'));
    expect((await record(call.id, agreed.version, { labourFee: '70.00' })).state).toBe('resolved');
    const next = await calls(world, world.technician).createConfirmationLink({ id: call.id });
    // Each repair by its own quote: 147.04 before the reopening, 70.00 after it.
    expect(await calls(world, world.service.ctx({ role: 'customer', userId: '' })).getPublicCall({ token: next.token })).toMatchObject({ labourFee: '130.00', agreedTotal: '217.04' });
    expect(await shown(call.id)).toMatchObject({ agreedTotal: '217.04' });
  });

  it('R-9: of a unit nobody knows, fees need consent as well', async () => {
    const call = await assignedCall(world);
    await expect(record(call.id, call.version, { travelFee: '5.00' })).rejects.toThrow(reason('CONSENT_MISSING'));
  });

  it('R-9: a newer quote replaces one without answer, and an agreed one once it is agreed itself', async () => {
    const call = await quoted();
    const next = async (version: number) => quotes(world.manager).quoteFees({ id: call.id, version, labourFee: '100.00', travelFee: '0.00' });
    const second = await next(call.version);
    await expect(onPhone({ ...call, version: second.version })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    const agreed = await onPhone({ id: call.id, version: second.version, quoteId: second.quoteId });
    const third = await next(agreed.version);
    expect((await shown(call.id)).quotes.map(({ state }) => state)).toEqual(['replaced', 'accepted', 'open']);
    const declined = await onPhone({ id: call.id, version: third.version, quoteId: third.quoteId }, { accepted: false, reason: '太贵' });
    const fourth = await next(declined.version);
    await quotes(world.technician).answerQuote({ id: call.id, version: fourth.version, quoteId: fourth.quoteId, accepted: true, method: 'signature', evidence: signature });
    const { quotes: all } = await shown(call.id);
    expect(all.map(({ state }) => state)).toEqual(['replaced', 'replaced', 'declined', 'accepted']);
    expect(all[3]).toMatchObject({ evidence: signature, customerName: '' });
    expect(all[2]).toMatchObject({ reason: '太贵' });
  });

  it('R-9: refuses an answer that cannot be shown, a quote of another call, and one after the work', async () => {
    const [call, other] = [await quoted(), await quoted()];
    await expect(onPhone(call, { method: 'signature' })).rejects.toThrow(reason('EVIDENCE_MISSING'));
    await expect(onPhone(call, { answeredAt: addHours(await world.service.now(), 1) })).rejects.toThrow(reason('TIME_IN_FUTURE'));
    for (const quoteId of [other.quoteId, newId(), 'x']) await expect(onPhone({ ...call, quoteId })).rejects.toThrow(reason('QUOTE_UNKNOWN'));
    const solved = await resolvedCall(world);
    await expect(quotes(world.technician).quoteFees({ id: solved.id, version: solved.version })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    await expect(quotes(world.clerk).quoteFees({ id: call.id, version: call.version, labourFee: '1', travelFee: '1' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
  });

  it('R-9: another dealer’s call answers like a missing one; a dealer without tariff states the fees', async () => {
    const call = await quoted();
    for (const id of [call.id, newId()]) await expect(quotes(world.otherManager).quoteFees({ id, version: 1 })).rejects.toThrow(reason('NOT_FOUND'));
    const theirs = await calls(world, world.otherManager).openCall(phoneCall);
    const ask = (given: object) => quotes(world.otherManager).quoteFees({ id: theirs.id, version: 1, ...given });
    await expect(ask({})).rejects.toThrow(reason('TARIFF_MISSING'));
    expect((await ask({ labourFee: '10', travelFee: '0' })).total).toBe('10.00');
  });
});

it('C-5: who agreed and his signature go with the person, the amounts stay', async () => {
  const customerId = newId();
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1 });
  await world.service.drain();
  const { id, version } = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
  const first = await quotes(world.manager).quoteFees({ id, version });
  const said = await quotes(world.manager).answerQuote({
    id, version: first.version, quoteId: first.quoteId, accepted: false, method: 'phone', customerName: '欧阳金丝雀', answeredAt: await world.service.now(), reason: '金丝雀嫌贵',
  });
  const next = await quotes(world.manager).quoteFees({ id, version: said.version });
  await quotes(world.manager).answerQuote({ id, version: next.version, quoteId: next.quoteId, accepted: true, method: 'signature', evidence: signature });
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId, installationIds: [] });
  await world.service.drain();
  const { quotes: left } = await shown(id);
  expect(left).toMatchObject([{ customerName: '***', reason: '***', total: '110.00' }, { customerName: '', total: '110.00' }]);
  expect(left[1]?.evidence).toBeUndefined();
});

it('C-5: what a dealer called a line of his own goes with the person, a part of the catalogue keeps its name without him; amounts stay', async () => {
  const customerId = newId();
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1 });
  await world.service.drain();
  const { id, version } = await calls(world, world.manager).openCall({ ...phoneCall, customerId });
  const partId = newId();
  await quotes(world.manager).quoteFees({ id, version, lines: [
    { name: '欧阳女士家水管改造', quantity: 1, unitPrice: '50.00' }, { partId, name: `阀芯 ${phoneCall.contactName}`, quantity: 2, unitPrice: '10.00' },
  ] });
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId });
  await world.service.drain();
  const { quotes: left } = await shown(id);
  expect(left[0]).toMatchObject({ lines: [{ name: '***', amount: '50.00' }, { partId, name: '阀芯 ***', amount: '20.00' }], total: '180.00' });
});
