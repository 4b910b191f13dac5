import {
  ChargeSlipPaidSchema, ChargeSlipService, InvoiceWishChangedSchema, PartsRequestService, SettingChangedSchema, ShippingService, type ReleaseSlipRequest,
} from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { expectSchemaMatchesEntities } from '@aftercare/testing';
import { LateReturnReversals } from '../late-returns/reverse-late.js';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
const asked: ReleaseSlipRequest[] = [];
let answer: () => { released: boolean; reason?: string } = () => ({ released: true });
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('OUT', 'not_covered');
  world.around.standing.set(world.dealerId, 'active');
});
afterAll(() => world?.service.stop());
beforeEach(() => {
  asked.length = 0;
  answer = () => ({ released: true });
  world.around.release = async (request) => {
    asked.push(request);
    return answer();
  };
});

const slips = (ctx = world.as('finance_clerk')) => world.service.client(ChargeSlipService, ctx);
const get = (id: string) => slips().getChargeSlip({ id });
const manual = (partId: string, given: object = {}) =>
  slips().createManualSlip({ dealerId: world.dealerId, paymentMethod: 'bank_transfer', invoiceWish: 'later', reason: 'lost tool', lines: [{ partId, quantity: 3 }], ...given });
async function confirmed(partId: string, given: object = {}) {
  const draft = await manual(partId, given);
  return slips().confirmChargeSlip({ id: draft.id, version: draft.version });
}

describe('charge slips', () => {
  it('the entities describe the migrated schema', async () => {
    await expect(expectSchemaMatchesEntities(world.service.dataSource)).resolves.toBeUndefined();
  });

  it('F-1, F-2, F-6: a manual slip at today\'s dealer price: 12.345 × 3 is 37.04, with tax 41.86 = 肆拾壹元捌角陆分', async () => {
    const draft = await manual(await world.part());
    expect(await get(draft.id)).toMatchObject({ number: '', state: 'draft', origin: 'manual', direction: 'charge' });
    const posted = await slips().confirmChargeSlip({ id: draft.id, version: 1 });
    expect(posted).toMatchObject({ state: 'confirmed', version: 2, number: expect.stringMatching(/^CS-\d{4}-\d{6}$/) });
    const month = businessDate(await world.service.now()).slice(0, 7);
    expect(await get(draft.id)).toMatchObject({
      netTotal: '37.04', taxTotal: '4.82', grossTotal: '41.86', grossInWords: '肆拾壹元捌角陆分', taxRate: '13', month, paid: false,
      lines: [{ quantity: 3, unitPrice: '12.3450', netAmount: '37.04', taxAmount: '4.82', reversedQuantity: 0 }],
    });
    const [told] = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type like '%.ChargeSlipConfirmed' and payload::json ->> 'slipId' = $1`, [draft.id]);
    expect(JSON.parse(told.payload)).toMatchObject({ grossTotal: '41.86', origin: 'manual', lines: [{ taxRate: '13', taxAmount: '4.82' }] });
  });

  it('F-1, P-5: accepting a quote opens a draft; F-2: the tax rate of the day of confirmation counts', async () => {
    const partId = await world.part({ stock: 5, price: '100' });
    const { id } = await world.request([[partId, 1, 'OUT']]);
    const { version, lines } = await world.review(id);
    await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'cash', invoiceWish: 'now' });
    const [slip] = (await slips(world.dealer()).listChargeSlips({ requestId: id })).items;
    expect(slip).toMatchObject({ state: 'draft', origin: 'request', grossTotal: '113.00' });
    await world.service.publish(SettingChangedSchema, { key: 'tax.ratePercent', value: '"6"', effectiveFrom: businessDate(await world.service.now()), version: 1 });
    await world.service.drain();
    await slips().confirmChargeSlip({ id: slip.id, version: slip.version });
    expect(await get(slip.id)).toMatchObject({ grossTotal: '106.00', taxRate: '6', lines: [{ taxAmount: '6.00', originKind: 'parts_request_line', originId: lines[0].id }] });
    await world.service.publish(SettingChangedSchema, { key: 'tax.ratePercent', value: '"13"', effectiveFrom: businessDate(await world.service.now()), version: 2 });
    await world.service.drain();
  });

  it('F-1, W-5: a manual slip names the free line without return due that turned out to be excluded, no piece twice', async () => {
    world.around.coverage.set('IN', 'covered');
    const free = await world.part({ stock: 3, returnRequired: false });
    const due = await world.part({ stock: 1 });
    const { id } = await world.request([[free, 3, 'IN'], [due, 1, 'IN']]);
    await world.review(id);
    const [pickingId] = await world.pick(id);
    const shipped = await world.ship(await world.plan(pickingId));
    const rows = await world.service.sql<{ id: string; partId: string }>('select id, part_id as "partId" from shipping_line where shipping_order_id = $1', [shipped.id]);
    const lineOf = (partId: string): string => rows.find((row) => row.partId === partId)?.id ?? '';
    const evidence = [{ id: newId(), sha256: 'a'.repeat(64) }];
    const charge = (partId: string, quantity: number, given = {}) => manual(partId, { lines: [{ partId, quantity, shippingLineId: lineOf(partId), exclusion: 'misuse' }], reason: 'forced', evidence, ...given });
    const draft = await charge(free, 2);
    expect(await get(draft.id)).toMatchObject({ evidence, lines: [{ quantity: 2, reason: 'misuse', originKind: 'shipping_line', originId: lineOf(free) }] });
    expect(await reasonOf(charge(free, 1, { evidence: [] }))).toBe('EVIDENCE_MISSING');
    expect(await reasonOf(charge(free, 2))).toBe('QUANTITY_INVALID');
    expect(await reasonOf(charge(due, 1))).toBe('OBLIGATION_FIRST');
    expect(await reasonOf(charge(free, 1, { dealerId: newId() }))).toBe('LINE_UNKNOWN');
    expect(await reasonOf(charge(free, 1))).toBe('no error');
    expect(await reasonOf(charge(free, 1))).toBe('QUANTITY_INVALID');
    await slips().discardChargeSlip({ id: draft.id, version: draft.version, reason: 'it was no misuse' });
    expect(await reasonOf(charge(free, 2))).toBe('no error');
  });

  it('P-8, F-1: a slip by hand over a free line of which pieces never arrived has to be reversed, of which clerk, finance and dealer are told; what never arrived is charged no more', async () => {
    world.around.coverage.set('IN', 'covered');
    const free = await world.part({ stock: 3, returnRequired: false });
    const { id } = await world.request([[free, 3, 'IN']]);
    await world.review(id);
    const [pickingId] = await world.pick(id);
    const shipped = await world.ship(await world.plan(pickingId));
    const shipping = (ctx = world.as('warehouse_keeper')) => world.service.client(ShippingService, ctx);
    const { version } = await shipping().deliverOrder({ id: shipped.id, version: shipped.version });
    const { lines: [line], number: orderNumber } = await shipping().getShippingOrder({ id: shipped.id });
    const charge = (quantity: number) => manual(free, { lines: [{ partId: free, quantity, shippingLineId: line.id, exclusion: 'misuse' }], reason: 'forced', evidence: [{ id: newId(), sha256: 'a'.repeat(64) }] });
    const draft = await charge(1);
    const posted = await charge(1);
    const { number } = await slips().confirmChargeSlip({ id: posted.id, version: posted.version });
    await shipping(world.dealer()).confirmReceipt({ id: shipped.id, version, lines: [{ lineId: line.id, receivedQuantity: 0, note: '未到' }] });
    const { discrepancies: [discrepancy] } = await shipping().getShippingOrder({ id: shipped.id });
    await shipping().agreeDiscrepancy({ id: discrepancy.id, version: 1, outcome: 'lost', reason: '核实', evidence: [{ id: newId(), sha256: 'a'.repeat(64) }] });
    const told = await world.service.sql<{ kind: string; role: string; of: string; params: string }>(
      `select payload::json ->> 'kind' as kind, payload::json ->> 'recipientRole' as role, payload::json ->> 'documentNumber' as of, payload::json ->> 'params' as params from outbox
        where event_type like '%.NoticeRequested' and payload::json ->> 'kind' like 'parts.missing%' order by occurred_at, id`);
    expect(told.map(({ kind, role, of }) => [kind, role, of ?? '']).sort()).toEqual([
      ['parts.missing_charged', 'dealer_manager', number], ['parts.missing_charged', 'finance_clerk', number], ['parts.missing_charged', 'service_clerk', number], ['parts.missing_drafted', 'finance_clerk', ''], ['parts.missing_drafted', 'service_clerk', ''],
    ]);
    expect(told.map(({ params }) => JSON.parse(params) as object)).toEqual(Array(5).fill({ pieces: 1, orderNumber }));
    expect(await reasonOf(slips().confirmChargeSlip({ id: draft.id, version: draft.version }))).toBe('NEVER_ARRIVED');
    await slips().discardChargeSlip({ id: draft.id, version: draft.version, reason: 'it never arrived' });
    expect(await reasonOf(charge(1))).toBe('QUANTITY_INVALID');
  });

  it('P-8, F-1: of two drafts over a line of which one piece never arrived, only the one that was told of is refused', async () => {
    world.around.coverage.set('IN', 'covered');
    const free = await world.part({ stock: 2, returnRequired: false });
    const { id } = await world.request([[free, 2, 'IN']]);
    await world.review(id);
    const [pickingId] = await world.pick(id);
    const shipped = await world.ship(await world.plan(pickingId));
    const shipping = (ctx = world.as('warehouse_keeper')) => world.service.client(ShippingService, ctx);
    const { version } = await shipping().deliverOrder({ id: shipped.id, version: shipped.version });
    const { lines: [line] } = await shipping().getShippingOrder({ id: shipped.id });
    const charge = () => manual(free, { lines: [{ partId: free, quantity: 1, shippingLineId: line.id, exclusion: 'misuse' }], reason: 'forced', evidence: [{ id: newId(), sha256: 'a'.repeat(64) }] });
    const [stands, never] = [await charge(), await charge()];
    await shipping(world.dealer()).confirmReceipt({ id: shipped.id, version, lines: [{ lineId: line.id, receivedQuantity: 1, note: '少一件' }] });
    const { discrepancies: [discrepancy] } = await shipping().getShippingOrder({ id: shipped.id });
    await shipping().agreeDiscrepancy({ id: discrepancy.id, version: 1, outcome: 'shortage', reason: '核实' });
    const refusal = slips().confirmChargeSlip({ id: never.id, version: never.version });
    await expect(refusal).rejects.toMatchObject({ code: 'failed_precondition', reason: 'NEVER_ARRIVED', details: { pieces: 1 } });
    expect(await reasonOf(slips().confirmChargeSlip({ id: stands.id, version: stands.version }))).toBe('no error');
    expect(await reasonOf(slips().confirmChargeSlip({ id: never.id, version: never.version }))).toBe('NEVER_ARRIVED');
    await slips().discardChargeSlip({ id: never.id, version: never.version, reason: 'it never arrived' });
  });

  it('F-5: a posted slip never changes, the database refuses it', async () => {
    const { id } = await confirmed(await world.part());
    const attempt = (statement: string) => world.service.dataSource.transaction(async (em) => {
      await em.query(`select set_config('app.dealers', '*', true)`);
      await em.query(statement, [id]);
    });
    await expect(attempt('update charge_slip set gross_total = 1, net_total = 1, tax_total = 0 where id = $1')).rejects.toThrow('does not change');
    await expect(attempt('update charge_slip_line set quantity = 1 where slip_id = $1')).rejects.toThrow('do not change');
    await expect(attempt('delete from charge_slip_line where slip_id = $1')).rejects.toThrow('do not change');
    await expect(attempt('delete from charge_slip where id = $1')).rejects.toThrow('never deleted');
    await expect(attempt(`update charge_slip set state = 'draft' where id = $1`)).rejects.toThrow('does not change');
  });

  it('F-5: reversed in parts by reversing slips after invoicing released them, void only when wholly reversed', async () => {
    const { id, version } = await confirmed(await world.part());
    const [{ id: lineId }] = (await get(id)).lines;
    const part = await slips().reverseChargeSlip({ id, version, lines: [{ lineId, quantity: 1 }], reason: 'wrong part' });
    expect(part.number).toMatch(/^CS-/);
    expect(await get(part.id)).toMatchObject({ origin: 'reversal', reversesSlipId: id, lines: [{ quantity: -1 }], grossTotal: expect.stringMatching(/^-/) });
    expect(await get(id)).toMatchObject({ state: 'confirmed', version: version + 1, lines: [{ reversedQuantity: 1 }] });
    await slips(world.as('service_supervisor')).reverseChargeSlip({ id, version: version + 1, lines: [], reason: 'wrong part' });
    expect(await get(id)).toMatchObject({ state: 'void', lines: [{ reversedQuantity: 3 }] });
    const [{ sum }] = await world.service.sql<{ sum: string }>('select sum(gross_total)::text as sum from charge_slip where id = $1 or reverses_slip_id = $1', [id]);
    expect(sum).toBe('0.00');
    expect(asked.map((each) => each.lines.map((line) => line.quantity))).toEqual([[1], [2]]);
    expect(asked[0].reversalId).toBe(part.id);
    expect(await reasonOf(slips().reverseChargeSlip({ id, version: version + 2, lines: [], reason: 'again' }))).toBe('STEP_NOT_ALLOWED');
  });

  it('F-5: an invoiced slip needs a red letter first and stays as it is; a repeated attempt asks with the same id', async () => {
    const { id, version } = await confirmed(await world.part());
    answer = () => ({ released: false, reason: 'RED_LETTER_FIRST' });
    const reverse = () => reasonOf(slips().reverseChargeSlip({ id, version, lines: [], reason: 'x' }));
    expect([await reverse(), await reverse()]).toEqual(['RED_LETTER_FIRST', 'RED_LETTER_FIRST']);
    answer = () => {
      throw notFound('receivable');
    };
    expect(await reverse()).toBe('RECEIVABLE_PENDING');
    expect(new Set(asked.map((each) => each.reversalId)).size).toBe(1);
    expect(await get(id)).toMatchObject({ state: 'confirmed', version });
  });

  it('F-5, X-8: the same key reverses once; two at once make one reversing slip', async () => {
    const { id, version } = await confirmed(await world.part());
    const ctx = world.as('finance_clerk');
    const reverse = (by = ctx) => slips(by).reverseChargeSlip({ id, version, lines: [], reason: 'x' });
    const first = await reverse();
    expect(await reverse()).toEqual(first);
    const other = await confirmed(await world.part());
    const results = await Promise.all([1, 2].map(() => reasonOf(slips(world.as('finance_clerk')).reverseChargeSlip({ id: other.id, version: other.version, lines: [], reason: 'x' }))));
    expect(results.sort()).toEqual(['STALE_VERSION', 'no error']);
    const [{ count }] = await world.service.sql<{ count: number }>('select count(*)::int as count from charge_slip where reverses_slip_id = any($1::uuid[])', [[id, other.id]]);
    expect(count).toBe(2);
  });

  describe('what was released and not reversed', () => {
    /** Invoicing's side: what is released of each line under which id. */
    function releases(pieces: Record<string, number>, answered: (request: ReleaseSlipRequest) => Promise<void> = async () => undefined) {
      const granted = new Map<string, ReleaseSlipRequest['lines']>();
      const left = (lineId: string) => pieces[lineId] - [...granted.values()].flat().filter((line) => line.lineId === lineId).reduce((sum, line) => sum + line.quantity, 0);
      world.around.release = async (request) => {
        if (request.lines.length === 0) {
          granted.delete(request.reversalId);
          return { released: false };
        }
        if (!granted.has(request.reversalId)) {
          if (request.lines.some((line) => line.quantity > left(line.lineId))) return { released: false, reason: 'ALREADY_RELEASED_OTHERWISE' };
          granted.set(request.reversalId, request.lines);
        }
        await answered(request);
        return { released: true };
      };
      return { left, granted };
    }
    const asks = (slipId: string) => world.service.sql<{ state: string }>('select state from reversal_ask where slip_id = $1', [slipId]);

    it('F-5: of two reversals of different lines at one version the second is made when it is tried again', async () => {
      const { id, version } = await confirmed(await world.part(), { lines: [{ partId: await world.part(), quantity: 3 }, { partId: await world.part(), quantity: 2 }] });
      const [{ id: one }, { id: two }] = (await get(id)).lines;
      const reverse = (lineId: string, quantity: number, at: number) => slips().reverseChargeSlip({ id, version: at, lines: [{ lineId, quantity }], reason: 'x' });
      let between: Promise<unknown> | undefined;
      const { left } = releases({ [one]: 3, [two]: 2 }, async () => {
        if (between) return;
        between = Promise.resolve();
        between = reverse(two, 2, version);
        await between;
      });
      expect(await reasonOf(reverse(one, 3, version))).toBe('STALE_VERSION');
      expect([left(one), left(two)]).toEqual([3, 0]);
      await reverse(one, 3, version + 1);
      expect(await get(id)).toMatchObject({ state: 'void' });
      expect([left(one), left(two), await asks(id)]).toEqual([0, 0, []]);
    });

    it('F-5: an answer that was lost is found again by the same reversal, and given back before another', async () => {
      const { id, version } = await confirmed(await world.part());
      const [{ id: lineId }] = (await get(id)).lines;
      const reverse = (quantity: number) => slips().reverseChargeSlip({ id, version, lines: [{ lineId, quantity }], reason: 'x' });
      let lost = true;
      const { left, granted } = releases({ [lineId]: 3 }, async () => {
        if (lost) throw new Error('lost');
      });
      expect(await reasonOf(reverse(2))).not.toBe('no error');
      expect(await reasonOf(reverse(2))).not.toBe('no error');
      expect([left(lineId), granted.size]).toEqual([1, 1]);
      lost = false;
      const { id: reversing } = await reverse(3);
      expect([left(lineId), [...granted.keys()], await asks(id)]).toEqual([0, [reversing], []]);
    });

    it('F-5: what nobody asks for again is given back by itself, and never what was posted or is just being asked for', async () => {
      const { id, version } = await confirmed(await world.part());
      const [{ id: lineId }] = (await get(id)).lines;
      const reverse = (quantity: number, at: number) => slips().reverseChargeSlip({ id, version: at, lines: [{ lineId, quantity }], reason: 'x' });
      let lost = false;
      const { left } = releases({ [lineId]: 3 }, async () => {
        if (lost) throw new Error('lost');
      });
      await reverse(1, version);
      lost = true;
      await reasonOf(reverse(1, version + 1));
      const giveBack = () => world.service.app.get(LateReturnReversals).giveBackUnused();
      await giveBack();
      expect([left(lineId), await asks(id)]).toEqual([1, [{ state: 'asked' }]]);
      await world.service.sql(`update reversal_ask set asked_at = now() - interval '11 minutes' where slip_id = $1`, [id]);
      await giveBack();
      expect([left(lineId), await asks(id)]).toEqual([2, []]);
    });
  });

  it('F-5, P-9: whether a slip is paid is what invoicing told last, an older version changes nothing', async () => {
    const { id } = await confirmed(await world.part());
    const tell = (paid: boolean, version: number) => world.service.publish(ChargeSlipPaidSchema, { slipId: id, dealerId: world.dealerId, paid, paidTotal: '1.00', version });
    await tell(true, 3);
    await world.service.drain();
    await tell(false, 2);
    await world.service.drain();
    expect((await get(id)).paid).toBe(true);
  });

  it('F-4: a confirmed slip shows the invoice wish that invoicing told last, by itself and in the register', async () => {
    const { id } = await confirmed(await world.part());
    const tell = (invoiceWish: string, version: number) => world.service.publish(InvoiceWishChangedSchema, { slipId: id, dealerId: world.dealerId, invoiceWish, version });
    const before = (await get(id)).invoiceWish;
    await tell('never', 3);
    await world.service.drain();
    await tell(before, 2);
    await world.service.drain();
    expect([before, await get(id)]).toMatchObject(['later', { invoiceWish: 'never', state: 'confirmed' }]);
    const listed = async (invoiceWish: string) => (await slips().listChargeSlips({ dealerId: world.dealerId, invoiceWish, page: { limit: 200 } })).items.some((each) => each.id === id);
    expect([await listed('never'), await listed('later')]).toEqual([true, false]);
    await expect(world.service.sql(`update charge_slip set payment_method = 'cash' where id = $1`, [id])).rejects.toThrow('does not change');
  });

  it('X-6: a draft that should not have been made is dropped without a number, with its reason, once', async () => {
    const { id, version } = await manual(await world.part());
    const discard = (given: object = {}) => slips().discardChargeSlip({ id, version, reason: 'entered twice', ...given });
    expect(await reasonOf(discard({ reason: ' ' }))).toBe('REASON_MISSING');
    expect(await reasonOf(slips(world.dealer()).discardChargeSlip({ id, version, reason: 'x' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await discard()).toMatchObject({ state: 'void', number: '', version: version + 1 });
    expect(await get(id)).toMatchObject({ state: 'void', number: '', discardReason: 'entered twice', month: '' });
    expect(await reasonOf(discard({ version: version + 1 }))).toBe('STEP_NOT_ALLOWED');
    expect(await reasonOf(slips().confirmChargeSlip({ id, version: version + 1 }))).toBe('STEP_NOT_ALLOWED');
    const other = await confirmed(await world.part());
    expect(await reasonOf(slips().discardChargeSlip({ id: other.id, version: other.version, reason: 'x' }))).toBe('STEP_NOT_ALLOWED');
  });

  it('X-6: numbers of slips have no gap, also when 64 are confirmed at once', async () => {
    const partId = await world.part();
    const drafts = [];
    for (let index = 0; index < 64; index += 1) drafts.push(await manual(partId));
    const numbers = await Promise.all(drafts.map(({ id, version }) => slips(world.as('finance_clerk')).confirmChargeSlip({ id, version })));
    expect(new Set(numbers.map(({ number }) => number)).size).toBe(64);
    const rows = await world.service.sql<{ number: string }>('select number from charge_slip where number is not null order by number');
    expect(rows.map((row) => Number(row.number.slice(-6)))).toEqual(rows.map((_row, index) => index + 1));
  });

  it('another dealer\'s slip is missing, also for the parent of a sub-dealer; bad input and wrong roles change nothing', async () => {
    const partId = await world.part();
    const { id, version } = await confirmed(partId);
    const missing = await slips(world.dealer('dealer_manager', newId())).getChargeSlip({ id: newId() }).catch((error: unknown) => error);
    const parent = world.service.dealerCtx(newId(), 'dealer_manager', { childDealerIds: [world.dealerId] });
    for (const stranger of [world.dealer('dealer_manager', newId()), parent]) {
      expect(await slips(stranger).getChargeSlip({ id }).catch((error: unknown) => error)).toEqual(missing);
      expect((await slips(stranger).listChargeSlips({})).items).toEqual([]);
    }
    expect((await slips(world.dealer()).getChargeSlip({ id })).allowedActions).toMatchObject([{ reason: 'ROLE_NOT_ALLOWED' }, { reason: 'ROLE_NOT_ALLOWED' }, { reason: 'ROLE_NOT_ALLOWED' }]);
    expect(await reasonOf(slips(world.as('service_clerk')).reverseChargeSlip({ id, version, lines: [], reason: 'x' }))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(slips().reverseChargeSlip({ id, version, lines: [], reason: ' ' }))).toBe('REASON_MISSING');
    expect(await reasonOf(slips().confirmChargeSlip({ id, version: 1 }))).toBe('STALE_VERSION');
    const unknown = newId();
    world.around.standing.set(unknown, 'missing');
    const wrong = [
      [{ dealerId: unknown }, 'NOT_FOUND'], [{ reason: '' }, 'REASON_MISSING'], [{ lines: [] }, 'LINES_MISSING'], [{ paymentMethod: 'gold' }, 'PAYMENT_METHOD_UNKNOWN'],
      [{ invoiceWish: 'x' }, 'INVOICE_WISH_UNKNOWN'], [{ lines: [{ partId, quantity: 0 }] }, 'QUANTITY_INVALID'],
      [{ lines: [{ partId: newId(), quantity: 1 }] }, 'PART_UNKNOWN'], [{ lines: [{ partId, quantity: 1, unitPrice: '1e308' }] }, 'PRICE_INVALID'],
    ] as const;
    for (const [given, reason] of wrong) expect(await reasonOf(manual(partId, given))).toBe(reason);
    const dear = (...quantities: number[]) => manual(partId, { lines: quantities.map((quantity) => ({ partId, quantity, unitPrice: '9999999999' })) });
    await expect(dear(1, 101)).rejects.toMatchObject({ code: 'invalid_argument', reason: 'AMOUNT_TOO_LARGE', details: { field: 'lines[1].quantity' } });
    await expect(dear(50, 50)).rejects.toMatchObject({ reason: 'AMOUNT_TOO_LARGE', details: { field: 'lines' } });
    await expect(manual(partId, { lines: [{ partId, quantity: 1, unitPrice: '1e308' }] })).rejects.toMatchObject({ details: { field: 'lines[0].unitPrice' } });
  });
});
