import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newTraceparent, ServiceError } from '@aftercare/messaging';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { localeOf } from './caller.js';
import { problemOf } from './problem.js';
import { ProblemFilter } from './problem.filter.js';
import { KnownRoutes } from './routes.js';

/** An answer of the API is data: nothing in it may be run, framed or sniffed. */
export const DATA_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

/** Options of Fastify by which what fails before a route is found is answered as everything else is. */
export function beforeRouting(): Record<string, unknown> {
  const filter = new ProblemFilter(new KnownRoutes());
  return {
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => filter.answer(error, request, reply.headers(DATA_HEADERS)),
    clientErrorHandler: refuseConnection,
    // Fastify's own answer is no problem document; `refuseWhileClosing` gives one.
    return503OnClosing: false,
    // Nor is Node's; `refuseWithoutHost` gives one.
    http: { requireHostHeader: false },
  };
}

/** Once the application closes, what still arrives on an open connection is told to try again. */
export function refuseWhileClosing(instance: FastifyInstance): void {
  let closing = false;
  instance.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  instance.addHook('onRequest', (_request, _reply, done) =>
    done(closing ? new ServiceError('unavailable', 'TRY_AGAIN', 'The gateway is stopping.') : undefined));
}

/** RFC 9112, 3.2: a request of HTTP/1.1 names its host. */
export function refuseWithoutHost(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    const isMissing = request.headers.host === undefined && request.raw.httpVersion === '1.1';
    done(isMissing ? new ServiceError('invalid_argument', 'REQUEST_UNREADABLE', 'The request names no host.') : undefined);
  });
}

/** What Node's parser calls its errors; all others are no HTTP. */
const UNPARSED: Record<string, [reason: string, message: string]> = {
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TOO_SLOW', 'The request came too slowly.'],
};

/** A connection on which no request could be read is answered once and closed. Its language is not known, so it is the first one. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [reason, message] = UNPARSED[error.code ?? ''] ?? ['REQUEST_UNREADABLE', 'No HTTP request.'];
  const problem = problemOf(new ServiceError('invalid_argument', reason, message), { locale: localeOf(undefined), role: '', traceparent: newTraceparent() });
  const body = JSON.stringify(problem);
  const headers = {
    ...DATA_HEADERS, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', 'content-length': Buffer.byteLength(body), connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (socket.writable) socket.end([`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, ...lines, '', body].join('\r\n'));
  else socket.destroy(error);
}
