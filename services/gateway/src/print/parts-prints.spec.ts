import { CallService, DealerService, PartsRequestService, PickingService, ReturnService, ShippingService, StockService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer } from '../spec/gateway-harness.js';
import { pdfText } from '../spec/pdf-text.js';

const [dealerId, requestId, visitId, draftId, longId, tallId, pickingId, openId, shippingId, parcelId, arrivedId, warehouseId, transitId, callId] = Array.from({ length: 14 }, newId);
const LONG_NAME = '加长型恒温阀芯总成'.repeat(12);
const MANY = 180;
/** Higher than a page, in whichever column. */
const TALL = '滴水不止。'.repeat(400);
let gateway: Gateway;

const asked = {
  id: newId(), position: 1, partNumber: 'CA-35', partName: '35 阀芯', quantity: 2, unitSerial: 'FA-100-0001', fault: '滴水', state: 'approved', supplyKind: 'warranty', returnDue: true,
  unitPrice: '', netAmount: '', taxAmount: '', shippedQuantity: 1,
};
const priced = { ...asked, id: newId(), position: 2, partNumber: 'SE-01', partName: '密封圈', partNameEn: 'Seal ring', quantity: 3, supplyKind: 'charged', returnDue: false, unitPrice: '12.3450', netAmount: '37.04', taxAmount: '4.82', quoteValidUntil: '2026-03-20', shippedQuantity: 0 };
const cancelled = { ...priced, id: newId(), position: 3, state: 'cancelled', netAmount: '99.00', taxAmount: '12.87' };
const ordered = (count: number) => Array.from({ length: count }, (_, at) => ({ id: newId(), partNumber: `PN-${String(at + 1).padStart(4, '0')}`, partName: at % 2 ? LONG_NAME : '阀芯', partNameEn: at % 2 ? '' : 'Cartridge', quantity: 1, supplyKind: 'warranty', returnDue: true }));
const order = { requestId, dealerId, warehouseId, urgency: 'urgent', createdAt: '2026-03-02T01:00:00.000Z', version: 2 };
const site = (id: string, kind: string, [code, name, nameEn]: [string, string, string]) => ({ id, code, name, nameEn, kind });

const fakes = [
  fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, code: 'SH001', name: '上海徐汇洁宇卫浴', nameEn: 'Xuhui Jieyu', status: 'active' }) }),
  fake(CallService, { getCall: async ({ id }) => ({ id, number: 'RC-2026-000045' }) }),
  fake(PartsRequestService, {
    getPartsRequest: async ({ id }) => {
      const request = {
        id, number: 'PR-2026-000012', dealerId, purpose: 'repair', callId, urgency: 'urgent', deliveryAddress: '中山西路1000号', wishedDate: '2026-03-09', state: 'fulfilling',
        submittedOn: '2026-03-02', askedBy: '李经理', lines: [asked, priced, cancelled],
      };
      if (id === requestId) return request;
      if (id === visitId) return { ...request, callId: '', purpose: 'visit', visitOn: '2026-02-27' };
      if (id === draftId) return { ...request, number: '', state: 'draft', callId: '', purpose: 'stock', lines: [{ ...asked, state: 'in_review', supplyKind: '' }] };
      if (id === longId) return { ...request, lines: ordered(MANY).map((line, at) => ({ ...asked, ...line, position: at + 1 })) };
      if (id === tallId) return { ...request, lines: ordered(9).map((line, at) => ({ ...asked, ...line, position: at + 1, fault: at === 4 ? TALL : '滴水' })) };
      throw notFound('parts request');
    },
  }),
  fake(PickingService, {
    getPickingOrder: async ({ id }) => {
      if (id === pickingId) return { ...order, id, number: 'PK-2026-000031', state: 'printed', lines: ordered(MANY) };
      if (id === openId) return { ...order, id, number: 'PK-2026-000032', state: 'open', lines: ordered(1) };
      throw notFound('picking order');
    },
  }),
  fake(ShippingService, {
    getShippingOrder: async ({ id }) => {
      if (id !== shippingId) throw notFound('shipping order');
      return {
        ...order, id, number: 'SO-2026-000021', state: 'shipped', plannedDate: '2026-03-05', agreedDate: '2026-03-06', carrier: '德邦', waybillNumber: 'DB123', parcels: 2, weightGrams: 2_500,
        shippedAt: '2026-03-06T01:00:00.000Z', deliveryAddress: '中山西路1000号', lines: ordered(2),
      };
    },
  }),
  fake(ReturnService, {
    getReturn: async ({ id }) => {
      const parcel = { id, number: 'RT-2026-000009', dealerId, viaTransitId: transitId, lines: [{ partNumber: 'CA-35', partName: '35 阀芯', announcedQuantity: 7 }] };
      if (id === parcelId) return { ...parcel, state: 'announced' };
      if (id === arrivedId) return { ...parcel, state: 'received' };
      throw notFound('return parcel');
    },
  }),
  fake(StockService, {
    listWarehouses: async () => new JsonText(JSON.stringify({ items: [site(transitId, 'transit', ['SH', '上海', 'Shanghai']), site(warehouseId, 'receiving', ['TZ', '台州', 'Taizhou'])], nextCursor: '' })),
  }),
];

beforeAll(async () => (gateway = await Gateway.start(fakes)), 60_000);
afterAll(() => gateway.stop());

async function pagesOf(answer: Answer): Promise<string[]> {
  expect({ status: answer.status, type: answer.headers['content-type'], body: answer.body }).toEqual({ status: 200, type: 'application/pdf', body: {} });
  return (await pdfText(answer.bytes)).map((page) => page.replace(/\s+/g, ''));
}
const textOf = async (answer: Answer): Promise<string> => (await pagesOf(answer)).join('\n');

describe('the parts request', () => {
  it('X-1, P-3, P-5: prints as 《售后服务材料需求表》 with what was asked, decided and is charged, in both languages', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const text = await textOf(await manager.get(`/parts-requests/${requestId}/print`));
    const parts = ['售后服务材料需求表', '编号PR-2026-000012', '上海徐汇洁宇卫浴(SH001)', '维修RC-2026-000045', '急需', '中山西路1000号', '李经理', 'CA-3535阀芯2FA-100-0001', '12.345037.044.82', '价税合计41.86', '肆拾壹元捌角陆分', '第1页共1页'];
    for (const part of parts) expect(text).toContain(part);
    expect(text).not.toContain('99.00');
    const english = await textOf(await manager.get(`/parts-requests/${requestId}/print?lang=en&paper=241x140&copies=2`));
    for (const part of ['Partsrequest', 'Askedby', 'Charged', 'Copy2:dealer', 'XuhuiJieyu(SH001)', 'SE-01Sealring3', 'CA-3535阀芯2']) expect(english).toContain(part);
    expect([text.includes('SE-01密封圈3'), text.includes('Sealring'), english.includes('密封圈')]).toEqual([true, false, false]);
    expect(await manager.get(`/parts-requests/${newId()}/print`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
  });

  it('F-7: has no columns of money for who sees no prices; a draft is printed without a number', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const text = await textOf(await technician.get(`/parts-requests/${requestId}/print`));
    expect(text).toContain('CA-35');
    for (const part of ['收费明细', '价税合计', '大写']) expect(text).not.toContain(part);
    expect(await textOf(await technician.get(`/parts-requests/${draftId}/print`))).toContain('（未提交）');
    expect(await textOf(await technician.get(`/parts-requests/${visitId}/print`))).toContain('走访日期2026-02-27');
  });

  it('X-1: goes on over pages, each with number and page of pages, no line lost and long names whole', async () => {
    const clerk = await gateway.person('service_clerk');
    const pages = await pagesOf(await clerk.get(`/parts-requests/${longId}/print`));
    expect(pages.length).toBeGreaterThan(3);
    pages.forEach((page, at) => expect(page).toContain(`第${at + 1}页共${pages.length}页`));
    for (let line = 1; line <= MANY; line += 1) expect(pages.join('')).toContain(`PN-${String(line).padStart(4, '0')}`);
    expect(pages.join('')).toContain(LONG_NAME);
  });

  it.each(['a4', '241x140'])('X-1: on %s a line that is higher than a page goes on on the next one, and the lines around it are there', async (paper) => {
    const clerk = await gateway.person('service_clerk');
    const text = (await pagesOf(await clerk.get(`/parts-requests/${tallId}/print?paper=${paper}`))).join('');
    for (let line = 1; line <= 9; line += 1) expect(text).toContain(`PN-000${line}`);
    expect(text.split('滴').length - 1).toBe(400 + 8);
  });
});

describe('the orders', () => {
  it('P-7, P-10: 《售后服务领料单》 is printed of a locked order only, for the warehouse and the clerk, without prices, over several pages', async () => {
    const keeper = await gateway.person('warehouse_keeper', { siteId: warehouseId });
    const pages = await pagesOf(await keeper.get(`/picking-orders/${pickingId}/print`));
    for (const part of ['售后服务领料单', 'PK-2026-000031', '台州(TZ)', 'PR-2026-000012', '实领', `合计件数${MANY}`]) expect(pages.join('')).toContain(part);
    for (const page of pages) expect(page).toContain('PK-2026-000031');
    expect(pages.join('')).not.toContain('单价');
    const english = await textOf(await (await gateway.person('service_clerk')).get(`/picking-orders/${pickingId}/print?lang=en`));
    for (const part of ['Taizhou(TZ)', 'PN-0001Cartridge1', LONG_NAME]) expect(english).toContain(part);
    expect(await keeper.get(`/picking-orders/${openId}/print`)).toMatchObject({ status: 409, body: { reason: 'PICKING_NOT_PRINTED' } });
    expect(await keeper.get(`/picking-orders/${newId()}/print`)).toMatchObject({ status: 404 });
    expect(await (await gateway.person('dealer_manager', { dealerId })).get(`/picking-orders/${pickingId}/print`)).toMatchObject({ status: 403 });
  });

  it('P-8: 《售后服务发货单》 names carrier, waybill, parcels and weight, with room to write what arrived, in both languages', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const text = await textOf(await manager.get(`/shipping-orders/${shippingId}/print`));
    for (const part of ['售后服务发货单', 'SO-2026-000021', '德邦', 'DB123', '重量（公斤）2.5', '商定发货日2026-03-06', 'PN-0002', '实收', '收货人（签字）']) expect(text).toContain(part);
    const english = await textOf(await manager.get(`/shipping-orders/${shippingId}/print?lang=en`));
    for (const part of ['Shippingorder', 'PN-0001Cartridge1', LONG_NAME]) expect(english).toContain(part);
    expect(text).not.toContain('Cartridge');
    expect(await manager.get(`/shipping-orders/${newId()}/print`)).toMatchObject({ status: 404 });
  });
});

describe('the return label', () => {
  it('H-4, H-5: names the parcel, its sender and its way, one for each box, and says nothing of what lies in it', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const pages = await pagesOf(await technician.get(`/returns/${parcelId}/label?copies=2&start=24`));
    expect(pages).toHaveLength(2);
    for (const part of ['RT-2026-000009', 'SH001上海徐汇洁宇卫浴', '经上海', '至台州']) for (const page of pages) expect(page).toContain(part);
    expect(pages[0]).toContain('1/2');
    for (const part of ['CA-35', '阀芯']) expect(pages.join('')).not.toContain(part);
    const english = await textOf(await technician.get(`/returns/${parcelId}/label?lang=en`));
    for (const part of ['toTaizhou', 'SH001XuhuiJieyu']) expect(english).toContain(part);
  });

  it('H-4: is not for a parcel that has arrived; a foreign one is not found, and a sheet has 24 places', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    expect(await manager.get(`/returns/${arrivedId}/label`)).toMatchObject({ status: 409, body: { reason: 'STEP_NOT_ALLOWED' } });
    expect(await manager.get(`/returns/${newId()}/label`)).toMatchObject({ status: 404 });
    expect(await manager.get(`/returns/${parcelId}/label?start=25`)).toMatchObject({ status: 400, body: { errors: [{ field: 'start' }] } });
  });
});
