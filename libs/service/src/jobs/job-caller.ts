import { newTraceparent, type CallContext } from '@aftercare/messaging';

/** What of a caller is kept with a job, so that it runs with the rights of the person who started it. */
export type JobCaller = Pick<
  CallContext,
  'userId' | 'role' | 'dealerId' | 'dealerStatus' | 'childDealerIds' | 'siteId' | 'locale' | 'requestId' | 'traceparent'
>;

/** The caller without name, token and key. */
export function jobCaller(ctx: CallContext): JobCaller {
  const { userId, role, dealerId, dealerStatus, childDealerIds, siteId, locale, requestId, traceparent } = ctx;
  return { userId, role, dealerId, dealerStatus, childDealerIds, siteId, locale, requestId, traceparent };
}

/**
 * The context a job runs in. Its identity is not signed by the gateway, so other services are asked with
 * systemContext(), before or after the transaction.
 */
export function jobContext(service: string, caller: JobCaller, limitMs: number): CallContext {
  return {
    ...caller,
    traceparent: caller.traceparent ?? newTraceparent(),
    userName: '',
    deadlineAtMs: Date.now() + limitMs,
    issuer: service,
  };
}
