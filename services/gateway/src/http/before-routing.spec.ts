import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CustomerService, DealerService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { Gateway } from '../spec/gateway-harness.js';
import { adapterOptions } from './app.js';

const SLOW_MS = 600;

describe('what fails before a route is found', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CustomerService, { listCustomers: async () => sleep(SLOW_MS).then(() => new JsonText('{"items":[],"nextCursor":""}')) }),
      fake(DealerService, {}),
    ]);
  });
  afterAll(() => gateway.stop());

  it.each([
    ['an address that is no text', '/product-units/by-serial/%ff', 400, 'BODY_UNREADABLE'],
    ['an id of over 200 characters', `/product-units/by-serial/${'x'.repeat(201)}`, 414, 'ADDRESS_TOO_LONG'],
  ])('%s is answered with a problem document and the headers of every answer', async (_what, path, status, reason) => {
    const answer = await gateway.send('GET', path, { headers: { 'x-request-id': 'request-1', 'accept-language': 'en' } });
    expect([answer.status, answer.body.status, answer.body.reason]).toEqual([status, status, reason]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8', 'x-request-id': 'request-1', 'cache-control': 'no-store',
      'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining("default-src 'none'") as string,
    });
  });

  it.each([
    ['what is no HTTP', 'hello\r\n\r\n', 400, 'REQUEST_UNREADABLE'],
    ['a method nobody knows', 'FOO / HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'REQUEST_UNREADABLE'],
    ['a request without a host', 'GET /api/v1/customers HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'REQUEST_UNREADABLE'],
    ['headers of over 16 KB', `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('%s is answered with a problem document, and the connection is closed', async (_what, sent, status, reason) => {
    const { port } = gateway.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (data) => (heard += data.toString()));
    socket.write(sent);
    await once(socket, 'close');
    const [head, body] = heard.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ status, reason, title: '请求不正确', detail: expect.stringMatching(/。$/) as string });
  });

  it('a request that arrives while the gateway closes is told to come again, and the one in work is finished', async () => {
    const person = await gateway.person('service_clerk');
    const cookie = await gateway.signIn(person.username, 'river stone lamp');
    const { port } = gateway.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (data) => (heard += data.toString()));
    const ask = (path: string) => socket.write(`GET /api/v1${path} HTTP/1.1\r\nhost: x\r\naccept-language: en\r\ncookie: ${cookie}\r\n\r\n`);
    ask('/customers');
    await sleep(SLOW_MS / 4);
    const closed = (gateway.app.getHttpAdapter().getInstance() as unknown as FastifyInstance).close();
    await sleep(SLOW_MS / 4);
    ask(`/customers/${newId()}`);
    await once(socket, 'close');
    await closed;
    const [first, second] = heard.split(/(?=HTTP\/1\.1 )/);
    expect(first).toContain('HTTP/1.1 200');
    expect(second).toMatch(/^HTTP\/1\.1 503 .*^retry-after: 1\r$.*"reason":"TRY_AGAIN"/ims);
    expect(second).toMatch(/^content-type: application\/problem\+json/im);
  });
});

it('behind a proxy a request is whose the proxy says, and not whose the client says he is; without one nobody is believed', async () => {
  const addressOf = async (trustProxy: boolean): Promise<string> => {
    const app = fastify(adapterOptions({ trustProxy }));
    app.get('/', (request) => request.ip);
    return (await app.inject({ url: '/', remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': '192.0.2.7, 198.51.100.4' } })).body;
  };
  expect(await addressOf(true)).toBe('198.51.100.4');
  expect(await addressOf(false)).toBe('10.0.0.1');
});
