import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { isDealerRole, type DealerStatus, type Role } from '@aftercare/domain';
import { ServiceError } from '../errors/service-error.js';
import { newTraceparent } from '../tracing.js';

/** The roles of the domain, a customer behind a one-time link, and a service acting by itself. */
export type CallerRole = Role | 'customer' | 'system';

/** The token a context came with; forwarded unchanged, so that a service cannot ask for more than its caller may. */
export const identityToken: unique symbol = Symbol('identityToken');

/** Who asks, in which request, and until when. Handlers get it with each call; it has been verified. */
export interface CallContext {
  userId: string;
  userName: string;
  role: CallerRole;
  /** The caller's dealer; null for the manufacturer's staff and for the system. */
  dealerId: string | null;
  /** Standing of the caller's dealer (D-1), null for the manufacturer's staff and the system. */
  dealerStatus: DealerStatus | null;
  /** Dealers below the caller's dealer whose documents it may see (D-1). */
  childDealerIds: string[];
  /** The warehouse keeper's site, null for all others. */
  siteId: string | null;
  locale: 'zh-CN' | 'en';
  requestId: string;
  /** W3C trace context of the caller's span. */
  traceparent?: string;
  /** The Idempotency-Key of a create or a money move. */
  idempotencyKey?: string;
  /** The rpc being handled, e.g. 'aftercare.parts.v1.PartsRequestService.Submit': with the key above it names one command. */
  method?: string;
  /** When the caller stops waiting, milliseconds of the real clock. */
  deadlineAtMs: number;
  /** Who signed the identity: 'gateway' for people, the service's name for the system. */
  issuer: string;
  readonly [identityToken]?: string;
}

const SYSTEM_BUDGET_MS = 30_000;
const storage = new AsyncLocalStorage<{ caller?: CallContext }>();

/** Runs `work` so that callContext() and the bus client find this caller. */
export function runInContext<T>(ctx: CallContext, work: () => T): T {
  return storage.run({ caller: ctx }, work);
}

/** Runs `work` before its caller is known; enterContext() names him once he is. For a server that learns it on the way. */
export function runBeforeCaller<T>(work: () => T): T {
  return storage.run({}, work);
}

/** Names the caller of the work that runBeforeCaller() began. */
export function enterContext(ctx: CallContext): void {
  const running = storage.getStore();
  if (!running) throw new ServiceError('internal', 'NO_CALL_CONTEXT', 'There is no work here that could have a caller.');
  running.caller = ctx;
}

/** The caller of the running handler. Throws outside of one: name a caller there, e.g. systemContext(). */
export function callContext(): CallContext {
  const ctx = currentContext();
  if (!ctx) throw new ServiceError('internal', 'NO_CALL_CONTEXT', 'There is no caller here; pass one, e.g. systemContext().');
  return ctx;
}

/** The caller of the running handler, or undefined outside of one. */
export function currentContext(): CallContext | undefined {
  return storage.getStore()?.caller;
}

/** A service acting by itself: event handlers, deadlines, jobs, the reconciler. It sees all dealers' rows. */
export function systemContext(service: string, from: { requestId?: string; traceparent?: string } = {}): CallContext {
  return {
    userId: '',
    userName: service,
    role: 'system',
    dealerId: null,
    dealerStatus: null,
    childDealerIds: [],
    siteId: null,
    locale: 'zh-CN',
    requestId: from.requestId || randomUUID(),
    traceparent: from.traceparent || newTraceparent(),
    deadlineAtMs: Date.now() + SYSTEM_BUDGET_MS,
    issuer: service,
  };
}

/** True for the manufacturer's own people and for the system; dealers and customers see only their own documents. */
export function isManufacturer(ctx: Pick<CallContext, 'role'>): boolean {
  return ctx.role !== 'customer' && !isDealerRole(ctx.role);
}
