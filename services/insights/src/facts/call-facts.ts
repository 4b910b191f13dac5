import type { CallCancelled, CallCancelledSchema, CallResolved, CallResolvedSchema, CallRevived, CallRevivedSchema, CallRouted, CallRoutedSchema } from '@aftercare/contracts';
import { businessDate, isId } from '@aftercare/domain';
import { withOutcome, withRouting, type Outcome } from './call-fact.rules.js';
import { dropCases } from '../quality/fault-store.js';
import { changeCalls, type CallChange } from './call-store.js';
import type { KeepTogether, Told } from './fact.js';

/** D-4: a dealer was told of calls. */
export const callsRouted: KeepTogether<typeof CallRoutedSchema> = (place, events) =>
  changeCalls(place, events.filter(namesDealer).map(({ event, told }) => routed(event, told)));

/** D-4: calls were solved. */
export const callsResolved: KeepTogether<typeof CallResolvedSchema> = (place, events) =>
  changeCalls(place, events.filter(namesDealer).map(({ event }) => resolved(event)));

/** D-4, R-2, R-13: solved calls must be solved again. */
export const callsRevived: KeepTogether<typeof CallRevivedSchema> = (place, events) =>
  changeCalls(place, events.filter(namesDealer).map(({ event }) => revived(event)));

/** D-4, Q-1: calls were cancelled, and are no cases; what was done before a reopening that was cancelled still counts. One that no dealer was told of is nobody's figure. */
export const callsCancelled: KeepTogether<typeof CallCancelledSchema> = async (place, events) => {
  const told = events.filter(namesDealer).map(({ event }) => event);
  await changeCalls(place, told.map(cancelled));
  await dropCases(place, told.filter(({ resolvedAt }) => resolvedAt === '').map(({ callId }) => callId));
};

const namesDealer = ({ event }: { event: { dealerId: string } }): boolean => isId(event.dealerId);

function routed({ callId, number, dealerId, regionCode, family, version, ...event }: CallRouted, told: Told): CallChange {
  const receivedAt = event.receivedAt || told.occurredAt;
  const unitId = event.unitId || null;
  const routing = { number, dealerId, unitId, regionCode, family, version, receivedAt, receivedOn: businessDate(receivedAt) };
  return { callId, dealerId, unitId, changed: (call) => withRouting(call, routing) };
}

/** Events of before the version was told stand behind every other. */
function resolved({ callId, dealerId, version, firstVisit, special, reopened, resolvedAt, ...event }: CallResolved): CallChange {
  const clockSeconds = version > 0 ? event.clockSeconds : undefined;
  const technicianUserId = event.technicianUserId || null;
  return {
    callId, dealerId, unitId: null,
    changed: (call) => withOutcome(call, { dealerId, version, outcome: 'resolved', firstVisit, special, reopened, resolvedAt, clockSeconds, technicianUserId }),
  };
}

function revived({ callId, dealerId, version, reopened, clockStartedAt }: CallRevived): CallChange {
  return { callId, dealerId, unitId: null, changed: (call) => withOutcome(call, { dealerId, version, reopened, outcome: 'open', openSince: clockStartedAt || undefined }) };
}

function cancelled({ callId, dealerId, version, resolvedAt, special, clockSeconds, technicianUserId }: CallCancelled): CallChange {
  const outcome: Outcome = resolvedAt === ''
    ? { dealerId, version, outcome: 'cancelled' }
    : { dealerId, version, outcome: 'resolved', reopened: true, resolvedAt, special, clockSeconds, technicianUserId: technicianUserId || null };
  return { callId, dealerId, unitId: null, changed: (call) => withOutcome(call, outcome) };
}
