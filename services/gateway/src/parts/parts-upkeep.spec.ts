import {
  DealerService, JobService, PartService, PartUpkeepService, ProductFamilyService, ProductModelService, StockService, type AppendRowsRequest, type BeginJobRequest,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { SheetReader } from '../imports/sheet-reader.js';
import { Gateway, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';
import { pdfText } from '../spec/pdf-text.js';

const [partId, modelId, dealerId, siteId] = [newId(), newId(), newId(), newId()];
const PART = { id: partId, number: 'P-1001', name: '阀芯', nameEn: 'Cartridge', unit: 'piece' };
let gateway: Gateway;
let clerk: Person;
const begun: BeginJobRequest[] = [];
const frames: AppendRowsRequest[] = [];
/** Photos that the file of the part names. */
const photos: { id: string; sha256: string }[] = [];
/** Classes that parts were created and changed with. */
const classes: string[] = [];

beforeAll(async () => {
  gateway = await Gateway.start([
    fake(PartService, {
      createPart: async ({ partClass }) => {
        classes.push(partClass);
        return { id: newId(), number: 'P-7', state: 'active', version: 1 };
      },
      getPart: async ({ id }) => {
        if (id !== partId) throw notFound('part');
        return PART;
      },
      listParts: async ({ q }) => new JsonText(JSON.stringify({ items: q === 'NONE' ? [] : [PART], nextCursor: '' })),
      findParts: async ({ numbers }) => ({ items: numbers.includes(PART.number) ? [PART] : [] }),
    }),
    fake(PartUpkeepService, {
      getPartFile: async () => ({ id: partId, photos }),
      changePart: async ({ id, partClass }) => {
        classes.push(partClass);
        return { id, number: 'P-1001', state: 'active', version: 2 };
      },
    }),
    fake(ProductModelService, { listProductModels: async () => ({ items: [{ id: modelId, code: 'M-1' }] }) }),
    fake(ProductFamilyService, { listProductFamilies: async () => ({ items: [{ code: 'faucet', active: true }, { code: 'bidet', active: false }] }) }),
    fake(StockService, { listWarehouses: async () => ({ items: [{ id: siteId, code: 'TZ' }] }) }),
    fake(DealerService, {
      listDealers: async () => ({ items: [{ id: dealerId, code: 'SH001' }] }), getDealerStanding: async ({ id }) => ({ id, status: 'active' }),
    }),
    fake(JobService, {
      beginJob: async (request) => {
        begun.push(request);
        return { id: newId() };
      },
      appendRows: async (request) => {
        frames.push(request);
        return { staged: request.rows.length };
      },
      startJob: async () => ({ state: 'queued' }),
    }, 'parts'),
  ]);
  clerk = await gateway.person('service_clerk');
}, 60_000);
afterAll(() => gateway.stop());

/** The rows of the job that a sheet becomes. */
async function rowsOf(name: string, sheet: string) {
  const { status } = await clerk.send('POST', `/imports/${name}`, uploadOf(`${name}.csv`, sheet));
  await gateway.app.get(SheetReader, { strict: false }).readWaiting();
  return { status, kind: begun.at(-1)?.kind, cells: frames.at(-1)?.rows.map(({ cells }) => cells) };
}

describe('the catalogue of parts at the gateway', () => {
  it('X-1: labels of parts have number and name, as often as wished, on the sheet wished', async () => {
    const answer = await clerk.get(`/parts/labels?ids=${partId}&copies=3`);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } });
    const text = (await pdfText(answer.bytes)).join('').replace(/\s/g, '');
    expect([text.match(/P-1001/g)?.length, text.match(/阀芯/g)?.length]).toEqual([3, 3]);
    expect((await pdfText((await clerk.get('/parts/labels?q=P&sheet=65&lang=en')).bytes)).join('')).toContain('Cartridge');
    expect(await clerk.get('/parts/labels?q=NONE')).toMatchObject({ status: 404, body: { reason: 'LABELS_NONE' } });
    expect(await clerk.get(`/parts/labels?ids=${newId()}`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
    expect(await clerk.get(`/parts/labels?ids=${partId}&start=25`)).toMatchObject({ status: 400, body: { reason: 'LABEL_START_INVALID' } });
    expect((await (await gateway.person('dealer_manager', { dealerId })).get(`/parts/labels?ids=${partId}`)).status).toBe(403);
  });

  it('W-9: the class of a part goes on in its one spelling; one that no warranty term can name is refused with what to do', async () => {
    const change = { name: '垫圈', unit: 'piece', returnRequired: true, version: 1 };
    const { version: _version, ...part } = { ...change, number: 'P-7' };
    for (const partClass of ['SEAL', ' Seal ', 'ｓｅａｌ']) {
      expect((await clerk.post('/parts', { ...part, partClass })).status).toBe(201);
      expect((await clerk.put(`/parts/${partId}`, { ...change, partClass })).status).toBe(200);
    }
    expect(classes).toEqual(Array.from({ length: 6 }, () => 'seal'));
    for (const partClass of ['seal-1', '*', '密封圈', '']) {
      const refused = { status: 400, body: { reason: 'INVALID_FIELD', errors: [{ field: 'partClass', message: expect.stringContaining('ceramic_body') as string }] } };
      expect(await clerk.post('/parts', { ...part, partClass })).toMatchObject(refused);
    }
    expect(classes).toHaveLength(6);
  });

  it('X-9: rows of parts come with what the catalogue says of families, places with the ids of part and model', async () => {
    const parts = await rowsOf('parts', 'number,name,unit,partClass,families\nP-9,垫圈,piece,seal,faucet\n');
    expect(parts).toMatchObject({ status: 202, kind: 'import-parts', cells: [{ number: 'P-9', families: 'faucet', familyStates: 'faucet:active,bidet:retired' }] });
    const fits = await rowsOf('part-models', 'partNumber,modelCode,drawingPosition\nP-1001,M-1,12a\nP-0,M-0,\n');
    expect(fits).toMatchObject({ kind: 'import-part-models', cells: [{ partId, modelId, drawingPosition: '12a' }, { partId: '', modelId: '' }] });
  });

  it('X-9: rows of openings come with the ids of warehouse, dealer and part', async () => {
    const stock = await rowsOf('opening-stock', 'warehouseCode,partNumber,quantity,unitCost,cutOverOn\nTZ,P-1001,5,1.5,2026/3/31\n');
    expect(stock).toMatchObject({ status: 202, kind: 'import-opening-stock', cells: [{ siteId, partId, quantity: '5', cutOverOn: '2026-03-31' }] });
    const held = await rowsOf('opening-holdings', 'dealerCode,partNumber,quantity,cutOverOn\nsh001,P-1001,2,2026-03-31\n');
    expect(held).toMatchObject({ kind: 'import-opening-holdings', cells: [{ dealerId, partId, quantity: '2' }] });
    expect((await (await gateway.person('warehouse_keeper')).send('POST', '/imports/opening-holdings', uploadOf('x.csv', ''))).status).toBe(403);
  });

  it('X-3: a dealer sees the photo of a part in the part, and not without', async () => {
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const { body } = await clerk.send('POST', '/attachments', uploadOf('photo.png', png));
    photos.push({ id: String(body.id), sha256: String(body.sha256) });
    const manager = await gateway.person('dealer_manager', { dealerId });
    expect((await manager.get(`/attachments/${String(body.id)}`)).status).toBe(404);
    expect((await manager.get(`/attachments/${String(body.id)}?document=part&documentId=${partId}`)).status).toBe(200);
  });
});
