import { addHours, compareInstant } from '@aftercare/domain';
import { afterTelling, dueAt, momentsToTell, nextMoment, type Clock, type ClockTerms } from '../calls/call-clock.rules.js';

/** A step of a call's history as far as its clocks need it. */
export interface ClockEvent {
  at: string;
  action: string;
  fromState: string;
  toState: string;
  reason: string;
}

/** The terms of the day on which a clock started. */
export type TermsAt = (startedAt: string) => ClockTerms;

/** A clock as it is kept, with the open deadline that stands for it. */
export interface KeptClock extends Clock {
  deadlineAt: string | null;
}

/** A call with its clocks as they are kept. */
export interface KeptCall {
  dueAt: string | null;
  breachedAt: string | null;
  clocks: readonly KeptClock[];
}

/** What is kept otherwise than the events say; position 0 is the call's own. */
export interface Difference {
  position: number;
  field: string;
  kept: string;
  derived: string;
}

/** What became known within the last minute may still be on its way. */
const ON_ITS_WAY_HOURS = 1 / 60;

const STOPPED = ['resolved', 'cancelled'];

/** the clocks of a call as its list of events says, oldest first, with everything told that was known at the moment. */
export function clocksOf(events: readonly ClockEvent[], termsAt: TermsAt, now: string): Clock[] {
  const clocks: Clock[] = [];
  for (const event of events.filter(movesClock)) {
    tellLast(clocks, termsAt, event.at);
    apply(clocks, event);
  }
  tellLast(clocks, termsAt, now);
  return clocks;
}

/** Every field of a call's clocks that is kept otherwise than derived; what became known within the last minute may be told or not. */
export function differencesOf(kept: KeptCall, events: readonly ClockEvent[], { termsAt, now }: { termsAt: TermsAt; now: string }): Difference[] {
  const found = against(kept, clocksOf(events, termsAt, now), termsAt);
  if (found.length === 0) return [];
  const since = addHours(now, -ON_ITS_WAY_HOURS);
  const lastMove = events.filter(movesClock).at(-1)?.at ?? since;
  // A move of the last minute may have made an older moment known, so nothing after it need be told yet.
  const told = compareInstant(lastMove, since) > 0 ? '0001-01-01T00:00:00Z' : since;
  return against(kept, clocksOf(events, termsAt, told), termsAt).length === 0 ? [] : found;
}

function against(kept: KeptCall, derived: readonly Clock[], termsAt: TermsAt): Difference[] {
  if (derived.length !== kept.clocks.length) return [{ position: 0, field: 'clocks', kept: String(kept.clocks.length), derived: String(derived.length) }];
  const found = derived.flatMap((clock, index) => clockDifferences(kept.clocks[index] as KeptClock, clock, { position: index + 1, terms: termsAt(clock.startedAt) }));
  const last = derived.at(-1);
  return [
    ...found,
    ...unequal(0, [['dueAt', kept.dueAt, last ? dueAt(last, termsAt(last.startedAt)) : null], ['breachedAt', kept.breachedAt, last?.breachedAt ?? null]]),
  ];
}

/** What is known up to now of the clock that counts; a clock that stopped tells nothing. */
function tellLast(clocks: Clock[], termsAt: TermsAt, now: string): void {
  const clock = clocks.at(-1);
  if (!clock) return;
  const terms = termsAt(clock.startedAt);
  clocks[clocks.length - 1] = afterTelling(clock, momentsToTell(clock, now, terms), terms);
}

function movesClock({ action, fromState, toState }: ClockEvent): boolean {
  return ['reopen', 'extend', 'strike-special', 'refuse'].includes(action) || (fromState !== toState && ['received', ...STOPPED].includes(toState));
}

/** What an event does to the clocks: the telling of a dealer starts the first, a reopening a further one. */
function apply(clocks: Clock[], { at, action, toState, reason }: ClockEvent): void {
  const clock = clocks.at(-1);
  if (action === 'reopen' || (!clock && toState === 'received')) {
    clocks.push({ startedAt: at, specialReason: null, stoppedAt: null, breachedAt: null, warnedHours: [], escalatedAt: null });
    return;
  }
  if (!clock) return;
  if (action === 'extend') clock.specialReason = reason;
  else if (action === 'strike-special') clock.specialReason = null;
  else if (action === 'refuse') clock.stoppedAt = null;
  else if (STOPPED.includes(toState)) clock.stoppedAt ??= at;
}

function clockDifferences(kept: KeptClock, derived: Clock, { position, terms }: { position: number; terms: ClockTerms }): Difference[] {
  return unequal(position, [
    ['startedAt', kept.startedAt, derived.startedAt],
    ['specialReason', kept.specialReason, derived.specialReason],
    ['stoppedAt', kept.stoppedAt, derived.stoppedAt],
    ['breachedAt', kept.breachedAt, derived.breachedAt],
    ['warnedHours', hours(kept), hours(derived)],
    ['escalatedAt', kept.escalatedAt, derived.escalatedAt],
    ['deadline', kept.deadlineAt, nextMoment(derived, terms)],
  ]);
}

const hours = ({ warnedHours }: Clock): string => [...warnedHours].sort((a, b) => a - b).join(' ');

function unequal(position: number, fields: [string, string | null, string | null][]): Difference[] {
  return fields
    .filter(([, kept, derived]) => canonical(kept) !== canonical(derived))
    .map(([field, kept, derived]) => ({ position, field, kept: canonical(kept), derived: canonical(derived) }));
}

/** Instants are compared to the millisecond, in which moments are computed. */
function canonical(value: string | null): string {
  if (value === null) return '';
  return /^\d{4}-\d{2}-\d{2}[T ]/.test(value) ? new Date(value).toISOString() : value;
}
