import { CallService, CoverageService, ModelDocumentService, PartService, PartsRequestService, ProductUnitService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound, type CallContext } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Person } from '../spec/gateway-harness.js';
import { pdfOf, uploadOf } from '../spec/multipart.js';

const PDF = Buffer.from(pdfOf('paper'));

describe('product units and papers of models over HTTP', () => {
  let gateway: Gateway;
  let manager: Person;
  const dealerId = newId();
  const [unitId, partId, documentId] = [newId(), newId(), newId()];
  const decided: unknown[] = [];
  const asked: unknown[] = [];
  let further = 0;
  let file: { id: string; sha256: string } | undefined;

  beforeAll(async () => {
    const unitOf = (id: string, ctx: CallContext) => {
      if (id !== unitId || (ctx.dealerId !== null && ctx.dealerId !== dealerId)) throw notFound('product unit');
      return { id, serial: 'SN-7' };
    };
    gateway = await Gateway.start([
      fake(ProductUnitService, {
        getUnit: async ({ id }, ctx: CallContext) => unitOf(id, ctx),
        getUnitBySerial: async ({ serial }) => {
          if (serial === 'SN-8') return { id: newId(), serial };
          if (serial !== 'SN-7') throw notFound('product unit');
          return { id: unitId, serial };
        },
        getUnitFile: async ({ id }, ctx: CallContext) => ({ unit: unitOf(id, ctx), owners: [{ customerId: 'c1', since: '2024-03-15' }] }),
      }),
      fake(CallService, {
        listCalls: async (request) => {
          asked.push(request);
          return new JsonText(JSON.stringify({ items: [{ id: 'k1', number: 'RC-1' }, ...Array.from({ length: further }, (_, at) => ({ id: `k${at + 2}` }))], nextCursor: '' }));
        },
      }),
      fake(PartsRequestService, {
        listUnitParts: async ({ serial }) => ({ items: serial === 'SN-7' ? [{ lineId: 'l1', partNumber: 'P-1', outstandingQuantity: 1 }] : [] }),
      }),
      fake(PartService, {
        getPart: async ({ id }) => {
          if (id !== partId) throw notFound('part');
          return { id, partClass: 'cartridge' };
        },
        findParts: async ({ numbers }) => ({ items: numbers.filter((number) => number === 'P-1').map((number) => ({ number })) }),
      }),
      fake(CoverageService, {
        decideCoverage: async (request) => {
          decided.push(request);
          return { coverage: 'covered' };
        },
      }),
      fake(ModelDocumentService, {
        createModelDocument: async () => ({ id: documentId, state: 'draft', version: 1 }),
        getModelDocument: async ({ id }) => {
          if (id !== documentId) throw notFound('model document');
          return { id, kind: 'manual', state: 'published', file };
        },
      }),
    ]);
    manager = await gateway.person('dealer_manager', { dealerId });
  });
  afterAll(() => gateway.stop());

  it('C-2: the file of a unit is put together from customers, repairs and parts', async () => {
    const answer = await manager.get(`/product-units/${unitId}/file`);
    expect(answer.body).toMatchObject({
      unit: { serial: 'SN-7' }, owners: [{ customerId: 'c1' }], calls: [{ number: 'RC-1' }], parts: [{ lineId: 'l1', outstandingQuantity: 1 }],
    });
    expect(asked.at(-1)).toMatchObject({ unitId });
  });

  it('C-2: a file with more calls than it holds says so', async () => {
    expect((await manager.get(`/product-units/${unitId}/file`)).body).toMatchObject({ moreCalls: false });
    further = 200;
    const { body } = await manager.get(`/product-units/${unitId}/file`);
    further = 0;
    expect([(body.calls as object[]).length, body.moreCalls]).toEqual([200, true]);
  });

  it('C-2: a foreign unit’s file looks like a missing one, and nobody else is asked', async () => {
    asked.length = 0;
    const stranger = await gateway.person('dealer_manager', { dealerId: newId() });
    const [foreign, missing] = [await stranger.get(`/product-units/${unitId}/file`), await stranger.get(`/product-units/${newId()}/file`)];
    expect([foreign.status, foreign.body.reason]).toEqual([404, 'NOT_FOUND']);
    expect({ ...foreign.body, traceId: '', instance: '' }).toEqual({ ...missing.body, traceId: '', instance: '' });
    expect(asked).toEqual([]);
  });

  it('W-6, W-7: coverage is asked for a day, a part of the catalogue by its class, an exclusion and a visit, without evidence yet', async () => {
    const answer = await manager.get(`/product-units/${unitId}/coverage?on=2025-03-15&part=${partId}&exclusion=misuse&visit=true`);
    expect(answer.body).toMatchObject({ coverage: 'covered' });
    expect(decided.at(-1)).toMatchObject({ serial: 'SN-7', eventDate: '2025-03-15', partId, partClass: 'cartridge', exclusion: 'misuse', visit: true, preview: true });
    await manager.get(`/product-units/${unitId}/coverage`);
    expect(decided.at(-1)).toMatchObject({ partId: '', partClass: '*', exclusion: '', visit: false });
    expect((await manager.get(`/product-units/${unitId}/coverage?part=${newId()}`)).status).toBe(404);
    expect((await manager.get(`/product-units/${unitId}/coverage?exclusion=scratched`)).status).toBe(400);
    expect((await manager.get(`/product-units/${unitId}/coverage?visit=perhaps`)).status).toBe(400);
  });

  it('W-9: coverage is asked for a class in its one spelling; one that no term can name is refused with what to do, and nobody is asked', async () => {
    const ask = (partClass: string) => manager.get(`/product-units/${unitId}/coverage?partClass=${encodeURIComponent(partClass)}`, { 'accept-language': 'en' });
    for (const [typed, partClass] of [['SEAL', 'seal'], [' Ceramic_Body ', 'ceramic_body'], ['*', '*'], ['', '*']]) {
      expect((await ask(typed)).status).toBe(200);
      expect(decided.at(-1)).toMatchObject({ partClass });
    }
    const before = decided.length;
    for (const typed of ['seal-1', '密封圈', '*seal', 's'.repeat(41)]) {
      expect(await ask(typed)).toMatchObject({ status: 400, body: { reason: 'INVALID_FIELD', errors: [{ field: 'partClass', message: expect.stringContaining('warranty terms') as string }] } });
    }
    expect(decided).toHaveLength(before);
  });

  it('D-9, W-6: who has the full serial asks the verdict of a unit that came through another dealer', async () => {
    const stranger = await gateway.person('dealer_technician', { dealerId: newId() });
    const path = `/product-units/${unitId}/coverage`;
    const missing = await stranger.get(path);
    expect(missing.status).toBe(404);
    expect((await stranger.get(`${path}?serial=SN-7&on=2025-03-15`)).body).toMatchObject({ coverage: 'covered' });
    expect(decided.at(-1)).toMatchObject({ serial: 'SN-7', eventDate: '2025-03-15', preview: true });
    for (const wrong of ['SN-8', 'SN-9']) expect({ ...(await stranger.get(`${path}?serial=${wrong}`)).body, traceId: '' }).toEqual({ ...missing.body, traceId: '' });
  });

  it('W-9: a drawing names only parts of the catalogue', async () => {
    const clerk = await gateway.person('service_clerk');
    const upload = await clerk.send('POST', '/attachments', uploadOf('a.pdf', PDF));
    file = { id: String(upload.body.id), sha256: String(upload.body.sha256) };
    const drawing = (partNumber: string) => ({ modelId: newId(), kind: 'drawing', title: '爆炸图', file, positions: [{ label: '1', quantity: 1, partNumber: 'P-1' }, { label: '2', quantity: 1, partNumber }] });
    const refused = await clerk.post('/model-documents', drawing('P-2'), { 'accept-language': 'en' });
    expect(refused).toMatchObject({ status: 404, body: { reason: 'PART_UNKNOWN', errors: [{ field: 'positions[1].partNumber' }] } });
    expect((await clerk.post('/model-documents', drawing('P-1'))).status).toBe(201);
    expect((await clerk.post('/model-documents', { ...drawing('P-1'), file: { ...file, id: newId() } })).status).toBe(404);
  });

  it('X-3: a model’s manual is open to every dealer through the document that names it', async () => {
    const within = `?document=model-document&documentId=${documentId}`;
    expect((await manager.get(`/attachments/${file?.id}`)).status).toBe(404);
    expect((await manager.get(`/attachments/${file?.id}${within}`)).status).toBe(200);
  });
});
