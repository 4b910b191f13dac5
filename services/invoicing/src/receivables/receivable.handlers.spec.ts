import { ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, DealerChangedSchema, PartsShippedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { expectSchemaMatchesEntities } from '@aftercare/testing';
import type { QueryRunner } from 'typeorm';
import { WishesTold1800792000000 } from '../migrations/1800792000000-wishes-told.js';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

describe('receivables over the bus', () => {
  let world: InvoicingWorld;
  beforeAll(async () => {
    world = await startInvoicing();
  }, 60_000);
  afterAll(() => world.service.stop());

  it('the entities describe the migrated schema', async () => {
    await expect(expectSchemaMatchesEntities(world.service.dataSource)).resolves.toBeUndefined();
  });

  it('F-2: a confirmed slip is owed with tax; told twice it is owed once', async () => {
    const eventId = newId();
    const event = {
      slipId: newId(), number: 'CS-2026-900001', dealerId: world.dealerId, direction: 'charge', netTotal: '37.04', taxTotal: '4.82', grossTotal: '41.86',
      paymentMethod: 'cash', invoiceWish: 'later', confirmedAt: await world.service.now(), month: '2026-03', origin: 'request', requestId: newId(),
      lines: [{ lineId: newId(), partId: newId(), quantity: 3, unitPrice: '12.3450', netAmount: '37.04', taxAmount: '4.82', reason: 'x', taxRate: '13' }],
    };
    await world.service.publish(ChargeSlipConfirmedSchema, event, { eventId });
    await world.service.publish(ChargeSlipConfirmedSchema, event, { eventId });
    await world.service.drain();
    const receivable = await world.receivables().getReceivable({ slipId: event.slipId });
    expect(receivable).toMatchObject({ grossTotal: '41.86', outstanding: '41.86', paid: false, invoiced: false, version: 1 });
    const [{ count }] = await world.service.sql<{ count: number }>('select count(*)::int as count from voucher where document_id = $1', [event.slipId]);
    expect(count).toBe(1);
  });

  it('F-8: paid and not shipped is a prepayment; what ships becomes revenue', async () => {
    const slip = await world.slip({ nets: ['200.00'], quantity: 2, origin: 'request' });
    const shipped = (quantity: number) => world.service.publish(PartsShippedSchema, {
      shippingOrderId: newId(), dealerId: world.dealerId, lines: [{ partId: newId(), quantity, supplyKind: 'charged', chargeSlipId: slip.slipId, chargeSlipLineId: slip.lineIds[0] }],
    });
    const earned = async (): Promise<string> => (await world.service.sql<{ net: string }>('select revenue_net::text as net from receivable_line where line_id = $1', [slip.lineIds[0]]))[0].net;
    expect(await earned()).toBe('0.00');
    await shipped(1);
    await world.service.drain();
    expect(await earned()).toBe('100.00');
    await shipped(1);
    await world.service.drain();
    expect(await earned()).toBe('200.00');
  });

  it('F-8: the ledger takes what became revenue, or is taken back of it, as parts tells it, to the fen', async () => {
    const slip = await world.slip({ nets: ['0.05'], quantity: 3, origin: 'request', untaxed: true });
    const line = { partId: newId(), supplyKind: 'charged', chargeSlipId: slip.slipId, chargeSlipLineId: slip.lineIds[0] };
    const revenue = async (): Promise<string> => (await world.service.sql<{ net: string }>(
      `select coalesce(sum(credit - debit), 0)::text as net from posting p join voucher v on v.id = p.voucher_id where account = 'revenue' and v.dealer_id = $1`, [slip.dealerId]))[0].net;
    const before = Number(await revenue());
    await world.service.publish(PartsShippedSchema, { shippingOrderId: newId(), dealerId: slip.dealerId, lines: [{ ...line, quantity: 1, revenueNet: '0.02' }] });
    await world.service.drain();
    expect((Number(await revenue()) - before).toFixed(2)).toBe('0.02');
    await world.service.publish(ChargeSlipReversedSchema, {
      slipId: slip.slipId, reversingSlipId: newId(), reversingNumber: `RR-${slip.number}`, dealerId: slip.dealerId, grossTotal: '0.03',
      lines: [{ lineId: slip.lineIds[0], quantity: 2, netAmount: '0.03', taxAmount: '0.00', taxRate: '0', revenueNet: '0.01' }],
    });
    await world.service.drain();
    expect((Number(await revenue()) - before).toFixed(2)).toBe('0.01');
  });

  it('F-4: the dealer changes the wish; a stale version is told the present one; the technician may not', async () => {
    const slip = await world.slip();
    const answer = await world.receivables(world.dealer()).setInvoiceWish({ slipId: slip.slipId, version: 1, invoiceWish: 'never' });
    expect(answer).toMatchObject({ id: slip.slipId, state: 'never', version: 2 });
    expect((await world.told<{ slipId: string }>('InvoiceWishChanged')).filter(({ slipId }) => slipId === slip.slipId)).toEqual([{ slipId: slip.slipId, dealerId: world.dealerId, invoiceWish: 'never', version: 2 }]);
    await expect(world.receivables().setInvoiceWish({ slipId: slip.slipId, version: 1, invoiceWish: 'now', askedBy: '王经理' })).rejects.toMatchObject({
      code: 'aborted', reason: 'STALE_VERSION', details: { present: { version: 2, invoiceWish: 'never' } },
    });
    const technician = world.service.dealerCtx(world.dealerId, 'dealer_technician');
    expect(await reasonOf(world.receivables(technician).setInvoiceWish({ slipId: slip.slipId, version: 2, invoiceWish: 'now' }))).toBe('ROLE_NOT_ALLOWED');
    const { allowedActions } = await world.receivables(technician).getReceivable({ slipId: slip.slipId });
    expect(allowedActions).toMatchObject([{ action: 'set-invoice-wish', allowed: false, reason: 'ROLE_NOT_ALLOWED' }]);
  });

  it('F-4: a wish that was changed before changes were told is told once, as it is now', async () => {
    const [changed, unchanged] = [await world.slip(), await world.slip()];
    await world.receivables(world.dealer()).setInvoiceWish({ slipId: changed.slipId, version: 1, invoiceWish: 'now' });
    await world.receivables(world.dealer()).setInvoiceWish({ slipId: changed.slipId, version: 2, invoiceWish: 'never' });
    await world.service.sql(`delete from outbox where event_type like '%.InvoiceWishChanged'`);
    await new WishesTold1800792000000().up({ query: (text: string) => world.service.sql(text) } as unknown as QueryRunner);
    const told = (await world.told<{ slipId: string }>('InvoiceWishChanged')).filter(({ slipId }) => [changed.slipId, unchanged.slipId].includes(slipId));
    expect(told).toEqual([{ slipId: changed.slipId, dealerId: world.dealerId, invoiceWish: 'never', version: 3 }]);
  });

  it('X-4, F-4: the manufacturer names who of the dealer asked for another wish; the dealer\'s own names nobody', async () => {
    const { slipId } = await world.slip();
    const clerk = world.receivables(world.as('service_clerk'));
    expect(await reasonOf(clerk.setInvoiceWish({ slipId, version: 1, invoiceWish: 'now', askedBy: ' ' }))).toBe('ASKED_BY_MISSING');
    await clerk.setInvoiceWish({ slipId, version: 1, invoiceWish: 'now', askedBy: '王经理' });
    expect(await clerk.getReceivable({ slipId })).toMatchObject({ invoiceWish: 'now', askedBy: '王经理' });
    await world.receivables(world.dealer()).setInvoiceWish({ slipId, version: 2, invoiceWish: 'later' });
    expect(await clerk.getReceivable({ slipId })).toMatchObject({ invoiceWish: 'later', askedBy: '' });
  });

  it('D-1: a terminated dealer\'s user changes no wish, however its request was signed; the clerk does', async () => {
    const dealerId = await world.newDealer();
    const { slipId } = await world.slip({ dealerId });
    await world.service.publish(DealerChangedSchema, { dealerId, code: 'GONE', name: '某经销商', status: 'terminated', version: 2 });
    await world.service.drain();
    expect(await reasonOf(world.receivables(world.dealer(dealerId)).setInvoiceWish({ slipId, version: 1, invoiceWish: 'now' }))).toBe('DEALER_TERMINATED');
    const gone = world.service.dealerCtx(dealerId, 'dealer_manager', { dealerStatus: 'terminated' });
    expect((await world.receivables(gone).getReceivable({ slipId })).allowedActions).toMatchObject([{ action: 'set-invoice-wish', allowed: false, reason: 'DEALER_TERMINATED' }]);
    expect(await reasonOf(world.receivables(world.as('service_clerk')).setInvoiceWish({ slipId, version: 1, invoiceWish: 'now', askedBy: '王经理' }))).toBe('no error');
  });

  it('another dealer\'s receivable is missing, and so it is for the parent of a sub-dealer', async () => {
    const slip = await world.slip();
    const other = await world.newDealer();
    const missing = await world.receivables(world.dealer(other)).getReceivable({ slipId: newId() }).catch((error: unknown) => error);
    const foreign = await world.receivables(world.dealer(other)).getReceivable({ slipId: slip.slipId }).catch((error: unknown) => error);
    const parent = world.service.dealerCtx(other, 'dealer_manager', { childDealerIds: [world.dealerId] });
    const childs = await world.receivables(parent).getReceivable({ slipId: slip.slipId }).catch((error: unknown) => error);
    expect(foreign).toEqual(missing);
    expect(childs).toEqual(missing);
    expect((await world.receivables(world.dealer(other)).listReceivables({})).items).toEqual([]);
  });

  it('F-5: a release is idempotent by the reversal\'s id; two at once with room for one: one wins', async () => {
    const slip = await world.slip();
    const [lineId] = slip.lineIds;
    const ask = (reversalId: string) => world.receivables().releaseSlip({ slipId: slip.slipId, reversalId, lines: [{ lineId, quantity: 1 }] });
    const ids = [newId(), newId()];
    const answers = await Promise.all(ids.map(ask));
    expect(answers.map((each) => each.released).sort()).toEqual([false, true]);
    expect(answers.find((each) => !each.released)?.reason).toBe('ALREADY_RELEASED_OTHERWISE');
    const winner = ids[answers.findIndex((each) => each.released)];
    expect(await ask(winner)).toMatchObject({ released: true });
    expect(await reasonOf(world.receivables().releaseSlip({ slipId: slip.slipId, reversalId: winner, lines: [{ lineId, quantity: 2 }] }))).toBe('REVERSAL_ID_REUSED');
  });

  it('F-5: a release that its reversal did not use is given back once, to the fen, and its id gets none any more', async () => {
    const slip = await world.slip();
    const [lineId] = slip.lineIds;
    const ask = (reversalId: string, pieces: number) =>
      world.receivables().releaseSlip({ slipId: slip.slipId, reversalId, lines: pieces === 0 ? [] : [{ lineId, quantity: pieces }] });
    const released = () => world.service.sql('select released_quantity as quantity, released_net::text as net, released_tax::text as tax from receivable_line where line_id = $1', [lineId]);
    const before = await released();
    const [unused, next, never] = [newId(), newId(), newId()];
    expect(await ask(unused, 1)).toMatchObject({ released: true });
    expect(await released()).not.toEqual(before);
    for (let times = 0; times < 2; times += 1) expect(await ask(unused, 0)).toMatchObject({ released: false, reason: '' });
    expect(await released()).toEqual(before);
    expect(await reasonOf(ask(unused, 1))).toBe('STALE_VERSION');
    await ask(never, 0);
    expect(await reasonOf(ask(never, 1))).toBe('STALE_VERSION');
    expect(await ask(next, 1)).toMatchObject({ released: true });
    await ask(unused, 0);
    expect(await ask(newId(), 1)).toMatchObject({ released: false, reason: 'ALREADY_RELEASED_OTHERWISE' });
  });

  it('F-5: what was paid goes to the deposit on a reversal, and the paid amount is told with a rising version', async () => {
    const dealerId = await world.newDealer();
    const slip = await world.slip({ dealerId });
    await world.pay(slip.grossTotal, slip.number, dealerId);
    const reversalId = newId();
    await world.receivables().releaseSlip({ slipId: slip.slipId, reversalId, lines: [{ lineId: slip.lineIds[0], quantity: 1 }] });
    await world.reversed(slip, reversalId);
    expect(await world.receivables().getReceivable({ slipId: slip.slipId })).toMatchObject({ reversedTotal: '113.00', paidTotal: '0.00', outstanding: '0.00' });
    expect((await world.payments().getDeposit({ dealerId })).balance).toBe('113.00');
    const told = (await world.told<{ slipId: string; version: number; paid: boolean }>('ChargeSlipPaid')).filter((each) => each.slipId === slip.slipId);
    expect(told.map(({ version, paid }) => [version, paid])).toEqual([[2, true], [3, true]]);
  });

  it('D-1: the copy of the tax identity never goes back to an older version', async () => {
    const dealerId = await world.newDealer('新抬头');
    await world.service.publish(DealerChangedSchema, { dealerId, code: 'X', name: 'X', version: 0, taxIdentity: { title: '旧抬头', taxNumber: '1' } });
    await world.service.drain();
    const [row] = await world.service.sql<{ title: string }>('select title from dealer_account where dealer_id = $1', [dealerId]);
    expect(row.title).toBe('新抬头');
  });
});
