import { newId } from '@aftercare/domain';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { CALL_KIND } from './call-change.js';
import { afterTelling, dueAt, momentsToTell, nextMoment, type ClockMoment, type ClockTerms } from './call-clock.rules.js';
import { CallClockRow, RepairCall } from './call.entity.js';

/** Fires when the running clock of a call has something to tell; its ref is the clock's id. */
export const CLOCK_DEADLINE = 'call-clock';

/**
 * a clock starts when the dealer is told, and again when a call is reopened. The call shows it and its deadline
 * stands; the row is the caller's to insert, after the call's own.
 */
export async function newClock(tx: Tx, call: RepairCall, position: number, terms: ClockTerms): Promise<CallClockRow> {
  const clock: CallClockRow = {
    id: newId(),
    callId: call.id,
    position,
    startedAt: await tx.now(),
    specialReason: null,
    stoppedAt: null,
    breachedAt: null,
    warnedHours: [],
    escalatedAt: null,
  };
  await showClock(tx, call, clock, terms);
  return clock;
}

/**
 * Saves a changed clock: the call shows its due moment, and the deadline stands at its next moment. A moment that has
 * already passed, as after a refusal, fires at once.
 */
export async function keepClock(tx: Tx, call: RepairCall, clock: CallClockRow, terms: ClockTerms): Promise<void> {
  await tx.em.save(CallClockRow, clock);
  await showClock(tx, call, clock, terms);
}

/**
 * tells what became known up to now, each with its own moment. Called by the deadline and before a clock stops,
 * so that a breach that nobody has told yet is not lost.
 */
export async function tellClock(tx: Tx, call: RepairCall, clock: CallClockRow, terms: ClockTerms): Promise<void> {
  const moments = momentsToTell(clock, await tx.now(), terms);
  for (const moment of moments) await tellMoment(tx, call, moment);
  Object.assign(clock, afterTelling(clock, moments, terms));
}

async function showClock(tx: Tx, call: RepairCall, clock: CallClockRow, terms: ClockTerms): Promise<void> {
  call.dueAt = dueAt(clock, terms);
  call.breachedAt = clock.breachedAt;
  const next = nextMoment(clock, terms);
  if (next === null) await tx.cancelDeadline(CLOCK_DEADLINE, clock.id);
  else await tx.deadline({ kind: CLOCK_DEADLINE, ref: clock.id, dueAt: next });
}

/** the warning goes to technician and dealer manager, breach and escalation to the supervisor. */
async function tellMoment(tx: Tx, call: RepairCall, moment: ClockMoment): Promise<void> {
  const base = {
    kind: `call.sla_${moment.kind}`,
    documentKind: CALL_KIND,
    documentId: call.id,
    documentNumber: call.number,
    severity: moment.kind === 'warning' ? 'warning' : 'alarm',
    params: JSON.stringify({ at: moment.at, dueAt: call.dueAt }),
  };
  if (moment.kind !== 'warning') {
    await tx.announce(NoticeRequestedSchema, { ...base, recipientRole: 'service_supervisor' });
    return;
  }
  await tx.announce(NoticeRequestedSchema, { ...base, recipientRole: 'dealer_manager', recipientDealerId: call.dealerId ?? '' });
  if (call.technicianUserId) await tx.announce(NoticeRequestedSchema, { ...base, recipientUserId: call.technicianUserId });
}
