import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ServiceError, toServiceError } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { requestContext, type CallerRequest } from './caller.js';
import { problemOf } from './problem.js';
import type { KnownRoutes } from './routes.js';

const RETRY_AFTER_DEFAULT_S = 1;

/** Answers every error as a problem document; what is not foreseen is logged whole and sent without detail. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly routes: KnownRoutes) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<CallerRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also called for what goes wrong before Nest: unreadable bodies, unknown media types. */
  answer(thrown: unknown, request: CallerRequest, reply: FastifyReply): void {
    const error = this.errorOf(thrown, request, reply);
    const caller = request.caller ?? { ...requestContext(request), role: '' };
    const problem = problemOf(error, caller);
    if (problem.status >= 500) {
      this.logger.error({ reason: error.reason, traceId: problem.traceId, requestId: caller.requestId, err: thrown }, undefined, 'request failed');
    }
    if (problem.status === 429 || problem.status === 503) {
      void reply.header('retry-after', String(error.details.retryAfterSeconds ?? RETRY_AFTER_DEFAULT_S));
    }
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('x-request-id', caller.requestId)
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problem));
  }

  private errorOf(thrown: unknown, request: CallerRequest, reply: FastifyReply): ServiceError {
    if (isBrokenOff(thrown, request)) return new ServiceError('invalid_argument', 'BODY_UNREADABLE', 'The request broke off.');
    const status = statusFrom(thrown);
    if (status === undefined) return toServiceError(thrown);
    if (status === 404) return this.unknownRoute(request, reply);
    if (status === 413) return new ServiceError('invalid_argument', 'BODY_TOO_LARGE', 'The body is too large.', { limitKilobytes: request.routeOptions.bodyLimit / 1024 });
    if (status === 414) return new ServiceError('invalid_argument', 'ADDRESS_TOO_LONG', 'A part of the address is too long.');
    if (status === 415) return new ServiceError('invalid_argument', 'MEDIA_TYPE_UNSUPPORTED', 'The media type is not supported.');
    if (status >= 400 && status < 500) return new ServiceError('invalid_argument', 'BODY_UNREADABLE', 'The request cannot be read.');
    return toServiceError(thrown);
  }

  private unknownRoute(request: CallerRequest, reply: FastifyReply): ServiceError {
    const allowed = this.routes.methodsOf(request.url);
    if (allowed.length === 0) return new ServiceError('not_found', 'ROUTE_UNKNOWN', 'There is no such address.');
    void reply.header('allow', allowed.join(', '));
    return new ServiceError('invalid_argument', 'METHOD_NOT_ALLOWED', 'The address does not take this method.');
  }
}

/** The client went away while his body was read: nobody's fault here, and nobody hears the answer. */
const isBrokenOff = (thrown: unknown, request: CallerRequest): boolean => (thrown as { code?: unknown } | undefined)?.code === 'ECONNRESET' && !request.raw.complete;

/** The status Nest or Fastify gave to an error of their own, undefined for all others. */
function statusFrom(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof ServiceError || typeof thrown !== 'object' || thrown === null) return undefined;
  const { statusCode, code } = thrown as { statusCode?: unknown; code?: unknown };
  const ofFastify = typeof code === 'string' && code.startsWith('FST_');
  if (ofFastify || thrown instanceof SyntaxError) return typeof statusCode === 'number' ? statusCode : 400;
  return undefined;
}
