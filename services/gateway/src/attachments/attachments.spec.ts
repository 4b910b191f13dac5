import { createHash } from 'node:crypto';
import { CallAnonymisedSchema, CallService, InvoiceService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { fake, tablesHolding } from '@aftercare/testing';
import sharp from 'sharp';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';
import { partsOf, pdfOf, uploadOf } from '../spec/multipart.js';
import { Attachments } from './attachments.js';

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

describe('attachments', () => {
  let gateway: Gateway;
  let manager: Person;
  let photo: Buffer;
  const dealerId = newId();
  const opened: unknown[] = [];
  const callsOf = new Map<string, { workers: string[]; photos: Answer['body'][] }>();
  const invoices = new Map<string, { dealerId: string; files: { id: string; sha256: string }[] }>();

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CallService, {
        openCall: async (request) => {
          opened.push(request);
          return { id: newId(), number: 'RC-1', state: 'received', version: 1 };
        },
        getCall: async ({ id }, ctx: CallContext) => {
          const call = callsOf.get(id);
          if (!call?.workers.includes(ctx.userId)) throw notFound('repair call');
          return { id, photos: call.photos.map(({ id: file, sha256 }) => ({ id: String(file), sha256: String(sha256) })) };
        },
      }),
      fake(InvoiceService, {
        getInvoice: async ({ id }, ctx: CallContext) => {
          const invoice = invoices.get(id);
          if (!invoice || invoice.dealerId !== ctx.dealerId) throw notFound('invoice');
          return { id, ...invoice };
        },
      }),
    ]);
    manager = await gateway.person('dealer_manager', { dealerId });
    photo = await sharp({ create: { width: 800, height: 400, channels: 3, background: 'teal' } })
      .withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitude: '28/1 39/1 0/1', GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 }).jpeg().toBuffer();
  });
  afterAll(() => gateway.stop());

  const upload = (person: Person, fileName: string, content: Buffer | string): Promise<Answer> => person.send('POST', '/attachments', uploadOf(fileName, content));
  const raw = (id: string, path = ''): Promise<Answer> => manager.get(`/attachments/${id}${path}`);
  const call = (photos: unknown) => ({
    channel: 'phone', contactName: 'Li', contactPhone: '13812345678', address: { regionCode: '310104', detail: 'x' }, symptoms: 'leaks', unitSerial: 'SN1', photos,
  });

  it('X-3: a photo is turned upright, loses its place, and gets a thumbnail', async () => {
    const answer = await upload(manager, 'photo.jpg', photo);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ contentType: 'image/jpeg', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const { files } = gateway.service.app.get(Attachments, { strict: false });
    const stored = await files.read(String(answer.body.sha256));
    expect(createHash('sha256').update(stored).digest('hex')).toBe(answer.body.sha256);
    const metadata = await sharp(stored).metadata();
    expect([metadata.width, metadata.height, metadata.exif]).toEqual([400, 800, undefined]);
    expect(stored.includes('somebody')).toBe(false);

    const saved = await raw(String(answer.body.id));
    expect(saved.headers).toMatchObject({ 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff' });
    expect(saved.headers['content-disposition']).toBe("attachment; filename*=UTF-8''photo.jpg");
    expect((await raw(String(answer.body.id), '/thumbnail')).headers['content-type']).toBe('image/webp');
  });

  it('X-8: the same file under the same key is stored once; another file or name is refused, and without a key nothing is taken', async () => {
    const key = newId();
    const send = (fileName: string, content: Buffer, headers: Record<string, string> = { 'idempotency-key': key }): Promise<Answer> => {
      const sent = uploadOf(fileName, content);
      return manager.send('POST', '/attachments', { ...sent, headers: { 'content-type': String(sent.headers?.['content-type']), ...headers } });
    };
    const rows = async (): Promise<number> => (await gateway.service.sql('select from attachment')).length;
    const before = await rows();
    const first = await send('same.jpg', photo);
    const again = await send('same.jpg', photo);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect(await rows()).toBe(before + 1);
    const other = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).jpeg().toBuffer();
    for (const [fileName, content] of [['same.jpg', other], ['other.jpg', photo]] as const) {
      expect((await send(fileName, content)).body).toMatchObject({ status: 422, reason: 'IDEMPOTENCY_KEY_REUSED' });
    }
    expect((await send('same.jpg', photo, {})).body).toMatchObject({ status: 400, reason: 'IDEMPOTENCY_KEY_MISSING' });
    expect(await rows()).toBe(before + 1);
    expect(await gateway.service.sql(`select from idempotency where answer::text like '%same.jpg%'`)).toEqual([]);
  });

  it.each([
    ['a GIF named .jpg', 'photo.jpg', GIF, 415, 'FILE_TYPE_REFUSED'],
    ['a drawing with scripts', 'plan.svg', '<?xml version="1.0"?><svg onload="alert(1)"/>', 415, 'FILE_TYPE_REFUSED'],
    ['a zip named .jpg', 'photo.jpg', Buffer.from('504b0506000000000000000000000000000000000000', 'hex'), 415, 'FILE_TYPE_REFUSED'],
    ['a text', 'notes.txt', 'hello', 415, 'FILE_TYPE_REFUSED'],
    ['a page named .pdf', 'paper.pdf', '<html><script>1</script>', 415, 'FILE_TYPE_REFUSED'],
    ['half a picture', 'photo.jpg', Buffer.from('ffd8ffe000104a46494600', 'hex'), 400, 'FILE_UNREADABLE'],
    ['half a PDF', 'paper.pdf', '%PDF-1.4\n1 0', 400, 'FILE_UNREADABLE'],
    ['a page as XML', 'invoice.xml', '<?xml version="1.0"?><h:body xmlns:h="http://www.w3.org/1999/xhtml"/>', 415, 'FILE_TYPE_REFUSED'],
    ['nothing', 'photo.jpg', '', 400, 'FILE_MISSING'],
    ['11 MB', 'photo.jpg', Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(11_000_000)]), 413, 'FILE_TOO_LARGE'],
  ])('X-3: refuses %s and keeps nothing', async (_what, fileName, content, status, reason) => {
    const answer = await upload(manager, fileName, content);
    expect([answer.status, answer.body.reason]).toEqual([status, reason]);
    const [{ count }] = await gateway.service.sql<{ count: number }>('select count(*)::int as count from attachment where file_name = $1', [fileName]);
    expect(count).toBe(fileName === 'photo.jpg' ? 1 : 0);
  });

  it('X-3: what is no upload is refused by its media type, and nothing at all as a missing file', async () => {
    expect(await manager.post('/attachments', { file: 'x' })).toMatchObject({ status: 415, body: { reason: 'MEDIA_TYPE_UNSUPPORTED' } });
    expect(await manager.post('/attachments')).toMatchObject({ status: 400, body: { reason: 'FILE_MISSING' } });
  });

  it('X-3: one file in the field "file" is taken; another field and a second file are refused by name, and nothing is kept', async () => {
    const file = { fileName: 'alone.pdf', content: pdfOf('x') };
    const send = (parts: Parameters<typeof partsOf>[0]) => manager.send('POST', '/attachments', partsOf(parts));
    expect(await send([{ field: 'photo', ...file }])).toMatchObject({ status: 400, body: { reason: 'INVALID_FIELD', errors: [{ field: 'photo' }] } });
    expect(await send([{ field: 'file', ...file }, { field: 'note', content: 'x' }])).toMatchObject({ status: 400, body: { reason: 'INVALID_FIELD', errors: [{ field: 'note' }] } });
    expect(await send([{ field: 'file', ...file }, { field: 'file', ...file }])).toMatchObject({ status: 400, body: { reason: 'FILES_TOO_MANY' } });
    expect(await gateway.service.sql(`select from attachment where file_name = 'alone.pdf'`)).toHaveLength(0);
  });

  it('X-3: a PDF and an invoice in XML are kept as they are', async () => {
    const pdf = Buffer.from(pdfOf('contract'));
    const answer = await upload(manager, '../合同.pdf', pdf);
    expect(answer.body).toMatchObject({ contentType: 'application/pdf', sha256: createHash('sha256').update(pdf).digest('hex') });
    expect((await raw(String(answer.body.id))).headers['content-disposition']).toContain(encodeURIComponent('合同.pdf'));
    expect((await raw(String(answer.body.id), '/thumbnail')).status).toBe(404);
    expect((await upload(manager, 'invoice.xml', '<?xml version="1.0" encoding="UTF-8"?><EInvoice/>')).body.contentType).toBe('application/xml');
  });

  it('X-3: another dealer sees and uses nothing of it, exactly as if it were not there; the manufacturer sees it', async () => {
    const { body } = await upload(manager, 'photo.jpg', photo);
    const file = { id: body.id, sha256: body.sha256 };
    const stranger = await gateway.person('dealer_technician', { dealerId: newId() });
    const foreign = await stranger.get(`/attachments/${String(body.id)}`);
    const missing = await stranger.get(`/attachments/${newId()}`);
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, traceId: '' }).toEqual({ ...missing.body, traceId: '' });
    const clerk = await gateway.person('service_clerk');
    expect((await clerk.get(`/attachments/${String(body.id)}`)).status).toBe(200);

    const before = opened.length;
    const withForeign = await stranger.post('/repair-calls', call([file]));
    const withMissing = await stranger.post('/repair-calls', call([{ id: newId(), sha256: body.sha256 }]));
    expect([withForeign.status, withForeign.body.reason]).toEqual([404, 'NOT_FOUND']);
    expect({ ...withForeign.body, traceId: '' }).toEqual({ ...withMissing.body, traceId: '' });
    expect((await manager.post('/repair-calls', call([{ ...file, sha256: 'a'.repeat(64) }]))).status).toBe(404);
    expect(opened.length).toBe(before);
    expect((await manager.post('/repair-calls', call([file]))).status).toBe(201);
    expect(opened.at(-1)).toMatchObject({ photos: [file] });
  });

  it('C-5: a technician reads his own files, and another\'s of his dealer in a document of his work only', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const [theirs, mine] = [(await upload(manager, 'photo.jpg', photo)).body, (await upload(technician, 'photo.jpg', photo)).body];
    const [myCall, callOfOthers] = [newId(), newId()];
    callsOf.set(myCall, { workers: [technician.userId], photos: [theirs] }).set(callOfOthers, { workers: [], photos: [theirs] });
    const path = `/attachments/${String(theirs.id)}`;
    const within = (callId: string): string => `?document=repair-call&documentId=${callId}`;
    const ways = [['', `/attachments/${newId()}`], ['/thumbnail', `/attachments/${newId()}/thumbnail`], [within(callOfOthers), `${path}${within(newId())}`]];
    for (const [way, other] of ways) {
      const [foreign, missing] = [await technician.get(`${path}${way}`), await technician.get(other)];
      expect([foreign.status, { ...foreign.body, traceId: '' }]).toEqual([404, { ...missing.body, traceId: '' }]);
    }
    expect((await technician.get(`${path}${within(myCall)}`)).status).toBe(200);
    for (const who of [technician, manager]) expect((await who.get(`/attachments/${String(mine.id)}`)).status).toBe(200);
  });

  describe('a file that the manufacturer uploaded', () => {
    const [invoiceId, otherId] = [newId(), newId()];
    let path: string;

    beforeAll(async () => {
      const finance = await gateway.person('finance_clerk');
      const { body } = await upload(finance, '发票.pdf', Buffer.from(pdfOf('invoice')));
      path = `/attachments/${String(body.id)}`;
      invoices.set(invoiceId, { dealerId, files: [{ id: String(body.id), sha256: String(body.sha256) }] });
      invoices.set(otherId, { dealerId, files: [{ id: String(body.id), sha256: 'a'.repeat(64) }] });
    });

    it('X-3: the dealer reads it in the invoice that names it, and not without', async () => {
      expect((await manager.get(path)).status).toBe(404);
      const read = await manager.get(`${path}?document=invoice&documentId=${invoiceId}`);
      expect([read.status, read.text]).toEqual([200, pdfOf('invoice')]);
      expect((await manager.get(`${path}?document=invoice&documentId=${otherId}`)).status).toBe(404);
      expect((await manager.get(`${path}?document=invoice`)).status).toBe(404);
      expect((await manager.get(`${path}?document=user&documentId=${invoiceId}`)).status).toBe(400);
      expect((await manager.get(`/attachments/${newId()}?document=invoice&documentId=${invoiceId}`)).status).toBe(404);
    });

    it('X-3: another dealer does not, as if there were no such invoice; nor does who may not read invoices', async () => {
      const stranger = await gateway.person('dealer_manager', { dealerId: newId() });
      const foreign = await stranger.get(`${path}?document=invoice&documentId=${invoiceId}`);
      const missing = await stranger.get(`${path}?document=invoice&documentId=${newId()}`);
      expect(foreign.status).toBe(404);
      expect({ ...foreign.body, traceId: '' }).toEqual({ ...missing.body, traceId: '' });
      const technician = await gateway.person('dealer_technician', { dealerId });
      expect((await technician.get(`${path}?document=invoice&documentId=${invoiceId}`)).status).toBe(404);
    });
  });

  it('X-3: files that no row names are removed, the others stay', async () => {
    const attachments = gateway.service.app.get(Attachments, { strict: false });
    const orphan = await attachments.files.put(Buffer.from('left behind'));
    const { body } = await upload(manager, 'paper.pdf', Buffer.from(pdfOf('kept')));
    expect(await attachments.sweep(-1)).toBe(1);
    expect(await attachments.files.has(orphan)).toBe(false);
    expect(await attachments.files.has(String(body.sha256))).toBe(true);
  });

  it('C-5: a person’s photos go with him, once, row at once and content with the sweep; evidence stays without its name', async () => {
    const theirs = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).jpeg().toBuffer();
    const damage = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'blue' } }).jpeg().toBuffer();
    const [home, evidence] = [(await upload(manager, '张三家.jpg', theirs)).body, (await upload(manager, '张三漏水.jpg', damage)).body];
    for (let times = 0; times < 2; times += 1) {
      await gateway.service.publish(CallAnonymisedSchema, { callId: newId(), dealerId, attachmentIds: [String(home.id)], evidenceIds: [String(evidence.id)] });
      await gateway.service.drain();
    }
    expect(await gateway.service.sql(`select from audit_entry where action = 'anonymise' and document_id = any($1::text[])`, [[home.id, evidence.id]])).toHaveLength(2);
    expect((await raw(String(home.id))).status).toBe(404);
    expect((await raw(String(evidence.id))).headers['content-disposition']).toContain('file.jpg');
    expect(await tablesHolding(gateway.service, '张三')).toEqual([]);
    const { files } = gateway.service.app.get(Attachments, { strict: false });
    await gateway.service.app.get(Attachments, { strict: false }).sweep(-1);
    expect([await files.has(String(home.sha256)), await files.has(String(evidence.sha256))]).toEqual([false, true]);
  });
});
