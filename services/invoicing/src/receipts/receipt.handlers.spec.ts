import { CallAnonymisedSchema, CallService, CustomerAnonymisedSchema, CustomerChangedSchema, CustomerReceiptService, CustomerService, ListReceiptsRequestSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { pageOf } from '@aftercare/service';
import { fake, planOf } from '@aftercare/testing';
import { create } from '@bufbuild/protobuf';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';
import { listReceipts } from './receipt.handlers.js';

/** What repairs and customers know: call or file by id. */
const known = new Map<string, { dealerId: string; customerId?: string; state?: string; mergedInto?: string; anonymisedAt?: string }>();
const seen = (id: string, { dealerId, childDealerIds }: CallContext) => {
  const found = known.get(id);
  if (!found || (dealerId !== null && ![dealerId, ...childDealerIds].includes(found.dealerId))) throw notFound('document');
  return found;
};

let world: InvoicingWorld;
beforeAll(async () => {
  world = await startInvoicing([
    fake(CallService, { getCall: ({ id }, ctx) => Promise.resolve({ id, number: 'RC-2026-000045', unitSerial: 'FA-100', state: 'resolved', customerId: '', ...seen(id, ctx) }) }),
    fake(CustomerService, { getCustomer: ({ id }, ctx) => Promise.resolve({ id, ...seen(id, ctx) }) }),
  ]);
}, 60_000);
afterAll(() => world.service.stop());

const receipts = (ctx: CallContext = world.dealer()) => world.service.client(CustomerReceiptService, ctx);
const technician = (dealerId = world.dealerId) => world.service.dealerCtx(dealerId, 'dealer_technician', { idempotencyKey: newId(), userId: newId() });
const draft = (given: object = {}) => ({
  payerName: '王小明', method: 'wechat_pay', lines: [{ kind: 'fee', description: '上门服务费', quantity: 1, unitPrice: '80' }, { kind: 'part', description: '阀芯', quantity: 2, unitPrice: '18.5' }], ...given,
});
const call = (given: object = {}): string => {
  const id = newId();
  known.set(id, { dealerId: world.dealerId, customerId: '', ...given });
  return id;
};
const told = (id: string) => world.service.sql<{ payload: string }>(`select payload from outbox where event_type like '%CustomerReceiptChanged' and payload like $1 order by id`, [`%${id}%`])
  .then((rows) => rows.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>));

describe('B-7: receipts of dealers to their customers', () => {
  it('B-7: a dealer bills a customer for fees of a call: numbered, final, with its total in capitals; customers is told the sum and no name', async () => {
    // The file may be another dealer's, when the call was routed to this one: the customer is the call's.
    const customerId = newId();
    const callId = call({ customerId });
    const given = await receipts(technician()).giveReceipt(draft({ callId, note: '谢谢' }));
    expect(given).toMatchObject({ state: 'given', version: 1, number: expect.stringMatching(/^RE-\d{4}-/) });
    expect(await receipts().getReceipt({ id: given.id })).toMatchObject({
      dealerId: world.dealerId, dealerName: '某经销商', callId, callNumber: 'RC-2026-000045', customerId, unitSerial: 'FA-100', payerName: '王小明', total: '117.00',
      totalInWords: '壹佰壹拾柒元整', lines: [{ amount: '80.00' }, { unitPrice: '18.50', amount: '37.00' }], allowedActions: [{ action: 'void', allowed: true }],
    });
    expect(await told(given.id)).toMatchObject([{ customerId, callId, total: '117.00', state: 'given', version: 1 }]);
    expect(JSON.stringify(await told(given.id))).not.toContain('王小明');
    const [entry] = await world.service.sql<{ text: string }>('select row_to_json(a)::text as text from audit_entry a where document_id = $1', [given.id]);
    expect(entry.text).not.toMatch(/王小明|谢谢/);
  });

  it('B-7: it is nobody’s money but the dealer’s: no voucher is posted', async () => {
    const vouchers = () => world.service.sql<{ count: string }>('select count(*) as count from voucher');
    const before = await vouchers();
    await receipts().giveReceipt(draft());
    expect(await vouchers()).toEqual(before);
  });

  it('B-7: the manager voids it with a reason, once; it stays with its number, and customers is told', async () => {
    const { id } = await receipts(technician()).giveReceipt(draft());
    expect(await reasonOf(receipts(technician()).voidReceipt({ id, version: 1, reason: 'x' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(receipts().voidReceipt({ id, version: 1, reason: ' ' }))).toBe('REASON_MISSING');
    expect(await receipts().voidReceipt({ id, version: 1, reason: '多收' })).toMatchObject({ state: 'void', version: 2 });
    expect(await reasonOf(receipts().voidReceipt({ id, version: 2, reason: '多收' }))).toBe('STEP_NOT_ALLOWED');
    expect(await receipts().getReceipt({ id })).toMatchObject({ voidReason: '多收', allowedActions: [{ action: 'void', allowed: false, reason: 'STEP_NOT_ALLOWED' }] });
    expect((await told(id)).map(({ state, version }) => [state, version])).toEqual([['given', 1], ['void', 2]]);
  });

  it('D-1: another dealer, its parent and a technician who did not give it find none; finance and auditor, who see sale prices, read it without who paid and what was noted (C-2, C-5)', async () => {
    const [giver, other] = [technician(), await world.newDealer()];
    const { id } = await receipts(giver).giveReceipt(draft({ note: '王小明自取' }));
    const parent = world.service.dealerCtx(other, 'dealer_manager', { childDealerIds: [world.dealerId] });
    for (const ctx of [world.dealer(other), parent, technician()]) {
      expect(await reasonOf(receipts(ctx).getReceipt({ id }))).toBe('NOT_FOUND');
      expect((await receipts(ctx).listReceipts({})).items.map((each) => each.id)).not.toContain(id);
    }
    expect(await receipts(world.as('finance_clerk')).getReceipt({ id })).toMatchObject({ payerName: '王**', note: '***', voidReason: '', allowedActions: [{ allowed: false, reason: 'ROLE_NOT_ALLOWED' }] });
    expect(await reasonOf(receipts(world.as('service_clerk')).getReceipt({ id }))).toBe('ROLE_NOT_ALLOWED');
    expect((await receipts(giver).listReceipts({})).items).toMatchObject([{ id, total: '117.00' }]);
    expect(await reasonOf(receipts(world.as('service_clerk')).giveReceipt(draft()))).toBe('ROLE_NOT_ALLOWED');
  });

  it('B-7: a call or file of another dealer looks like a missing one, a child’s call too; of a cancelled call and of another customer there is no receipt', async () => {
    const other = await world.newDealer();
    const theirs = call({ dealerId: other });
    expect(await reasonOf(receipts().giveReceipt(draft({ callId: theirs })))).toBe('NOT_FOUND');
    expect(await reasonOf(receipts(world.service.dealerCtx(world.dealerId, 'dealer_manager', { childDealerIds: [other], idempotencyKey: newId() })).giveReceipt(draft({ callId: theirs })))).toBe('NOT_FOUND');
    expect(await reasonOf(receipts().giveReceipt(draft({ customerId: newId() })))).toBe('NOT_FOUND');
    expect(await reasonOf(receipts().giveReceipt(draft({ callId: call({ state: 'cancelled' }) })))).toBe('STEP_NOT_ALLOWED');
    expect(await reasonOf(receipts().giveReceipt(draft({ callId: call({ customerId: newId() }), customerId: newId() })))).toBe('CUSTOMER_MISMATCH');
    for (const wrong of [{ method: 'deposit' }, { lines: [] }, { payerName: '' }]) expect(await reasonOf(receipts().giveReceipt(draft(wrong)))).toMatch(/PAYMENT_METHOD_UNKNOWN|FIELD_MISSING/);
  });

  it('C-1, C-5: a receipt follows its file when that is merged, and forgets who paid when the customer is erased', async () => {
    const [customerId, survivor] = [newId(), newId()];
    known.set(customerId, { dealerId: world.dealerId });
    const { id } = await receipts().giveReceipt(draft({ customerId, note: '王小明自取' }));
    await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 2, mergedInto: survivor });
    await world.service.drain();
    expect((await receipts().listReceipts({ customerId: survivor })).items.map((each) => each.id)).toEqual([id]);
    await world.service.publish(CustomerAnonymisedSchema, { customerId: survivor, dealerId: world.dealerId, installationIds: [] });
    await world.service.drain();
    expect(await receipts().getReceipt({ id })).toMatchObject({ payerName: '***', note: '***', total: '117.00', lines: [{ description: '***', amount: '80.00' }, { description: '***' }] });
    await receipts().voidReceipt({ id, version: 1, reason: '王小明退款' });
    expect(await receipts().getReceipt({ id })).toMatchObject({ state: 'void', voidReason: '***' });
    expect(JSON.stringify(await world.service.sql('select p.* from audit_personal p join audit_entry e on e.id = p.entry_id where e.document_id = $1', [id]))).not.toContain('王小明退款');
    const callId = call();
    const onCall = await receipts().giveReceipt(draft({ callId }));
    await world.service.publish(CallAnonymisedSchema, { callId, dealerId: world.dealerId });
    await world.service.drain();
    expect(await receipts().getReceipt({ id: onCall.id })).toMatchObject({ payerName: '***', total: '117.00' });
    const erased = newId();
    known.set(erased, { dealerId: world.dealerId, anonymisedAt: '2026-03-01T00:00:00.000Z' });
    expect(await reasonOf(receipts().giveReceipt(draft({ customerId: erased })))).toBe('CUSTOMER_ANONYMISED');
    expect(await world.service.sql(`select 1 from audit_personal p join audit_entry e on e.id = p.entry_id where e.document_id = $1 and p.erased_at is null`, [id])).toEqual([]);
  });

  it('C-5: a receipt that is given while its customer or its call is being erased comes too late', async () => {
    const [customerId, callId] = [newId(), call()];
    known.set(customerId, { dealerId: world.dealerId });
    await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId, installationIds: [] });
    await world.service.publish(CallAnonymisedSchema, { callId, dealerId: world.dealerId });
    await world.service.drain();
    // Both were looked at before: neither file nor call says yet that it was erased.
    for (const named of [{ customerId }, { callId }]) expect(await reasonOf(receipts().giveReceipt(draft(named)))).toBe('CUSTOMER_ANONYMISED');
  });

  it('C-6: the customer’s time line shows them with what was paid, to whoever reads receipts', async () => {
    const customerId = newId();
    const [callId, other] = [call(), call()];
    known.set(customerId, { dealerId: world.dealerId });
    const mechanic = technician();
    const given = await receipts().giveReceipt(draft({ customerId }));
    const own = await receipts(mechanic).giveReceipt(draft({ callId }));
    await receipts().giveReceipt(draft({ callId: other }));
    await receipts().voidReceipt({ id: given.id, version: 1, reason: '写错' });
    const ask = async (ctx: CallContext) => (await receipts(ctx).listReceiptTimeline({ customerId, callIds: [callId] })).items;
    expect(await ask(world.dealer())).toMatchObject([
      { kind: 'receipt_given', documentId: own.id, number: own.number, amount: '117.00', serial: 'FA-100' }, { kind: 'receipt_voided', documentId: given.id, number: given.number },
    ]);
    expect((await ask(mechanic)).map(({ documentId }) => documentId)).toEqual([own.id]);
    expect(await ask(world.as('finance_clerk'))).toHaveLength(2);
    for (const ctx of [world.as('service_clerk'), world.as('service_supervisor'), world.dealer(newId())]) expect(await ask(ctx)).toEqual([]);
  });

  it('C-5: a person gets what is kept of his receipts, and each is logged with the reason', async () => {
    const customerId = newId();
    known.set(customerId, { dealerId: world.dealerId });
    const { id, number } = await receipts().giveReceipt(draft({ customerId, note: '谢谢' }));
    const ask = { customerId, callIds: [], reason: '本人要求' };
    const kept = { number, state: 'given', payerName: '王小明', total: '117.00', note: '谢谢', lines: [{ description: '上门服务费', amount: '80.00' }, {}] };
    for (const ctx of [world.as('service_supervisor'), world.dealer()]) expect((await receipts(ctx).exportReceipts(ask)).items).toMatchObject([kept]);
    expect((await receipts(world.dealer(newId())).exportReceipts(ask)).items).toEqual([]);
    expect(await reasonOf(receipts(world.as('service_clerk')).exportReceipts(ask))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(receipts().exportReceipts({ ...ask, reason: ' ' }))).toBe('REASON_MISSING');
    expect(await world.service.sql(`select action from audit_entry where document_id = $1 and action = 'export'`, [id])).toHaveLength(2);
  });

  it('lists are read in index order', async () => {
    const plan = (ctx: CallContext, asked = {}) => planOf(world.service.dataSource, listReceipts(create(ListReceiptsRequestSchema, asked), ctx, pageOf({}, { list: 'receipts', key: 'instant' })).text);
    expect(await plan(world.dealer())).toContain('using customer_receipt_dealer ');
    expect(await plan(technician())).toContain('using customer_receipt_given_by ');
    expect(await plan(world.as('finance_clerk'))).toContain('using customer_receipt_newest ');
    expect(await plan(world.as('finance_clerk'), { callId: newId() })).toContain('using customer_receipt_call ');
  });
});
