import { addHours, compareInstant } from '@aftercare/domain';

/** A clock of a call as far as its rules need it. Instants are ISO 8601. */
export interface Clock {
  startedAt: string;
  /** Reason of a special that stands; null without one. */
  specialReason: string | null;
  /** When the call was resolved; null while the clock runs. */
  stoppedAt: string | null;
  /** The moment the term in force was over with the call unsolved; kept for ever. */
  breachedAt: string | null;
  /** The terms in hours for which the warning was told. */
  warnedHours: number[];
  /** When the 48 hours of a call without special were told to be over. */
  escalatedAt: string | null;
}

/** The terms of domain 14 in force. */
export interface ClockTerms {
  solveHours: number;
  specialHours: number;
  /** Share of the term after which is warned, 0 to 1. */
  warnShare: number;
}

/** Something that has to be told, with the moment it became true. */
export interface ClockMoment {
  kind: 'warning' | 'breach' | 'escalation';
  at: string;
}

/** the term in force, 24 hours or, in special cases, 48. */
export function termHours(clock: Clock, terms: ClockTerms): number {
  return clock.specialReason ? terms.specialHours : terms.solveHours;
}

/** when the call must be solved. */
export function dueAt(clock: Clock, terms: ClockTerms): string {
  return addHours(clock.startedAt, termHours(clock, terms));
}

/** when technician and manager are warned. */
export function warningAt(clock: Clock, terms: ClockTerms): string {
  return addHours(clock.startedAt, termHours(clock, terms) * terms.warnShare);
}

/**
 * what is still to be told of a running clock, in order: the warning of the term in force, the breach, and
 * without special the further escalation when the 48 hours are over. A stopped clock tells nothing more.
 */
function untold(clock: Clock, terms: ClockTerms): ClockMoment[] {
  if (clock.stoppedAt !== null) return [];
  const moments: ClockMoment[] = [];
  if (!clock.warnedHours.includes(termHours(clock, terms)) && clock.breachedAt === null) {
    moments.push({ kind: 'warning', at: warningAt(clock, terms) });
  }
  if (clock.breachedAt === null) moments.push({ kind: 'breach', at: dueAt(clock, terms) });
  if (clock.specialReason === null && clock.escalatedAt === null) {
    moments.push({ kind: 'escalation', at: addHours(clock.startedAt, terms.specialHours) });
  }
  return moments.sort((a, b) => compareInstant(a.at, b.at));
}

/** what became known up to now and was not told yet; also after a restart or when a refusal revives the clock. */
export function momentsToTell(clock: Clock, now: string, terms: ClockTerms): ClockMoment[] {
  return untold(clock, terms).filter(({ at }) => compareInstant(at, now) <= 0);
}

/** The next moment at which the clock must be looked at; null when it has nothing more to tell. */
export function nextMoment(clock: Clock, terms: ClockTerms): string | null {
  return untold(clock, terms)[0]?.at ?? null;
}

/** The clock after these moments were told: a breach is kept with its own moment, whenever it was told. */
export function afterTelling(clock: Clock, moments: ClockMoment[], terms: ClockTerms): Clock {
  const told = (kind: ClockMoment['kind']): ClockMoment | undefined => moments.find((moment) => moment.kind === kind);
  return {
    ...clock,
    warnedHours: told('warning') ? [...clock.warnedHours, termHours(clock, terms)] : clock.warnedHours,
    breachedAt: clock.breachedAt ?? told('breach')?.at ?? null,
    escalatedAt: clock.escalatedAt ?? told('escalation')?.at ?? null,
  };
}

/** the call counts as solved in time when its clock stopped before the due moment. */
export function isOnTime(clock: Clock, terms: ClockTerms): boolean {
  return clock.stoppedAt !== null && clock.breachedAt === null && compareInstant(clock.stoppedAt, dueAt(clock, terms)) < 0;
}

/** what the clocks of a call come to: how long the longest ran, up to now while it runs, and whether one was special. */
export function clocksTogether(clocks: readonly Pick<Clock, 'startedAt' | 'stoppedAt' | 'specialReason'>[], now: string): { seconds: number; special: boolean } {
  const seconds = clocks.map(({ startedAt, stoppedAt }) => Math.floor((Date.parse(stoppedAt ?? now) - Date.parse(startedAt)) / 1_000));
  return { seconds: Math.max(0, ...seconds), special: clocks.some(({ specialReason }) => specialReason !== null) };
}
