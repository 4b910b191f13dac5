import { newId } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

describe('B-1: invoices over the bus', () => {
  let world: InvoicingWorld;
  let serial = 0;
  beforeAll(async () => {
    world = await startInvoicing();
  }, 60_000);
  afterAll(() => world.service.stop());
  beforeEach(async () => {
    world.dealerId = await world.newDealer();
  });
  const request = (slipIds: string[] = [], ctx = world.as('finance_clerk')) => world.invoices(ctx).requestInvoice({ dealerId: world.dealerId, slipIds, kind: 'special' });
  const paper = () => ({ invoiceNumber: String((serial += 1)).padStart(20, '0'), invoiceDate: '2026-03-31' });

  it('F-4, B-1: three slips `later` and one `never`: 137.34, tax 17.86, together 155.20', async () => {
    const slips = [];
    for (const net of ['37.04', '100.00', '0.30']) slips.push(await world.slip({ nets: [net] }));
    await world.slip({ nets: ['50.00'], invoiceWish: 'never' });
    const preview = await world.invoices().previewInvoice({ dealerId: world.dealerId });
    expect(preview).toMatchObject({ netTotal: '137.34', taxTotal: '17.86', grossTotal: '155.20' });
    expect(preview.slips.map((each) => each.slipId)).toEqual(slips.map((each) => each.slipId));
    const { id } = await request();
    expect(await world.invoices(world.dealer()).getInvoice({ id })).toMatchObject({
      title: '上海某公司', grossTotal: '155.20', grossInWords: '壹佰伍拾伍元贰角', state: 'requested', slips: [{ taxAmount: '4.82' }, { taxAmount: '13.00' }, { taxAmount: '0.04' }],
    });
  });

  it('F-4, B-1: a named slip is on the invoice or the request is refused; nothing named takes no slip of which nothing is to be paid', async () => {
    const [later, never, free] = [await world.slip(), await world.slip({ invoiceWish: 'never' }), await world.slip({ nets: ['0.00'] })];
    await expect(request([later.slipId, never.slipId])).rejects.toMatchObject({ reason: 'NOTHING_TO_INVOICE', details: { slipNumber: never.number } });
    const { id } = await request();
    expect((await world.invoices().getInvoice({ id })).slips.map(({ slipId }) => slipId)).toEqual([later.slipId]);
    expect(await reasonOf(request())).toBe('ALREADY_REQUESTED');
    expect(await world.invoices().getInvoice({ id: (await request([free.slipId])).id })).toMatchObject({ grossTotal: '0.00' });
  });

  it('B-1: two clerks ask at the same moment: one request, the other is told its number', async () => {
    const slip = await world.slip();
    for (const slipIds of [[], [slip.slipId]]) {
      const results = await Promise.allSettled([request(slipIds), request(slipIds)]);
      const refused = results.filter((each) => each.status === 'rejected').map((each) => each.reason as { reason: string; details: { number: string } });
      const won = results.find((each) => each.status === 'fulfilled');
      if (slipIds.length === 0) expect(won).toBeDefined();
      for (const error of refused) expect(error).toMatchObject({ code: 'already_exists', reason: 'ALREADY_REQUESTED', details: { number: expect.stringMatching(/^IR-/) } });
      expect(refused).toHaveLength(slipIds.length === 0 ? 1 : 2);
    }
    const [{ count }] = await world.service.sql<{ count: number }>('select count(*)::int as count from invoice_line where slip_id = $1', [slip.slipId]);
    expect(count).toBe(1);
  });

  it('B-2, B-3: the clerk types the number of 20 digits; issued, then delivered; a number is used once', async () => {
    await world.slip();
    const invoice = await request();
    const typed = paper();
    expect(await reasonOf(world.invoices().issueInvoice({ id: invoice.id, version: 1, invoiceNumber: '123', invoiceDate: '2026-03-31' }))).toBe('INVOICE_NUMBER_INVALID');
    expect(await reasonOf(world.invoices().issueInvoice({ id: invoice.id, version: 1, ...paper(), invoiceDate: '2999-01-01' }))).toBe('DATE_IN_FUTURE');
    expect(await reasonOf(world.invoices().deliverInvoice({ id: invoice.id, version: 1 }))).toBe('STEP_NOT_ALLOWED');
    const files = [{ id: newId(), sha256: 'ab' }];
    expect(await world.invoices().issueInvoice({ id: invoice.id, version: 1, ...typed, files })).toMatchObject({ state: 'issued', version: 2 });
    expect(await reasonOf(world.invoices().issueInvoice({ id: invoice.id, version: 1, ...paper() }))).toBe('STALE_VERSION');
    expect(await world.invoices().deliverInvoice({ id: invoice.id, version: 2 })).toMatchObject({ state: 'delivered', version: 3 });
    expect(await world.invoices().getInvoice({ id: invoice.id })).toMatchObject({ ...typed, files: [{ id: files[0].id }], allowedActions: [{ allowed: false }, { allowed: false }, { action: 'withdraw', allowed: false }, { action: 'draft-red-letter', allowed: true }] });
    await world.slip();
    const next = await request();
    expect(await reasonOf(world.invoices().issueInvoice({ id: next.id, version: 1, ...typed }))).toBe('INVOICE_NUMBER_TAKEN');
    const told = (await world.told<{ invoiceId: string; slipIds: string[] }>('InvoiceIssued')).filter((each) => each.invoiceId === invoice.id);
    expect(told).toMatchObject([{ grossTotal: '113.00', slipIds: [expect.any(String)] }]);
  });

  it('F-5: on an invoice a reversal needs a red letter first, or the request withdrawn while it is not issued; what is released is invoiced no more', async () => {
    const [invoiced, released] = [await world.slip(), await world.slip({ nets: ['10.00'] })];
    const release = (slip: typeof invoiced) => world.receivables().releaseSlip({ slipId: slip.slipId, reversalId: newId(), lines: [{ lineId: slip.lineIds[0], quantity: 1 }] });
    expect(await release(released)).toMatchObject({ released: true });
    const { id } = await request();
    expect(await world.invoices().getInvoice({ id })).toMatchObject({ netTotal: '100.00' });
    const { version } = await world.receivables().getReceivable({ slipId: invoiced.slipId });
    const wish = () => reasonOf(world.receivables().setInvoiceWish({ slipId: invoiced.slipId, version, invoiceWish: 'never' }));
    expect([await release(invoiced), await wish()]).toMatchObject([{ released: false, reason: 'INVOICE_REQUESTED' }, 'INVOICE_REQUESTED']);
    await world.invoices().issueInvoice({ id, version: 1, ...paper() });
    expect([await release(invoiced), await wish()]).toMatchObject([{ released: false, reason: 'RED_LETTER_FIRST' }, 'ALREADY_INVOICED']);
  });

  it('F-5: a release and an invoice request at once: one of them wins, never both', async () => {
    const slip = await world.slip();
    const [released, requested] = await Promise.allSettled([
      world.receivables().releaseSlip({ slipId: slip.slipId, reversalId: newId(), lines: [{ lineId: slip.lineIds[0], quantity: 1 }] }), request([slip.slipId]),
    ]);
    const gotReleased = released.status === 'fulfilled' && released.value.released;
    expect([gotReleased, requested.status === 'fulfilled'].filter(Boolean)).toHaveLength(1);
  });

  it('X-6: numbers of requests have no gap, refused ones take none', async () => {
    const [{ before }] = await world.service.sql<{ before: number }>(`select coalesce(max(last), 0)::int as before from number_counter where kind = 'invoice_request'`);
    expect(await reasonOf(request())).toBe('NOTHING_TO_INVOICE');
    await world.slip();
    const { number } = await request();
    expect(Number(number.slice(-6))).toBe(before + 1);
  });

  it('B-1: no tax identity, a foreign or missing slip, an unknown kind and a wrong role are refused', async () => {
    const slip = await world.slip();
    const nameless = await world.newDealer('');
    await world.slip({ dealerId: nameless });
    expect(await reasonOf(world.invoices().requestInvoice({ dealerId: nameless, kind: 'general' }))).toBe('TAX_IDENTITY_MISSING');
    expect(await reasonOf(world.invoices().requestInvoice({ dealerId: await world.newDealer(), slipIds: [slip.slipId], kind: 'general' }))).toBe('DEALER_MISMATCH');
    expect(await reasonOf(request([newId()]))).toBe('NOT_FOUND');
    expect(await reasonOf(world.invoices().requestInvoice({ dealerId: world.dealerId, kind: 'paper' }))).toBe('INVOICE_KIND_UNKNOWN');
    expect(await reasonOf(request([], world.dealer()))).toBe('ROLE_NOT_ALLOWED');
    const { id } = await request();
    expect(await reasonOf(world.invoices(world.dealer(nameless)).getInvoice({ id }))).toBe('NOT_FOUND');
    expect((await world.invoices(world.dealer(nameless)).listInvoices({})).items).toEqual([]);
  });
});
