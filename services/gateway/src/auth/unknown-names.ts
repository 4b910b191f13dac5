import { waitAfterFailures } from './lockout.rules.js';

const NAMES_MAX = 10_000;

interface Failures {
  count: number;
  lockedUntilMs: number;
}

/**
 * Wrong passwords of names that no account has, counted as an account counts its own: whoever guesses cannot tell by the lock which
 * names exist. Kept in memory only, and of more names than it holds the oldest are forgotten.
 */
export class UnknownNames {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly nowMs: () => number = Date.now) {}

  /** Seconds until the name may be tried again, 0 when it may be now. */
  waitSeconds(username: string): number {
    const lockedUntilMs = this.failures.get(username.toLowerCase())?.lockedUntilMs ?? 0;
    return Math.max(0, Math.ceil((lockedUntilMs - this.nowMs()) / 1_000));
  }

  /** Counts a failure; answers the seconds for which the name is closed by it. */
  failed(username: string): number {
    const name = username.toLowerCase();
    const count = (this.failures.get(name)?.count ?? 0) + 1;
    const waitSeconds = waitAfterFailures(count);
    this.failures.delete(name);
    if (this.failures.size >= NAMES_MAX) this.failures.delete(this.failures.keys().next().value ?? '');
    this.failures.set(name, { count, lockedUntilMs: waitSeconds > 0 ? this.nowMs() + waitSeconds * 1_000 : 0 });
    return waitSeconds;
  }
}
