import { AgreementService, BulletinService, ProductModelService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Person } from '../spec/gateway-harness.js';
import { pdfOf, uploadOf } from '../spec/multipart.js';

const PDF = Buffer.from(pdfOf('paper'));

describe('bulletins and agreements over HTTP', () => {
  let gateway: Gateway;
  let clerk: Person;
  let reader: Person;
  let stranger: Person;
  const [dealerId, bulletinId, modelId, agreementId] = [newId(), newId(), newId(), newId()];
  let signedFile: { id: string; sha256: string } | undefined;
  let attachments: { id: string; sha256: string }[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(ProductModelService, { getProductModel: async ({ id }) => {
        if (id !== modelId) throw notFound('product model');
        return { id };
      } }),
      fake(AgreementService, {
        fileAgreement: async (request) => {
          signedFile = request.signedFile;
          return { id: agreementId, number: request.number, state: 'draft', version: 1 };
        },
        getAgreement: async ({ dealerId: of, id }, ctx) => {
          if (id !== agreementId || of !== ctx.dealerId) throw notFound('agreement');
          return { id, signedFile };
        },
      }),
      fake(BulletinService, {
        createBulletin: async (request) => {
          attachments = request.attachments;
          return { id: bulletinId, state: 'draft', version: 1 };
        },
        getBulletin: async ({ id }, ctx) => {
          if (id !== bulletinId || ctx.dealerId !== dealerId) throw notFound('bulletin');
          return { id, attachments };
        },
      }),
    ]);
    clerk = await gateway.person('service_clerk');
    reader = await gateway.person('dealer_technician', { dealerId });
    stranger = await gateway.person('dealer_technician', { dealerId: newId() });
  });
  afterAll(() => gateway.stop());

  it('X-3: whoever may see a bulletin gets its papers; others and other papers look like missing ones', async () => {
    const [{ body: paper }, { body: other }] = [await clerk.send('POST', '/attachments', uploadOf('manual.pdf', PDF)), await clerk.send('POST', '/attachments', uploadOf('other.pdf', PDF))];
    const created = await clerk.post('/bulletins', { kind: 'manual', title: '说明', modelIds: [modelId], attachments: [{ id: paper.id, sha256: paper.sha256 }] });
    expect(created.status).toBe(201);
    const path = (id: unknown, of = bulletinId): string => `/bulletins/${of}/attachments/${String(id)}`;
    const answer = await reader.get(path(paper.id));
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([200, PDF.toString(), 'application/pdf']);
    expect((await reader.get(`/attachments/${String(paper.id)}`)).status).toBe(404);
    const missing = await reader.get(path(newId(), newId()));
    for (const refused of [await reader.get(path(other.id)), await stranger.get(path(paper.id))]) {
      expect([refused.status, refused.body.reason, refused.body.detail]).toEqual([404, missing.body.reason, missing.body.detail]);
    }
  });

  it('X-3: the manager of the dealer gets the signed paper of its agreement, another dealer\'s as little as a missing one', async () => {
    const { body: paper } = await clerk.send('POST', '/attachments', uploadOf('signed.pdf', PDF));
    const body = { number: 'AG-2', validFrom: '2026-01-01', validTo: '2027-12-31', signedFile: { id: paper.id, sha256: paper.sha256 } };
    expect((await clerk.post(`/dealers/${dealerId}/agreements`, body)).status).toBe(201);
    const path = (of: string): string => `/dealers/${of}/agreements/${agreementId}/signed-file`;
    const manager = await gateway.person('dealer_manager', { dealerId });
    expect((await manager.get(path(dealerId))).text).toBe(PDF.toString());
    expect((await manager.get(path(newId()))).status).toBe(404);
    expect((await reader.get(path(dealerId))).status).toBe(403);
  });

  it('a model that does not exist is refused before anything is written', async () => {
    const before = attachments;
    expect((await clerk.post('/bulletins', { kind: 'manual', title: '说明', text: 'x', modelIds: [newId()] })).status).toBe(404);
    expect(attachments).toBe(before);
  });
});
