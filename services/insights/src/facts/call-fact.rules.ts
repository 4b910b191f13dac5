import { addDays, businessDate, compareInstant } from '@aftercare/domain';

/** What is known of a call; each event adds its part, in whatever order they come (D-4). */
export interface CallFact {
  callId: string;
  /** The dealer the newest event names: a re-routed call is a figure of the dealer who has it. */
  dealerId: string;
  unitId: string | null;
  regionCode: string;
  family: string;
  /** When the first dealer was told; null until that event is here. */
  receivedAt: string | null;
  /** Its local date. */
  receivedOn: string | null;
  /** Version of the newest routing heard; −1 before. */
  routedVersion: number;
  outcome: 'open' | 'resolved' | 'cancelled';
  /** Version of the newest outcome heard; −1 before. */
  outcomeVersion: number;
  /** Start of the clock that runs or ran last, when it is not the first. */
  openSince: string | null;
  resolvedAt: string | null;
  /** How long the longest clock of the solved call ran; null where that was not told. */
  clockSeconds: number | null;
  firstVisit: boolean;
  special: boolean;
  reopened: boolean;
  technicianUserId: string | null;
  /** D-4: a repeat call; follows from the other calls on the unit. */
  repeated: boolean;
  /** Its number; empty until the routing is here. */
  number: string;
}

/** A dealer was told of the call. */
export interface Routing {
  number: string;
  dealerId: string;
  unitId: string | null;
  regionCode: string;
  family: string;
  receivedAt: string;
  receivedOn: string;
  version: number;
}

/** The call was solved, must be solved again, or was cancelled. */
export interface Outcome {
  dealerId: string;
  outcome: CallFact['outcome'];
  version: number;
  openSince?: string;
  resolvedAt?: string;
  clockSeconds?: number;
  firstVisit?: boolean;
  special?: boolean;
  reopened?: boolean;
  technicianUserId?: string | null;
}

const REPEAT_DAYS = 30;

/** A call of which nothing is known yet but that it is there. */
export function unknownCall(callId: string, dealerId: string): CallFact {
  return {
    callId, dealerId, unitId: null, regionCode: '', family: '', receivedAt: null, receivedOn: null, routedVersion: -1,
    outcome: 'open', outcomeVersion: -1, openSince: null, resolvedAt: null, clockSeconds: null, firstVisit: false, special: false,
    reopened: false, technicianUserId: null, repeated: false, number: '',
  };
}

/** The call after a routing was heard: the newest counts, an older or repeated one changes nothing. */
export function withRouting(fact: CallFact, routing: Routing): CallFact {
  if (routing.version <= fact.routedVersion) return fact;
  const { version, dealerId, ...told } = routing;
  return { ...fact, ...told, routedVersion: version, dealerId: version >= fact.outcomeVersion ? dealerId : fact.dealerId };
}

/** The call after an outcome was heard: the newest counts. */
export function withOutcome(fact: CallFact, told: Outcome): CallFact {
  if (told.version <= fact.outcomeVersion) return fact;
  const solved = told.outcome === 'resolved';
  return {
    ...fact,
    dealerId: told.version > fact.routedVersion && told.dealerId ? told.dealerId : fact.dealerId,
    outcome: told.outcome,
    outcomeVersion: told.version,
    openSince: told.openSince ?? null,
    resolvedAt: solved ? (told.resolvedAt ?? null) : null,
    clockSeconds: solved ? (told.clockSeconds ?? null) : null,
    firstVisit: solved && (told.firstVisit ?? false),
    special: solved && (told.special ?? false),
    reopened: told.reopened ?? false,
    technicianUserId: solved ? (told.technicianUserId ?? null) : null,
  };
}

/** How long a solved call took; told before clocks were, the whole time counts. */
function secondsTaken({ clockSeconds, resolvedAt, receivedAt }: CallFact): number {
  if (clockSeconds !== null) return clockSeconds;
  return resolvedAt === null || receivedAt === null ? Infinity : (Date.parse(resolvedAt) - Date.parse(receivedAt)) / 1_000;
}

/** What a call counts on one day of one dealer, region and family. */
export interface DayCounts {
  calls: number;
  cancelled: number;
  resolved: number;
  within24: number;
  within48: number;
  special: number;
  firstVisit: number;
  repeated: number;
}

/** The row of the day figures that a call counts in. */
export interface DayKey {
  dealerId: string;
  day: string;
  regionCode: string;
  family: string;
}

const HOUR_S = 3_600;

/** D-4: what a call adds to the figures of the day its dealer was told; null until that is known. */
export function contribution(fact: CallFact): { key: DayKey; counts: DayCounts } | null {
  if (fact.receivedOn === null) return null;
  const solved = fact.outcome === 'resolved';
  const within = (hours: number): number => Number(solved && secondsTaken(fact) < hours * HOUR_S);
  return {
    key: { dealerId: fact.dealerId, day: fact.receivedOn, regionCode: fact.regionCode, family: fact.family },
    counts: {
      calls: 1,
      cancelled: Number(fact.outcome === 'cancelled'),
      resolved: Number(solved),
      within24: within(24),
      within48: within(48),
      special: Number(fact.special),
      firstVisit: Number(solved && fact.firstVisit && !fact.reopened),
      repeated: Number(fact.repeated && fact.outcome !== 'cancelled'),
    },
  };
}

/** D-4: what changes in the day figures when a call changes: the old counts go, the new ones come. */
export function change(before: CallFact | null, after: CallFact): { key: DayKey; counts: DayCounts }[] {
  const gone = before && contribution(before);
  const come = contribution(after);
  if (gone && come && JSON.stringify(gone) === JSON.stringify(come)) return [];
  return [...(gone ? [{ key: gone.key, counts: negative(gone.counts) }] : []), ...(come ? [come] : [])];
}

/** D-4: what the figures of the days become by calls that changed together: one row per day, dealer, region and family, in order. */
export function dayChanges(changed: readonly (readonly [before: CallFact | null, after: CallFact])[]): { key: DayKey; counts: DayCounts }[] {
  const days = new Map<string, { key: DayKey; counts: DayCounts }>();
  for (const { key, counts } of changed.flatMap(([before, after]) => change(before, after))) {
    const name = JSON.stringify(key);
    days.set(name, { key, counts: sum(days.get(name)?.counts, counts) });
  }
  const left = [...days].filter(([, { counts }]) => Object.values(counts).some((value) => value !== 0));
  return left.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);
}

function sum(to: DayCounts | undefined, counts: DayCounts): DayCounts {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, value + (to?.[name as keyof DayCounts] ?? 0)])) as unknown as DayCounts;
}

function negative(counts: DayCounts): DayCounts {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, value === 0 ? 0 : -value])) as unknown as DayCounts;
}

/**
 * D-4, R-2: the repeat calls among the calls on one unit: reopened ones, and those received within 30 days after an earlier one
 * was solved. The day of solving is not counted, the last day is (W-1).
 */
export function repeatCalls(calls: readonly CallFact[]): Set<string> {
  const solved = calls.filter(({ outcome }) => outcome === 'resolved');
  const repeated = calls.filter((call) => call.reopened || solved.some((earlier) => follows(call, earlier)));
  return new Set(repeated.map(({ callId }) => callId));
}

/** D-4, R-2: the calls, each marked where it is a repeat call; calls of which no unit is known stand alone. */
export function withRepeats(calls: readonly CallFact[]): CallFact[] {
  const byUnit = new Map<string, CallFact[]>();
  for (const call of calls) {
    const unit = call.unitId ?? `none ${call.callId}`;
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), call]);
  }
  return [...byUnit.values()].flatMap((onUnit) => {
    const repeated = repeatCalls(onUnit);
    return onUnit.map((call) => ({ ...call, repeated: repeated.has(call.callId) }));
  });
}

function follows(call: CallFact, earlier: CallFact): boolean {
  if (call.callId === earlier.callId || call.receivedAt === null || call.receivedOn === null) return false;
  if (earlier.outcome !== 'resolved' || earlier.resolvedAt === null) return false;
  return compareInstant(earlier.resolvedAt, call.receivedAt) <= 0
    && call.receivedOn <= addDays(businessDate(earlier.resolvedAt), REPEAT_DAYS);
}
