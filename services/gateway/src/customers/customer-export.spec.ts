import { CallService, CustomerReceiptService, CustomerService, PartsRequestService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import sharp from 'sharp';
import { Gateway } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';

describe('the export of a customer over HTTP', () => {
  let gateway: Gateway;
  const [customerId, dealerId, callId, installationId] = [newId(), newId(), newId(), newId()];
  const named: { id: string; sha256: string }[] = [];
  const asked: unknown[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CustomerService, {
        exportCustomer: async ({ id, reason }, ctx) => {
          if (id !== customerId || (ctx.dealerId !== null && ctx.dealerId !== dealerId)) throw notFound('customer');
          asked.push(reason);
          return { id, number: 'CU-2026-000001', content: JSON.stringify({ files: [{ name: '张三' }] }), attachments: named, installationIds: [installationId] };
        },
      }),
      fake(CallService, {
        exportCalls: async ({ reason, page }) => {
          asked.push(reason);
          const content = JSON.stringify({ contactName: page?.cursor ? '第二页' : '第一页' });
          return { items: [{ callId, number: 'RC-1', content, attachments: named }], nextCursor: page?.cursor ? '' : 'next' };
        },
      }),
      fake(CustomerReceiptService, {
        exportReceipts: async ({ callIds, page }) => {
          asked.push(callIds);
          return { items: [{ number: page?.cursor ? 'RE-1' : 'RE-2', payerName: '张三', total: '80.00' }], nextCursor: page?.cursor ? '' : 'next' };
        },
      }),
      fake(PartsRequestService, {
        exportDeliveries: async (request) => {
          asked.push(request.installationIds);
          return { items: [{ requestNumber: 'PR-1', shippingNumber: '', deliveryAddress: '漕溪路 100 弄', createdAt: '2026-11-26T00:00:00.000Z' }] };
        },
      }),
    ]);
  });
  afterAll(() => gateway.stop());

  it('C-5: is one archive of what every service keeps, with the photos and papers once each', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } }).jpeg().toBuffer();
    const { body } = await manager.send('POST', '/attachments', uploadOf('家.jpg', photo));
    named.push({ id: String(body.id), sha256: String(body.sha256) }, { id: newId(), sha256: 'f'.repeat(64) });
    const supervisor = await gateway.person('service_supervisor');
    const answer = await supervisor.post(`/customers/${customerId}/export`, { reason: '本人要求' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/zip', 'cache-control': 'no-store' } });
    expect(answer.headers['content-disposition']).toContain('CU-2026-000001.zip');
    for (const part of ['customer.json', '"name": "张三"', '第一页', '第二页', '漕溪路 100 弄', 'RE-1', 'RE-2', `files/${named[0].id}-家.jpg`]) expect(answer.text).toContain(part);
    expect(answer.text).not.toContain(named[1].id);
    expect(asked).toEqual(['本人要求', '本人要求', '本人要求', [installationId], [callId, callId], [callId, callId]]);
  });

  it('C-5: needs a reason and a role, and a foreign customer looks like a missing one', async () => {
    const path = `/customers/${customerId}/export`;
    const clerk = await gateway.person('service_clerk');
    expect(await clerk.post(path, { reason: '好奇' })).toMatchObject({ status: 403 });
    const stranger = await gateway.person('dealer_manager', { dealerId: newId() });
    expect(await stranger.post(path, { reason: '好奇' })).toMatchObject({ status: 404 });
    expect(await stranger.post(path, {})).toMatchObject({ status: 400 });
  });
});
