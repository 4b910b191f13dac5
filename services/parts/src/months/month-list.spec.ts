import { ChargeSlipPaidSchema, ChargeSlipService, MonthListService, PartsRequestService, ShippingService } from '@aftercare/contracts';
import { addDays, atOnce, businessDate, monthOf } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { digestOf, type DigestedLine } from '@aftercare/service';
import type { QueryRunner } from 'typeorm';
import { ToldForTieOut1800600300000 } from '../migrations/1800600300000-told-for-tie-out.js';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';
import { returnsOf } from '../returns.fixture.js';
import { stocktakesOf } from '../stocktakes.fixture.js';
import { monthTermsOf } from './month-terms.fixture.js';

jest.setTimeout(90_000);
let world: PartsWorld;
let goods: ReturnType<typeof returnsOf>;
let takes: ReturnType<typeof stocktakesOf>;
let months: ReturnType<typeof monthTermsOf>;
beforeAll(async () => {
  world = await startParts();
  goods = returnsOf(world);
  takes = stocktakesOf(world);
  months = monthTermsOf(world);
  world.around.coverage.set('IN', 'covered').set('OUT', 'not_covered');
});
afterAll(() => world?.service.stop());

const lists = (ctx: CallContext = world.as('auditor')) => world.service.client(MonthListService, ctx);
const today = async (): Promise<string> => businessDate(await world.service.now());
async function later(by: string): Promise<void> {
  await world.service.moveClock(by);
  await world.service.drain();
}

describe('H-8: the lists of a month from this service’s own documents', () => {
  it('H-8: issue, return, conversion, late piece and credit stand in their terms, and the events tell the same pieces', async () => {
    const partId = await world.part({ stock: 20, price: '12.345' });
    await goods.issued(partId, 6);
    await goods.returned([{ partId, quantity: 5 }]);
    const cutOffOn = await today();
    await later('1d');
    const { id } = await takes.open(cutOffOn, addDays(cutOffOn, 1));
    for (const step of ['1d', '8d']) await later(step);
    expect(await takes.confirm(id)).toMatchObject({ state: 'done' });
    await goods.returned([{ partId, quantity: 3 }]);
    await goods.issued(partId, 3);
    await world.service.drain();
    const terms = await months.termsOf(partId);
    expect(terms).toEqual({
      shipped_due: 9, opened: 9, returned_met: 5, settled_returned: 6, converted: 1, settled_charged: 1, returned_late: 1, late_reversed: 1, conversion_reversed: 1, undone_charged: 1,
      revenue_reversed: 1, returned_surplus: 2, credit_kept: 2, credit_used: 2, settled_credit: 2,
      // H-1a: 9 opened, 6 returned, 1 converted of which the charge came back and ended as returned, 2 met by credit.
      holdings: 1,
    });
    expect(months.told(terms)).toEqual(months.told(await months.toldOf(partId)));
    const revenue = (await lists().listRevenue({ month: monthOf(await today()), partId })).items;
    expect(revenue.map(({ term, quantity, netAmount, reason }) => [term, quantity, netAmount, reason])).toEqual([
      ['converted', 1, '12.35', 'stocktake_deficit'], ['revenue_reversed', -1, '-12.35', 'stocktake_deficit'],
    ]);
  });

  it('B-6, H-8: a month of which the digest is the same has the same lines, whatever they are', async () => {
    const month = monthOf(await today());
    const listed = async (): Promise<string> => {
      const lines: DigestedLine[] = [];
      for (let after = ''; ;) {
        const frame = await lists().listMonth({ month, after });
        lines.push(...frame.lines);
        if (frame.next === '') return atOnce(digestOf(lines));
        after = frame.next;
      }
    };
    const digest = async (): Promise<string> => (await lists().digestMonth({ month })).digest;
    const before = await digest();
    expect(before).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(before).toBe(await listed());
    const partId = await world.part({ stock: 3 });
    await goods.issued(partId, 2);
    const issued = await digest();
    expect([issued === before, issued]).toEqual([false, await listed()]);
    await goods.returned([{ partId, quantity: 3 }]);
    const returned = await digest();
    expect([returned === issued, returned]).toEqual([false, await listed()]);
    expect((await lists().digestMonth({ month: '2019-01' })).digest).toBe('0:0');
    expect(await reasonOf(lists().digestMonth({ month: '2019-13' }))).toBe('MONTH_INVALID');
    expect(await reasonOf(lists(world.as('warehouse_keeper')).digestMonth({ month }))).toBe('ROLE_NOT_ALLOWED');
  });

  it('B-6, H-8: the first month is asked for by itself, and is the one that the lists begin with', async () => {
    const { firstMonth } = await lists().listMonth({ month: monthOf(await today()), after: '' });
    expect(firstMonth).toMatch(/^\d{4}-\d{2}$/);
    for (const role of ['finance_clerk', 'service_supervisor', 'auditor'] as const) expect(await lists(world.as(role)).getFirstMonth({})).toMatchObject({ month: firstMonth });
    expect(await reasonOf(lists(world.as('warehouse_keeper')).getFirstMonth({}))).toBe('ROLE_NOT_ALLOWED');
  });

  it('H-1a, H-8: a newer part that came back for an older one is returned under the part that it met', async () => {
    const [older, newer] = [await world.part({ stock: 3 }), await world.part()];
    await goods.issued(older, 2);
    await world.service.sql('update part set supersedes_part_id = $1 where id = $2', [older, newer]);
    await goods.returned([{ partId: newer, quantity: 3 }]);
    expect(await months.termsOf(older)).toMatchObject({ returned_met: 2, settled_returned: 2 });
    expect(await months.termsOf(newer)).toEqual({ returned_surplus: 1, credit_kept: 1 });
    expect(months.told(await months.termsOf(newer))).toEqual(months.told(await months.toldOf(newer)));
    expect(months.told(await months.termsOf(older))).toEqual(months.told(await months.toldOf(older)));
  });

  it('P-8, H-8: shortages of what need not come back are terms of their own', async () => {
    const partId = await world.part({ stock: 4, returnRequired: false });
    const { id } = await world.request([[partId, 4, 'IN']]);
    await world.review(id);
    const order = await world.ship(await world.plan((await world.pick(id))[0]));
    await world.service.client(ShippingService, world.as('warehouse_keeper')).deliverOrder({ id: order.id, version: order.version });
    const { lines, ...received } = await world.service.client(ShippingService, world.as('auditor')).getShippingOrder({ id: order.id });
    await world.service.client(ShippingService, world.dealer()).confirmReceipt({ id: order.id, version: received.version, lines: [{ lineId: lines[0].id, receivedQuantity: 3, note: '少' }] });
    const { discrepancies: [short] } = await world.service.client(ShippingService, world.as('auditor')).getShippingOrder({ id: order.id });
    await world.service.client(ShippingService, world.as('warehouse_keeper')).agreeDiscrepancy({ id: short.id, version: short.version, outcome: 'shortage', reason: '核实' });
    expect(await months.termsOf(partId)).toEqual({ shipped_free: 4, shortage_free: 1 });
    expect(await months.toldOf(partId)).toEqual({ shortage_free: 1 });
  });

  it('F-8: a charged line is revenue in the month in which it ships, and its sums are by dealer, part and reason', async () => {
    const partId = await world.part({ price: '12.345', stock: 3 });
    const { id } = await world.request([[partId, 3, 'OUT']]);
    const { version, lines } = await world.review(id);
    await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'cash', invoiceWish: 'now' });
    const slips = () => world.service.client(ChargeSlipService, world.as('finance_clerk'));
    const [draft] = (await slips().listChargeSlips({ requestId: id })).items;
    const slip = await slips().confirmChargeSlip({ id: draft.id, version: draft.version });
    const month = monthOf(await today());
    expect((await lists().listRevenue({ month, partId })).items).toEqual([]);
    await world.service.publish(ChargeSlipPaidSchema, { slipId: slip.id, dealerId: world.dealerId, paid: true, paidTotal: '41.86', version: 2 });
    await world.service.drain();
    const order = await world.ship(await world.plan((await world.pick(id))[0]));
    const [line] = (await lists().listRevenue({ month, partId })).items;
    expect(line).toMatchObject({ term: 'shipped_charged', quantity: 3, netAmount: '37.04', reason: 'reason_not_covered', documentKind: 'shipping_order', documentId: order.id, dealerId: world.dealerId });
    const sums = async (by: string) => lists().summariseRevenue({ month, by });
    expect((await sums('part')).items.find(({ id: of }) => of === partId)).toMatchObject({ quantity: 3, netAmount: '37.04', shippedNet: '37.04', convertedNet: '0.00' });
    expect((await sums('reason')).items.map(({ key }) => key)).toContain('reason_not_covered');
    const [dealer] = (await sums('dealer')).items;
    expect([dealer.key, dealer.netAmount]).toEqual([world.dealerId, (await sums('dealer')).netTotal]);
    expect((await lists().listRevenue({ month, reason: 'manual' })).items).toEqual([]);
  });

  it('H-8: what had happened before is told by the migration as it was told then', async () => {
    const payloads = async (): Promise<string[]> => {
      const rows = await world.service.sql<{ told: string }>(`
        select event_type || ' ' || coalesce(e.line, o.payload::jsonb)::text as told
          from outbox o left join lateral (select o.payload::jsonb - 'lines' - 'acceptanceId' || jsonb_build_object('line', l - 'countedPartId') as line
            from jsonb_array_elements(o.payload::jsonb -> 'lines') l where o.event_type like '%.ReturnAccepted') e on true
         where event_type ~ '(ReturnAccepted|ReturnCreditChanged|LateReturnReversed|ShortageAgreed|ObligationOpened)$'`);
      return rows.map((row) => row.told).sort();
    };
    const before = await payloads();
    await world.service.sql(`delete from outbox where event_type ~ '(ReturnAccepted|ReturnCreditChanged|LateReturnReversed|ShortageAgreed|ObligationOpened)$'`);
    await new ToldForTieOut1800600300000().up({ query: (text: string) => world.service.sql(text) } as unknown as QueryRunner);
    expect(before.length).toBeGreaterThan(10);
    expect(await payloads()).toEqual(before);
  });

  it('H-8: pages end where they should, for those who may read them', async () => {
    const month = monthOf(await today());
    expect(await reasonOf(lists().listMonth({ month: '2026-13' }))).toBe('MONTH_INVALID');
    expect(await reasonOf(lists().listMonth({ month, after: 'x' }))).toBe('CURSOR_INVALID');
    for (const ctx of [world.as('service_clerk'), world.dealer()]) {
      expect(await reasonOf(lists(ctx).listMonth({ month }))).toBe('ROLE_NOT_ALLOWED');
      expect(await reasonOf(lists(ctx).listRevenue({ month }))).toBe('ROLE_NOT_ALLOWED');
      expect(await reasonOf(lists(ctx).summariseRevenue({ month }))).toBe('ROLE_NOT_ALLOWED');
    }
    expect(await reasonOf(lists().summariseRevenue({ month, by: 'month' }))).toBe('INVALID_FIELD');
    const seen: string[] = [];
    for (let cursor = ''; seen.length === 0 || cursor !== '';) {
      const { items, nextCursor } = await lists().listRevenue({ month, page: { limit: 1, cursor } });
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe((await lists().listRevenue({ month, page: { limit: 200 } })).items.length);
  });

  it('H-8: a long month comes in frames, each line once, those of the same instant too, and the first month with the first frame only', async () => {
    const partId = await world.part();
    const [month, at] = ['2019-05', '2019-05-20T04:00:00.123456Z'];
    await world.service.sql(`
      insert into return_credit (id, dealer_id, part_id, quantity, document_kind, document_id, at, month)
      select gen_random_uuid(), $1, $2, 1, 'return_parcel', gen_random_uuid(), $3, $4 from generate_series(1, 2100)`, [world.dealerId, partId, at, month]);
    await world.service.sql(`
      insert into stock_movement (id, at, part_id, quantity, from_account, to_account, kind, document_kind, document_id, dealer_id)
      select gen_random_uuid(), $3, $2, 1, 'given', 'dealer:' || $1::text, 'issue', 'shipping_order', gen_random_uuid(), $1::uuid from generate_series(1, 3300)`, [world.dealerId, partId, at]);
    const frames: { ids: string[]; firstMonth: string }[] = [];
    for (let after = ''; frames.length === 0 || after !== '';) {
      const { lines, next, firstMonth } = await lists().listMonth({ month, after });
      frames.push({ ids: lines.map(({ term, lineId }) => `${term} ${lineId}`), firstMonth });
      after = next;
    }
    expect(frames.map(({ ids, firstMonth }) => [ids.length, firstMonth])).toEqual([[1_500, month], [1_500, ''], [1_500, ''], [900, '']]);
    const ids = frames.flatMap((frame) => frame.ids);
    expect(new Set(ids).size).toBe(5_400);
    expect(ids.filter((id) => id.startsWith('credit_kept')).length).toBe(2_100);
    expect((await lists().listMonth({ month, dealerId: world.dealerId, partId })).lines.length).toBe(1_500);
    expect((await lists().listMonth({ month, partId: await world.part() })).lines).toEqual([]);
  });
});
