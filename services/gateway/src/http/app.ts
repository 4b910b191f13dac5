import { isUtf8 } from 'node:buffer';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UPLOAD_BYTES_MAX } from '../attachments/attachment.rules.js';
import { runBeforeCaller } from '@aftercare/messaging';
import { Runtime } from '@aftercare/service';
import { serveDocument } from '../openapi/serve-document.js';
import { countBelow, PublicLimit } from '../public/public-limit.js';
import { beforeRouting, DATA_HEADERS, refuseWhileClosing, refuseWithoutHost } from './before-routing.js';
import { BODY_DEPTH_MAX, isDeeperThan } from './body-shape.js';
import { keepDoor } from './door.js';
import { measureRequests } from './measured.js';
import { ProblemFilter } from './problem.filter.js';
import { KnownRoutes } from './routes.js';
import { invalidFields } from './validation.js';

export const BODY_BYTES_MAX = 1_048_576;
/** What whoever has not signed in may send: a name with a password, or an answer to a link. */
export const PUBLIC_BODY_BYTES_MAX = 16_384;
export const API_PREFIX = 'api/v1';
/** A spec holds these against the access table. */
const PUBLIC_ROUTES = [`/${API_PREFIX}/auth/login`, `/${API_PREFIX}/public/`];
export const HEALTH_PATHS = ['health/live', 'health/ready'];
const PARAMETER_LENGTH_MAX = 200;
const MULTIPART = 'multipart/form-data';
const PROTOTYPE = '__proto__';
const JSON_TYPE = /^application\/json\s*(;|$)/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(;|$))/i;

/** Options of the Fastify adapter. */
export function adapterOptions(settings: { trustProxy: boolean }): Record<string, unknown> {
  return {
    bodyLimit: BODY_BYTES_MAX,
    // The last entry is the proxy's own word; those before it are what the client says of himself.
    trustProxy: settings.trustProxy && ((_address: string, hop: number) => hop === 0),
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    ...beforeRouting(),
  };
}

/** Plugins, filters and documentation, before the application listens. */
export async function configureHttp(app: NestFastifyApplication): Promise<void> {
  const instance = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const routes = new KnownRoutes();
  routes.watch(instance);
  instance.addHook('onRoute', (route) => {
    if (PUBLIC_ROUTES.some((path) => route.url.startsWith(path))) route.bodyLimit = PUBLIC_BODY_BYTES_MAX;
  });
  const { registry } = app.get(Runtime, { strict: false }).metrics;
  measureRequests(instance, registry);
  keepDoor(instance, { registry, isWatching: (path) => HEALTH_PATHS.some((health) => path.startsWith(`/${health}`)) });
  countBelow(instance, `/${API_PREFIX}/public/units/`, app.get(PublicLimit, { strict: false }));
  instance.addHook('onRequest', refuseOtherMedia);
  instance.addHook('preValidation', refuseOtherBodies);
  // Not earlier: reading the body loses the context. The guard names the caller.
  instance.addHook('preHandler', (_request, _reply, done) => runBeforeCaller(done));
  await app.register(helmet as never, { global: false });
  instance.addHook('onRequest', safeHeaders);
  refuseWhileClosing(instance);
  refuseWithoutHost(instance);
  await app.register(multipart as never, { limits: { fileSize: UPLOAD_BYTES_MAX, files: 1, fields: 5, fieldSize: 1_000, parts: 6, headerPairs: 50 } });
  takeUtf8(app, instance);
  app.setGlobalPrefix(API_PREFIX, { exclude: HEALTH_PATHS });
  app.useGlobalFilters(new ProblemFilter(routes));
  serveDocument(app, instance);
}

/** The page of the description runs scripts and styles of its own origin. */
const PAGE_POLICY = { contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null, 'img-src': ["'self'", 'data:'] } } };

/** Pages get everything that helmet knows; the API's own headers are few and the same each time. */
async function safeHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.url.startsWith('/api/docs')) await reply.helmet(PAGE_POLICY);
  else reply.headers(DATA_HEADERS);
}

class Refused extends Error {
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What is no UTF-8 would be taken for other characters and kept so. */
function takeUtf8(app: NestFastifyApplication, instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit: BODY_BYTES_MAX }, (request: FastifyRequest, body: Buffer, done) => {
    if (isUtf8(body)) void parse(request, body as unknown as string, done);
    else done(new Refused(400, 'FST_ERR_VALIDATION', 'the body is not UTF-8'));
  });
}

/** Bodies are JSON in UTF-8 or an upload; forms and plain text, which any site may send, are not taken. */
function refuseOtherMedia(request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const type = request.headers['content-type'];
  if (type === undefined || (JSON_TYPE.test(type) && !OTHER_CHARSET.test(type)) || type.toLowerCase().startsWith(MULTIPART)) done();
  else done(new Refused(415, 'FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported media type'));
}

/**
 * A body is one object: lists, bare values and null have no fields to check, and what is nested beyond measure would end the
 * stack of whoever checks it. A query that reaches for the prototype has a field that nobody knows.
 */
function refuseOtherBodies(request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const { body } = request;
  const isObject = body === undefined || (typeof body === 'object' && body !== null && !Array.isArray(body));
  if (!isObject || isDeeperThan(BODY_DEPTH_MAX, body)) done(new Refused(400, 'FST_ERR_VALIDATION', 'the request is not an object with fields'));
  else if (Object.keys(request.query as object).includes(PROTOTYPE)) done(invalidFields([{ field: PROTOTYPE, check: 'unknown' }]));
  else done();
}
