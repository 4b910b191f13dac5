import { randomUUID } from 'node:crypto';
import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { identityToken, type CallContext } from './call-context.js';
import type { IdentitySigner, IdentityVerifier } from './identity.js';
import { newTraceparent } from '../tracing.js';

/** The headers that travel with calls and events. */
export const HEADER = {
  identity: 'ac-identity',
  requestId: 'ac-request-id',
  traceparent: 'traceparent',
  timeoutMs: 'ac-timeout-ms',
  idempotencyKey: 'ac-idempotency-key',
  /** '1' on a reply whose body is an error. */
  error: 'ac-error',
  eventId: 'ac-event-id',
  occurredAt: 'ac-occurred-at',
} as const;

const BUDGET_MS_DEFAULT = 3_000;
const BUDGET_MS_MAX = 60_000;
const HEADER_TEXT_LENGTH_MAX = 200;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The headers of a call: who asks, how much time is left, and the trace it belongs to. */
export function callHeaders(ctx: CallContext, signer: IdentitySigner, timeoutMs: number): MsgHdrs {
  const headers = newHeaders();
  headers.set(HEADER.identity, ctx[identityToken] ?? signer.sign(ctx));
  headers.set(HEADER.requestId, printable(ctx.requestId));
  headers.set(HEADER.timeoutMs, String(Math.max(1, Math.floor(timeoutMs))));
  if (ctx.traceparent) headers.set(HEADER.traceparent, printable(ctx.traceparent));
  if (ctx.idempotencyKey) headers.set(HEADER.idempotencyKey, printable(ctx.idempotencyKey));
  return headers;
}

/** The verified caller of a message. Errors: unauthenticated, see IdentityVerifier. */
export function contextFromHeaders(headers: MsgHdrs | undefined, verifier: IdentityVerifier): CallContext {
  const token = headers?.get(HEADER.identity);
  const { userId, userName, role, dealerId, dealerStatus, childDealerIds, siteId, locale, issuer } = verifier.verify(token);
  const traceparent = headers?.get(HEADER.traceparent) ?? '';
  return {
    userId, userName, role, dealerId, dealerStatus, childDealerIds, siteId, locale, issuer,
    requestId: printable(headers?.get(HEADER.requestId) ?? '') || randomUUID(),
    traceparent: TRACEPARENT.test(traceparent) ? traceparent : newTraceparent(),
    idempotencyKey: printable(headers?.get(HEADER.idempotencyKey) ?? '') || undefined,
    deadlineAtMs: Date.now() + budgetMs(headers?.get(HEADER.timeoutMs)),
    [identityToken]: token,
  };
}

function budgetMs(header: string | undefined): number {
  const budget = header ? Number(header) : Number.NaN;
  return Number.isFinite(budget) && budget > 0 ? Math.min(budget, BUDGET_MS_MAX) : BUDGET_MS_DEFAULT;
}

/** Header values are one line of ASCII; anything else a caller sent is dropped rather than refused. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, HEADER_TEXT_LENGTH_MAX);
}
