import { randomUUID } from 'node:crypto';
import { currentTraceparent, newTraceparent, type CallContext } from '@aftercare/messaging';
import type { FastifyRequest } from 'fastify';
import type { Locale } from '@aftercare/domain';

/** A request with its caller, put there by the access guard. */
export interface CallerRequest extends FastifyRequest {
  caller?: CallContext;
}

/** The whole of a request may take this long; every hop inside gets what is left. */
export const REQUEST_BUDGET_MS = 5_000;
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const REQUEST_ID = /^[A-Za-z0-9_.-]{8,64}$/;

/** The caller's language by Accept-Language; Chinese unless English is preferred. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag, ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(parameter)?.[1]).find((q) => q !== undefined);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => quality > 0 && /^(zh|en)\b/.test(tag))
    .sort((a, b) => b.quality - a.quality);
  return wanted[0]?.tag.startsWith('en') ? 'en' : 'zh-CN';
}

/** The parts of a context that come with the request and not with the session. */
export function requestContext(request: FastifyRequest): Pick<CallContext, 'locale' | 'requestId' | 'traceparent' | 'idempotencyKey' | 'deadlineAtMs' | 'issuer'> {
  const { headers } = request;
  const traceparent = String(headers.traceparent ?? '');
  const requestId = String(headers['x-request-id'] ?? '');
  return {
    locale: localeOf(headers['accept-language']),
    requestId: REQUEST_ID.test(requestId) ? requestId : randomUUID(),
    // Where spans are sent, the request's own is the one to be found by the trace id of its answer.
    traceparent: currentTraceparent() ?? (TRACEPARENT.test(traceparent) ? traceparent : newTraceparent()),
    idempotencyKey: (headers['idempotency-key'] as string | undefined) || undefined,
    deadlineAtMs: Date.now() + REQUEST_BUDGET_MS,
    issuer: 'gateway',
  };
}
