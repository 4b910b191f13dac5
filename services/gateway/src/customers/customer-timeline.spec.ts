import { CallTimelineService, CustomerReceiptService, CustomerService, PartsTimelineService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway } from '../spec/gateway-harness.js';

describe('the time line of a customer over HTTP', () => {
  let gateway: Gateway;
  const [customerId, mergedId, dealerId, callId] = [newId(), newId(), newId(), newId()];
  const asked: { of: string; cursor: string; callIds?: string[] }[] = [];
  const entry = (kind: string, second: number) => ({ id: newId(), kind, at: `2026-01-01T00:00:0${second}.000Z` });
  const known = { customers: [entry('bought', 5), entry('registered', 1)], repairs: [entry('repaired', 6), entry('called', 4)], parts: [entry('part_issued', 7)], receipts: [entry('receipt_given', 3)] };
  const newest = (of: keyof typeof known, page: { limit: number; cursor: string } | undefined) => {
    asked.push({ of, cursor: page?.cursor ?? '' });
    const after = page?.cursor ? (JSON.parse(Buffer.from(page.cursor, 'base64url').toString()) as string[])[1] : '9';
    const rest = known[of].filter(({ at }) => at < after);
    return { items: rest.slice(0, page?.limit), nextCursor: rest.length > (page?.limit ?? 0) ? 'more' : '' };
  };

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CustomerService, {
        listCustomerTimeline: async ({ id, page }, ctx) => {
          if (![customerId, mergedId].includes(id) || (ctx.dealerId !== null && ctx.dealerId !== dealerId)) throw notFound('customer');
          return { ...newest('customers', page), customerId };
        },
      }),
      fake(CallTimelineService, { listCallTimeline: async ({ customerId: id, page }) => ([customerId, mergedId].includes(id) ? { ...newest('repairs', page), callIds: [callId] } : {}) }),
      fake(CustomerReceiptService, {
        listReceiptTimeline: async ({ customerId: id, callIds, page }) => (id === customerId && callIds.join() === callId ? newest('receipts', page) : {}),
      }),
      fake(PartsTimelineService, { listPartsTimeline: async ({ callIds, page }) => (callIds.join() === callId ? newest('parts', page) : {}) }),
    ]);
  });
  afterAll(() => gateway.stop());

  it('C-6: is one line of purchases, calls, records, parts and receipts, page by page along one cursor', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const kinds: string[][] = [];
    for (let cursor = ''; ;) {
      const { body } = await manager.get(`/customers/${customerId}/timeline?limit=2&cursor=${cursor}`);
      kinds.push((body.items as { kind: string }[]).map(({ kind }) => kind));
      cursor = String(body.nextCursor);
      if (cursor === '') break;
    }
    expect(kinds).toEqual([['part_issued', 'repaired'], ['bought', 'called'], ['receipt_given', 'registered']]);
    expect(new Set(asked.map(({ of }) => of)).size).toBe(4);
    const sheet = await manager.get(`/customers/${customerId}/timeline?format=xlsx`);
    expect(sheet.status).toBe(200);
  });

  it('C-1, C-6: of a merged file it is the surviving one’s, receipts included, and says whose it is', async () => {
    const clerk = await gateway.person('service_clerk');
    const { body } = await clerk.get(`/customers/${mergedId}/timeline?limit=9`);
    expect((body.items as { kind: string }[]).map(({ kind }) => kind)).toContain('receipt_given');
    expect(body).toEqual((await clerk.get(`/customers/${customerId}/timeline?limit=9`)).body);
    expect(body.customerId).toBe(customerId);
  });

  it('C-6: a foreign customer looks like a missing one', async () => {
    const stranger = await gateway.person('dealer_manager', { dealerId: newId() });
    for (const id of [customerId, newId()]) expect(await stranger.get(`/customers/${id}/timeline`)).toMatchObject({ status: 404 });
  });
});
