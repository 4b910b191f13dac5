/** What the clients of a campaign met, besides the acknowledgements in their log. */
export class Tally {
  /** Commands and reads that were answered with success. */
  answered = 0;
  /** Attempts that failed for the moment and were made again under the same key. */
  retries = 0;
  /** Answers that no fault excuses: refusals of what the rules allow, acknowledged documents that cannot be read. */
  readonly surprises: string[] = [];
  private readonly reasons = new Map<string, number>();
  private readonly deeds = new Map<string, number>();

  /** Something whole was done, by its kind. */
  did(what: string, times = 1): void {
    this.deeds.set(what, (this.deeds.get(what) ?? 0) + times);
  }

  get done(): Record<string, number> {
    return Object.fromEntries(this.deeds);
  }

  retried(reason: string): void {
    this.retries += 1;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  surprised(what: string): void {
    this.surprises.push(what);
  }

  /** Why attempts were made again, most frequent first. */
  get retryReasons(): Record<string, number> {
    return Object.fromEntries([...this.reasons].sort(([, a], [, b]) => b - a));
  }
}
