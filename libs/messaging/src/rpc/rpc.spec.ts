import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JobService, PartSchema, PartService, type GetJobRequest, type GetPartRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { fromJsonString } from '@bufbuild/protobuf';
import { headers as newHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { Bus, BusServer, callContext, HEADER, IdentitySigner, IdentityVerifier, JsonText, newTraceparent, Rpc, ServiceError } from '../index.js';
import type { BusServerOptions, CallContext, CallOptions } from '../index.js';
import { newNamespace, privateKey, publicKey, specServers } from '../spec/harness.js';

/** What the handlers of these specs saw. */
const seen: { ctx?: CallContext; handled: number } = { handled: 0 };
let bus: Bus | undefined;

type Answer = Record<string, unknown> | JsonText;

const behaviours: Record<string, (ctx: CallContext) => Promise<Answer> | Answer> = {
  'a-part': () => ({ id: 'a-part', number: 'P-1', weightGrams: 12 }),
  'json': () => new JsonText('{"id":"json","number":"as it is"}'),
  'refused': () => {
    throw new Refusal('failed_precondition', 'PART_FROZEN', 'The part is frozen.', { field: 'id' });
  },
  'missing': () => {
    throw new ServiceError('not_found', 'NOT_FOUND', 'There is no such part.', { kind: 'part' });
  },
  'broken': () => {
    throw new TypeError('password=hunter2 at row 7');
  },
  'slow': async () => sleep(400).then(() => ({ id: 'slow' })),
  'sync-list': () => new JsonText(`{"id":"${'x'.repeat(1_100_000)}"}`),
  'budget': (ctx) => ({ id: String(ctx.deadlineAtMs - Date.now()) }),
  'chain': async () => ({ id: (await bus?.call(PartService.method.getPart, { id: 'budget' }))?.id }),
  'who-chain': async () => ({ ...(await bus?.call(PartService.method.getPart, { id: 'who' })) }),
  'who': (ctx) => ({ id: ctx.userId, number: `${ctx.role} ${ctx.issuer}`, name: ctx.userName, unit: ctx.requestId, nameEn: ctx.traceparent }),
};

@Controller()
class PartHandlers {
  @Rpc(PartService.method.getPart)
  async getPart(request: GetPartRequest, ctx: CallContext): Promise<Answer> {
    seen.ctx = ctx;
    seen.handled++;
    expect(callContext()).toBe(ctx);
    return (behaviours[request.id] ?? behaviours['a-part'])(ctx);
  }

  @Rpc(JobService.method.getJob)
  async getJob(request: GetJobRequest): Promise<Answer> {
    return { id: request.id, kind: 'of parts' };
  }
}

class RpcSpecModule {}

interface RpcApp {
  /** A client that speaks for anybody, as the gateway does. */
  gateway: Bus;
  server: BusServer;
  app: INestMicroservice;
  stop(): Promise<void>;
}

/** A service "parts" and a gateway's bus client on one namespace. */
async function openRpcApp(namespace: string, options: Partial<BusServerOptions> = {}): Promise<RpcApp> {
  const common = { servers: specServers.natsUrl, namespace };
  const own = await Bus.connect({ ...common, service: 'parts', signer: new IdentitySigner('parts', privateKey) });
  bus ??= own;
  const gateway = await Bus.connect({ ...common, service: 'gateway', signer: new IdentitySigner('gateway', privateKey) });
  const server = new BusServer({ bus: own, verifier: new IdentityVerifier({ gateway: publicKey, parts: publicKey }), ...options });
  const module = { module: RpcSpecModule, controllers: [PartHandlers] };
  const app = await NestFactory.createMicroservice(module, { strategy: server, logger: false });
  await app.listen();
  const stop = async (): Promise<void> => {
    await app.close();
    await Promise.all([gateway.close(), own.close()]);
  };
  return { gateway, server, app, stop };
}

const namespace = newNamespace();
const SUBJECT = `${namespace}.rpc.aftercare.parts.v1.PartService.GetPart`;
let rpc: RpcApp;

beforeAll(async () => {
  rpc = await openRpcApp(namespace, { inFlightMax: 20 });
});

afterAll(() => rpc.stop());

const clerk = (given: Partial<CallContext> = {}): CallContext => ({
  userId: 'u-1', userName: '王芳', role: 'service_clerk', dealerId: null, dealerStatus: null, childDealerIds: [], siteId: null,
  locale: 'en', requestId: 'r-1', traceparent: newTraceparent(), deadlineAtMs: Date.now() + 5_000, issuer: 'gateway', ...given,
});
const ask = (id: string, options: CallOptions = {}): ReturnType<typeof rpc.gateway.call<typeof PartService.method.getPart.input, typeof PartSchema>> =>
  rpc.gateway.call(PartService.method.getPart, { id }, { ctx: clerk(), ...options });
const errorOf = (work: Promise<unknown>): Promise<ServiceError> => work.then(() => { throw new Error('no error'); }, (error: ServiceError) => error);

describe('a call', () => {
  it('arrives as the typed message with its verified caller, and its answer too', async () => {
    const ctx = clerk({ idempotencyKey: 'k-1', dealerId: 'd-1', childDealerIds: ['d-2'] });
    const part = await ask('a-part', { ctx });
    expect(part).toMatchObject({ id: 'a-part', number: 'P-1', weightGrams: 12, families: [] });
    const { userId, userName, role, dealerId, childDealerIds, locale, requestId, traceparent, idempotencyKey } = ctx;
    expect(seen.ctx).toMatchObject({
      userId, userName, role, dealerId, childDealerIds, locale, requestId, traceparent, idempotencyKey, issuer: 'gateway',
      method: 'aftercare.parts.v1.PartService.GetPart',
    });
  });

  it('may be answered with JSON text, which is passed on unparsed', async () => {
    const text = await rpc.gateway.callJson(PartService.method.getPart, { id: 'json' }, { ctx: clerk() });
    expect(text.toString('utf8')).toBe('{"id":"json","number":"as it is"}');
    expect(fromJsonString(PartSchema, (await rpc.gateway.callJson(PartService.method.getPart, { id: 'a-part' }, { ctx: clerk() })).toString('utf8'))).toMatchObject({ id: 'a-part' });
  });

  it('of a common service goes to the named process', async () => {
    const jobs = rpc.gateway.client(JobService, { instance: 'parts', ctx: clerk() });
    expect(await jobs.getJob({ id: 'j' })).toMatchObject({ id: 'j', kind: 'of parts' });
    const other = rpc.gateway.client(JobService, { instance: 'dealers', ctx: clerk() });
    expect(await errorOf(other.getJob({ id: 'j' }))).toMatchObject({ code: 'unavailable', reason: 'NO_RESPONDER' });
  });

  it('that nobody serves is unavailable at once, or after the time a restart may take', async () => {
    const startedAtMs = Date.now();
    const nobody = rpc.gateway.call(PartService.method.listParts, {}, { ctx: clerk() });
    expect(await errorOf(nobody)).toMatchObject({ code: 'unavailable', reason: 'NO_RESPONDER' });
    expect(Date.now() - startedAtMs).toBeLessThan(500);
    const signer = new IdentitySigner('gateway', privateKey);
    const patient = await Bus.connect({ service: 'gateway', servers: specServers.natsUrl, namespace, signer, waitForResponderMs: 500 });
    expect(await errorOf(patient.call(PartService.method.listParts, {}, { ctx: clerk() }))).toMatchObject({ code: 'unavailable' });
    expect(Date.now() - startedAtMs).toBeGreaterThan(400);
    await patient.close();
  });

  it('that takes longer than its time ends with deadline_exceeded', async () => {
    expect(await errorOf(ask('slow', { timeoutMs: 100 }))).toMatchObject({ code: 'deadline_exceeded' });
    expect(await errorOf(ask('a-part', { ctx: clerk({ deadlineAtMs: Date.now() - 1 }) }))).toMatchObject({ code: 'deadline_exceeded', reason: 'NO_TIME_LEFT' });
  });

  it('passes the remaining time on, so that it shrinks inwards', async () => {
    const left = Number((await ask('chain', { timeoutMs: 900 })).id);
    expect(left).toBeGreaterThan(300);
    expect(left).toBeLessThanOrEqual(900);
    expect(Number((await ask('budget', { ctx: clerk({ deadlineAtMs: Date.now() + 700 }) })).id)).toBeLessThanOrEqual(700);
  });

  it('from inside a handler is made in the name of the same caller', async () => {
    const ctx = clerk();
    expect(await ask('who-chain', { ctx })).toMatchObject({
      id: 'u-1', number: 'service_clerk gateway', name: '王芳', unit: 'r-1', nameEn: ctx.traceparent,
    });
  });

  it('too large to be sent is refused before sending, an answer too large is refused instead of sent', async () => {
    expect(await errorOf(ask('x'.repeat(1_200_000)))).toMatchObject({ code: 'invalid_argument', reason: 'REQUEST_TOO_LARGE' });
    expect(await errorOf(ask('sync-list'))).toMatchObject({ code: 'invalid_argument', reason: 'REPLY_TOO_LARGE' });
    expect(await ask('a-part')).toMatchObject({ id: 'a-part' });
  });
});

describe('an error', () => {
  it('arrives as the ServiceError that was thrown', async () => {
    const error = await errorOf(ask('missing'));
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ code: 'not_found', reason: 'NOT_FOUND', message: 'There is no such part.', details: { kind: 'part' } });
  });

  it('of a rule arrives unchanged', async () => {
    expect(await errorOf(ask('refused'))).toMatchObject({
      code: 'failed_precondition', reason: 'PART_FROZEN', message: 'The part is frozen.', details: { field: 'id' },
    });
  });

  it('that nobody foresaw arrives without detail', async () => {
    const error = await errorOf(ask('broken'));
    expect(error).toMatchObject({ code: 'internal', reason: 'INTERNAL', details: {} });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('hunter2');
  });
});

/** Sends any bytes with any headers and answers the reply. */
async function raw(body: Uint8Array | string, headers?: MsgHdrs): Promise<{ code: string; reason: string }> {
  const reply: Msg = await rpc.gateway.connection.nats.request(SUBJECT, body, { timeout: 3_000, headers, noMux: true });
  expect(reply.headers?.get(HEADER.error) ?? '').toBe('1');
  return reply.json();
}

function identified(token = new IdentitySigner('gateway', privateKey).sign(clerk())): MsgHdrs {
  const headers = newHeaders();
  headers.set(HEADER.identity, token);
  return headers;
}

describe('the caller', () => {
  const stranger = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each<[string, () => MsgHdrs | undefined]>([
    ['nobody', () => undefined],
    ['headers without identity', () => newHeaders()],
    ['a signature by a stranger', () => identified(new IdentitySigner('gateway', stranger).sign(clerk({ role: 'admin' })))],
    ['a service that claims a person', () => identified(new IdentitySigner('parts', privateKey).sign(clerk({ role: 'admin' })))],
    ['an issuer that is not trusted', () => identified(new IdentitySigner('care', privateKey).sign(clerk({ role: 'system' })))],
    ['nonsense', () => identified('no.token')],
    ['a changed token', () => {
      const [body, signature] = new IdentitySigner('gateway', privateKey).sign(clerk()).split('.');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
      return identified(`${Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url')}.${signature}`);
    }],
  ])('%s is refused before any handler runs', async (_kind, headers) => {
    const before = seen.handled;
    expect(await raw('{"id":"a-part"}', headers())).toMatchObject({ code: 'unauthenticated' });
    expect(seen.handled).toBe(before);
  });

  it('whose token has expired is refused', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance', 'queueMicrotask'] });
    jest.setSystemTime(Date.now() - 600_000);
    const expired = new IdentitySigner('gateway', privateKey).sign(clerk());
    jest.useRealTimers();
    expect(await raw('{"id":"a-part"}', identified(expired))).toMatchObject({ code: 'unauthenticated', reason: 'IDENTITY_EXPIRED' });
  });
});

describe('poison', () => {
  const badHeaders = identified();
  badHeaders.set(HEADER.timeoutMs, 'soon');
  badHeaders.set(HEADER.traceparent, 'x'.repeat(10_000));
  const kinds: [string, Uint8Array | string, MsgHdrs | undefined, string][] = [
    ['bad JSON', '{bad', identified(), 'invalid_argument'],
    ['an empty body', '', identified(), 'invalid_argument'],
    ['bytes that are no text', Uint8Array.from([0xff, 0xfe, 0x00, 0x01]), identified(), 'invalid_argument'],
    ['wrong types', '{"id":{"a":1}}', identified(), 'invalid_argument'],
    ['a huge wrong value', `{"id":[${'1,'.repeat(300_000)}1]}`, identified(), 'invalid_argument'],
    ['deep nesting', `{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, identified(), 'invalid_argument'],
    ['a prototype', '{"__proto__":{"id":"x"},"constructor":1,"id":7}', identified(), 'invalid_argument'],
    ['an array', '[]', identified(), 'invalid_argument'],
    ['a number', '42', identified(), 'invalid_argument'],
    ['missing headers', '{"id":"a-part"}', undefined, 'unauthenticated'],
    ['bad headers and a bad body', 'null', badHeaders, 'invalid_argument'],
    ['a bad identity', '{"id":"a-part"}', identified('%%%'), 'unauthenticated'],
  ];

  it.each(kinds)('of the kind "%s" is answered, and the next call is served', async (_kind, body, headers, code) => {
    expect(await raw(body, headers)).toMatchObject({ code });
    expect(await ask('a-part')).toMatchObject({ id: 'a-part' });
  });

  it('without a reply subject stops nothing either', async () => {
    for (const [, body, headers] of kinds) rpc.gateway.connection.nats.publish(SUBJECT, body, { headers });
    expect(await ask('a-part')).toMatchObject({ id: 'a-part' });
  });

  it('unknown fields are of a newer caller, and odd headers fall back', async () => {
    const headers = identified();
    headers.set(HEADER.timeoutMs, '-5');
    const reply = await rpc.gateway.connection.nats.request(SUBJECT, '{"id":"a-part","newField":[1]}', { timeout: 3_000, headers, noMux: true });
    expect(reply.json()).toMatchObject({ id: 'a-part' });
  });
});

describe('a server', () => {
  it('with more requests in work than it may have answers resource_exhausted at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => ask('slow')));
    const refused = results.filter((result) => result.status === 'rejected');
    // A call of an earlier test that its caller gave up may still be in work.
    expect(refused.length - 40).toBeGreaterThanOrEqual(0);
    expect(refused.length).toBeLessThan(45);
    expect(refused.every((result) => (result.reason as ServiceError).reason === 'TOO_MANY_REQUESTS')).toBe(true);
    expect(await ask('a-part')).toMatchObject({ id: 'a-part' });
  });

  it('that stops finishes what is in work; new calls find nobody', async () => {
    const own = newNamespace();
    const stopping = await openRpcApp(own);
    const inWork = Array.from({ length: 10 }, () => stopping.gateway.call(PartService.method.getPart, { id: 'slow' }, { ctx: clerk() }));
    await sleep(100);
    const stopped = stopping.server.close();
    await sleep(100);
    const late = stopping.gateway.call(PartService.method.getPart, { id: 'a-part' }, { ctx: clerk() });
    expect(await errorOf(late)).toMatchObject({ code: 'unavailable', reason: 'NO_RESPONDER' });
    expect((await Promise.all(inWork)).every((part) => part.id === 'slow')).toBe(true);
    await stopped;
    await stopping.stop();
  });
});
