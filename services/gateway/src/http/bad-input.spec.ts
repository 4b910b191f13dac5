import { CustomerService, PartsRequestService, ProductUnitService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound, ServiceError } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { isPublic } from '../access/access-table.js';
import { controllers } from '../gateway.module.js';
import { endpointsOf } from '../spec/endpoints.js';
import { PUBLIC_BODY_BYTES_MAX } from './app.js';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';

const partId = newId();
const line = { partId, quantity: 2, unitSerial: 'SN1' };
const request = { purpose: 'stock', deliveryAddress: 'Taizhou 1', urgency: 'urgent', lines: [line] };

describe('bad input over HTTP', () => {
  let gateway: Gateway;
  let clerk: Person;
  const heard: unknown[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(PartsRequestService, {
        createPartsRequest: async (message) => {
          heard.push(message);
          return { id: newId(), number: '', state: 'draft', version: 1 };
        },
        getPartsRequest: async () => Promise.reject(notFound('parts request')),
        submitPartsRequest: async () => Promise.reject(new ServiceError('aborted', 'STALE_VERSION', 'changed', { present: { version: 3, state: 'submitted' } })),
      }),
      fake(ProductUnitService, { getUnit: async ({ id }) => ({ id, serial: 'SN1' }) }),
      fake(CustomerService, { listCustomers: async () => new JsonText('{"items":[],"nextCursor":""}') }),
    ]);
    clerk = await gateway.person('service_clerk');
  });
  afterAll(() => gateway.stop());

  const refusedFields = (answer: Answer): string[] => (answer.body.errors ?? []).map(({ field, code }) => `${field} ${code}`);
  const create = (body: unknown): Promise<Answer> => clerk.post('/parts-requests', body, { 'accept-language': 'en' });

  it('a good request goes through, its words trimmed', async () => {
    expect((await create({ ...request, deliveryAddress: '  Taizhou 1 ' })).status).toBe(201);
    expect(heard.at(-1)).toMatchObject({ deliveryAddress: 'Taizhou 1', lines: [{ partId, quantity: 2 }] });
    expect((await create({ ...request, deliveryAddress: 'Taizhou\n\tgate 1' })).status).toBe(201);
  });

  it('a refusal says the limits and the choices themselves', async () => {
    const answer = await create({ ...request, purpose: 'x', deliveryAddress: '', lines: [] });
    const messages = (answer.body.errors ?? []).map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringMatching(/^Must be one of: .*stock.*\.$/),
      expect.stringMatching(/^Must be a text of 1 to \d+ characters\.$/),
      expect.stringMatching(/^Must be a list of 1 to \d+ objects\.$/),
    ]);
  });

  it.each([
    ['30 February', { ...request, wishedDate: '2026-02-30' }, 'wishedDate DATE'],
    ['a negative quantity', { ...request, lines: [{ ...line, quantity: -5 }] }, 'lines[0].quantity WHOLE'],
    ['a fraction of a piece', { ...request, lines: [line, { ...line, quantity: 1.5 }] }, 'lines[1].quantity WHOLE'],
    ['1e308', { ...request, lines: [{ ...line, quantity: 1e308 }] }, 'lines[0].quantity WHOLE'],
    ['a number as text', { ...request, lines: [{ ...line, quantity: '2' }] }, 'lines[0].quantity WHOLE'],
    ['no lines', { ...request, lines: [] }, 'lines LIST'],
    ['lines that are no list', { ...request, lines: { 0: line } }, 'lines LIST'],
    ['an empty line', { ...request, lines: [null] }, 'lines LIST'],
    ['a line without fields', { ...request, lines: [{}] }, 'lines[0].partId ID'],
    ['an unknown field', { ...request, dealerPrice: '1' }, 'dealerPrice UNKNOWN'],
    ['an unknown field of a line', { ...request, lines: [{ ...line, unitPrice: '0.01' }] }, 'lines[0].unitPrice UNKNOWN'],
    ['blanks for a text', { ...request, deliveryAddress: '   ' }, 'deliveryAddress TEXT'],
    ['a NUL character', { ...request, deliveryAddress: `a${String.fromCharCode(0)}b` }, 'deliveryAddress TEXT'],
    ['a sign that turns what follows', { ...request, deliveryAddress: 'Taizhou \u202e1' }, 'deliveryAddress PRINTABLE'],
    ['a sign that isolates what follows', { ...request, lines: [{ ...line, unitSerial: 'SN\u20661' }] }, 'lines[0].unitSerial PRINTABLE'],
    ['a C1 control character', { ...request, deliveryAddress: 'Taizhou \u00851' }, 'deliveryAddress PRINTABLE'],
    ['two lines for what is one', { ...request, lines: [{ ...line, unitSerial: 'SN\n1' }] }, 'lines[0].unitSerial PRINTABLE'],
    ['half of a character', { ...request, deliveryAddress: 'Taizhou \ud83d' }, 'deliveryAddress TEXT'],
    ['nothing to be seen', { ...request, deliveryAddress: '\u200b\u202e\u2060' }, 'deliveryAddress TEXT'],
    ['null', { ...request, purpose: null }, 'purpose CHOICE'],
    ['a wrong code', { ...request, purpose: 'constructor' }, 'purpose CHOICE'],
    ['an id that is none', { ...request, callId: '1 or 1=1' }, 'callId ID'],
  ])('refuses %s, names the field and changes nothing', async (_what, body, expected) => {
    const before = heard.length;
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_argument', reason: 'INVALID_FIELD', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(refusedFields(answer)).toContain(expected);
    expect(heard.length).toBe(before);
  });

  it.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'isPrototypeOf'])('refuses the unknown field %s in bodies, lines and queries', async (name) => {
    const before = heard.length;
    expect(refusedFields(await create({ ...request, [name]: 'x' }))).toEqual([`${name} UNKNOWN`]);
    expect(refusedFields(await create({ ...request, lines: [line, { ...line, [name]: 1 }] }))).toEqual([`lines[1].${name} UNKNOWN`]);
    expect(refusedFields(await clerk.get(`/customers?${name}=1`))).toEqual([`${name} UNKNOWN`]);
    expect(heard.length).toBe(before);
  });

  it('refuses "false" for a flag', async () => {
    const customer = { name: 'A', phones: ['13812345678'], address: { regionCode: '310104', detail: 'x' }, consentService: 'false' };
    expect(refusedFields(await clerk.post('/customers', customer))).toEqual(['consentService FLAG']);
  });

  it.each([
    '9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00+14:00', '+010000-01-01T00:00:00Z', '2026-12-01T10:00Z[u-ca=hebrew]', '2026-12-01T10:00:60Z', '20261201T1000Z',
  ])('refuses the instant %s, which could not be read back or is not what was meant', async (wishedFrom) => {
    const answer = await clerk.post('/repair-calls', { wishedFrom, wishedTo: wishedFrom });
    expect(answer.status).toBe(400);
    expect(refusedFields(answer)).toEqual(expect.arrayContaining(['wishedFrom INSTANT', 'wishedTo INSTANT']));
  });

  it('refuses money as a number, with too many decimals and with too many digits', async () => {
    const sale = { version: 1, customerId: newId() };
    for (const salePrice of [12.5, '12.505', '-1', '1e3', '١٢', '10000000000', '999999999999.99']) {
      expect(refusedFields(await clerk.post(`/product-units/${newId()}/sell`, { ...sale, salePrice }))).toEqual(['salePrice AMOUNT']);
    }
  });

  it.each([
    ['__proto__', '{"__proto__":{"role":"admin"},"purpose":"stock"}', 400, 'BODY_UNREADABLE'],
    ['constructor.prototype', '{"constructor":{"prototype":{"role":"admin"}}}', 400, 'BODY_UNREADABLE'],
    ['half a document', '{"purpose":', 400, 'BODY_UNREADABLE'],
    ['a list', '[]', 400, 'BODY_UNREADABLE'],
    ['a bare text', '"x"', 400, 'BODY_UNREADABLE'],
    ['null', 'null', 400, 'BODY_UNREADABLE'],
    ['nothing at all', '', 400, 'BODY_UNREADABLE'],
    ['21 objects within each other', `${'{"a":'.repeat(20)}{}${'}'.repeat(20)}`, 400, 'BODY_UNREADABLE'],
    ['400,000 lists within each other', `{"lines":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, 400, 'BODY_UNREADABLE'],
    ['2 MB', JSON.stringify({ deliveryAddress: 'x'.repeat(2_000_000) }), 413, 'BODY_TOO_LARGE'],
  ])('refuses a body of %s', async (_what, payload, status, reason) => {
    const answer = await clerk.send('POST', '/parts-requests', { payload, headers: { 'content-type': 'application/json', 'idempotency-key': newId() } });
    expect([answer.status, answer.body.reason]).toEqual([status, reason]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('refuses a body whose characters are not UTF-8, and one that says it is in another encoding', async () => {
    const gbk = Buffer.from('7b22707572706f7365223a22d6d0b9fa227d', 'hex');
    const sent = (payload: Buffer | string, type: string) => clerk.send('POST', '/parts-requests', { payload, headers: { 'content-type': type, 'idempotency-key': newId() } });
    const refused = await sent(gbk, 'application/json');
    expect([refused.status, refused.body.reason]).toEqual([400, 'BODY_UNREADABLE']);
    for (const charset of ['gbk', 'utf-16', '"gb18030"']) expect((await sent('{}', `application/json; charset=${charset}`)).body).toMatchObject({ status: 415, reason: 'MEDIA_TYPE_UNSUPPORTED' });
    for (const charset of ['utf-8', 'UTF8', '"utf-8"; v=1']) expect((await sent('{}', `application/json;charset=${charset}`)).body).toMatchObject({ status: 400, reason: 'INVALID_FIELD' });
  });

  it('whoever has not signed in sends little and flat', async () => {
    const deep = await gateway.send('POST', '/auth/login', { body: { username: 'x', password: JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`) as unknown } });
    expect([deep.status, deep.body.reason]).toEqual([400, 'BODY_UNREADABLE']);
    const publicOnes = endpointsOf(controllers).filter(({ endpoint, body }) => body && endpoint && isPublic(endpoint.action));
    expect(publicOnes.map(({ path }) => path)).toEqual(['auth/login', 'public/units/:serial/calls', 'public/confirmations/:token']);
    for (const { path } of publicOnes) {
      const send = (length: number): Promise<Answer> => gateway.send('POST', `/${path.replace(/:\w+/, 'x')}`, { body: { username: 'x'.repeat(length), unknown: 1 } });
      expect((await send(PUBLIC_BODY_BYTES_MAX)).body).toMatchObject({ status: 413, reason: 'BODY_TOO_LARGE', detail: expect.stringContaining('16 KB') as string });
      expect((await send(PUBLIC_BODY_BYTES_MAX - 100)).body).toMatchObject({ status: 400, reason: 'INVALID_FIELD' });
    }
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml', 'application/jsonx'])('refuses the media type %s', async (type) => {
    const answer = await clerk.send('POST', '/parts-requests', { payload: 'purpose=stock', headers: { 'content-type': type, 'idempotency-key': newId() } });
    expect([answer.status, answer.body.reason]).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
  });

  it('tells a wrong method from a wrong address', async () => {
    const wrongMethod = await clerk.send('PUT', '/parts-requests', {});
    expect([wrongMethod.status, wrongMethod.body.reason, wrongMethod.headers.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, POST']);
    expect((await clerk.send('DELETE', `/parts-requests/${newId()}`, {})).status).toBe(405);
    const wrongAddress = await clerk.get('/nothing');
    expect([wrongAddress.status, wrongAddress.body.reason]).toEqual([404, 'ROUTE_UNKNOWN']);
  });

  it('X-8: a create without Idempotency-Key, or with a strange one, is refused', async () => {
    const missing = await clerk.send('POST', '/parts-requests', { body: request });
    expect(missing.body).toMatchObject({ status: 400, reason: 'IDEMPOTENCY_KEY_MISSING', errors: [{ field: 'Idempotency-Key' }] });
    expect((await clerk.post('/parts-requests', request, { 'idempotency-key': 'x'.repeat(201) })).body.reason).toBe('IDEMPOTENCY_KEY_INVALID');
  });

  it('X-8: a stale version answers 409 with the present state', async () => {
    const answer = await clerk.post(`/parts-requests/${newId()}/submit`, { version: 1 });
    expect(answer.body).toMatchObject({ status: 409, code: 'aborted', reason: 'STALE_VERSION', present: { version: 3, state: 'submitted' } });
  });

  it('answers in the caller’s language', async () => {
    const path = `/parts-requests/${newId()}`;
    expect((await clerk.get(path, { 'accept-language': 'en-GB,zh;q=0.5' })).body.title).toBe('Not found');
    expect((await clerk.get(path, { 'accept-language': 'zh-CN' })).body.title).toBe('未找到');
    expect((await clerk.get(path)).body.title).toBe('未找到');
  });

  it.each([
    ['limit=0', 'limit WHOLE'], ['limit=201', 'limit WHOLE'], ['limit=1e2', 'limit WHOLE'], ['limit=', 'limit WHOLE'], ['limit=1&limit=2', 'limit WHOLE'],
    ['sort=id;drop', 'sort CHOICE'], ['x=1', 'x UNKNOWN'], ['format=pdf', 'format CHOICE'],
  ])('refuses the query %s', async (query, expected) => {
    const answer = await clerk.get(`/customers?${query}`);
    expect([answer.status, refusedFields(answer)]).toEqual([400, [expected]]);
  });

  it('refuses a query that reaches for the prototype', async () => {
    for (const query of ['__proto__=1', '__proto__=1&__proto__=2', 'limit=1&__proto__']) {
      const answer = await clerk.get(`/customers?${query}`);
      expect([answer.status, answer.body.reason, refusedFields(answer)]).toEqual([400, 'INVALID_FIELD', ['__proto__ UNKNOWN']]);
    }
  });

  it('shows no stack, statement or path when something is wrong on our side', async () => {
    const answer = await clerk.get(`/fault-codes`);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBeDefined();
    expect(answer.text).not.toMatch(/select|\.ts|node_modules|Error:/i);
  });
});
