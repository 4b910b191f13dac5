import { randomUUID } from 'node:crypto';
import { newId } from '@aftercare/domain';
import { newTraceparent, type CallContext } from '@aftercare/messaging';

/** Longer than any spec, so that a caller made once may be used throughout. */
const BUDGET_MS = 3_600_000;

/** A caller for specs: a service clerk of the manufacturer unless told otherwise. */
export function testContext(given: Partial<CallContext> = {}): CallContext {
  return {
    userId: newId(),
    userName: 'Test user',
    role: 'service_clerk',
    dealerId: null,
    dealerStatus: null,
    childDealerIds: [],
    siteId: null,
    locale: 'zh-CN',
    requestId: randomUUID(),
    traceparent: newTraceparent(),
    deadlineAtMs: Date.now() + BUDGET_MS,
    issuer: 'gateway',
    ...given,
  };
}

/** A user of a dealer; its manager unless told otherwise. */
export function testDealerContext(dealerId: string, given: Partial<CallContext> = {}): CallContext {
  return testContext({ role: 'dealer_manager', dealerId, dealerStatus: 'active', ...given });
}
