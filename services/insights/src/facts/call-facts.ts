import type { CallCancelledSchema, CallResolvedSchema, CallRevivedSchema, CallRoutedSchema } from '@aftercare/contracts';
import { businessDate, isId } from '@aftercare/domain';
import { withOutcome, withRouting } from './call-fact.rules.js';
import { changeCall } from './call-store.js';
import type { Keep } from './fact.js';

/** D-4: a dealer was told of a call. */
export const callRouted: Keep<typeof CallRoutedSchema> = async (place, event, told) => {
  if (!isId(event.dealerId)) return;
  const { dealerId, regionCode, family, version } = event;
  const receivedAt = event.receivedAt || told.occurredAt;
  const unitId = event.unitId || null;
  await changeCall(place, { callId: event.callId, dealerId, unitId }, (call) =>
    withRouting(call, { dealerId, unitId, regionCode, family, version, receivedAt, receivedOn: businessDate(receivedAt) }));
};

/** D-4: a call was solved. Events of before the version was told stand behind every other. */
export const callResolved: Keep<typeof CallResolvedSchema> = async (place, event) => {
  if (!isId(event.dealerId)) return;
  const { dealerId, version, firstVisit, special, reopened, resolvedAt } = event;
  await changeCall(place, { callId: event.callId, dealerId, unitId: null }, (call) =>
    withOutcome(call, {
      dealerId, version, outcome: 'resolved', firstVisit, special, reopened, resolvedAt,
      clockSeconds: version > 0 ? event.clockSeconds : undefined, technicianUserId: event.technicianUserId || null,
    }));
};

/** D-4, R-2, R-13: a solved call must be solved again. */
export const callRevived: Keep<typeof CallRevivedSchema> = async (place, event) => {
  if (!isId(event.dealerId)) return;
  const { dealerId, version, reopened } = event;
  await changeCall(place, { callId: event.callId, dealerId, unitId: null }, (call) =>
    withOutcome(call, { dealerId, version, reopened, outcome: 'open', openSince: event.clockStartedAt || undefined }));
};

/** D-4: a call was cancelled; one that no dealer was told of is nobody's figure. */
export const callCancelled: Keep<typeof CallCancelledSchema> = async (place, event) => {
  if (!isId(event.dealerId)) return;
  const { dealerId, version } = event;
  await changeCall(place, { callId: event.callId, dealerId, unitId: null }, (call) => withOutcome(call, { dealerId, version, outcome: 'cancelled' }));
};
