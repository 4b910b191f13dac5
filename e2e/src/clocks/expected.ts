/** An event of a call's history, its moment in ms. */
export interface HistoryEvent {
  at: number;
  action: string;
  toState: string;
}

/** Something that has to be told of a call, with the moment it became true. */
export interface Moment {
  kind: 'warning' | 'breach' | 'escalation';
  at: number;
}

interface Running {
  started: number;
  special: boolean;
  stopped: boolean;
  warned: number[];
  breach: number | null;
  escalated: boolean;
}

const HOUR_MS = 3_600_000;
const [TERM, SPECIAL_TERM, WARN] = [24, 48, 0.75];

/**
 * once more, from the history alone and without the code of repairs: all that must have been told up to `now`, and the breach
 * of each clock. What became true before an event counts under the term that held until then.
 */
export function expectedOf(history: readonly HistoryEvent[], now: number): { moments: Moment[]; breaches: (number | null)[] } {
  const moments: Moment[] = [];
  const clocks: Running[] = [];
  for (const event of history) {
    moments.push(...passed(clocks.at(-1), event.at));
    happen(clocks, event);
  }
  moments.push(...passed(clocks.at(-1), now));
  return { moments, breaches: clocks.map(({ breach }) => breach) };
}

function happen(clocks: Running[], { at, action, toState }: HistoryEvent): void {
  const clock = clocks.at(-1);
  if (!clock || action === 'reopen') {
    if (toState === 'received' || action === 'reopen') clocks.push({ started: at, special: false, stopped: false, warned: [], breach: null, escalated: false });
    return;
  }
  if (action === 'extend') clock.special = true;
  if (action === 'strike-special') clock.special = false;
  if (toState === 'resolved' || toState === 'cancelled') clock.stopped = true;
  if (action === 'refuse') clock.stopped = false;
}

/** What became true of a clock up to a moment, each thing once. */
function passed(clock: Running | undefined, now: number): Moment[] {
  if (!clock || clock.stopped) return [];
  const term = clock.special ? SPECIAL_TERM : TERM;
  const [warning, breach, escalation] = [WARN * term, term, SPECIAL_TERM].map((hours) => clock.started + hours * HOUR_MS) as [number, number, number];
  const told: Moment[] = [];
  if (clock.breach === null && !clock.warned.includes(term) && warning <= now) {
    clock.warned.push(term);
    told.push({ kind: 'warning', at: warning });
  }
  if (clock.breach === null && breach <= now) {
    clock.breach = breach;
    told.push({ kind: 'breach', at: breach });
  }
  if (!clock.special && !clock.escalated && escalation <= now) {
    clock.escalated = true;
    told.push({ kind: 'escalation', at: escalation });
  }
  return told;
}
