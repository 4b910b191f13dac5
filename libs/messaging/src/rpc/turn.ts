/**
 * Holds what is to be sent until the event loop's turn ends, so that everything a turn brings leaves in one write:
 * under load the writes to the socket are the largest cost of a call. Alone, a message waits for nothing but the end of
 * the turn it was made in.
 */
export class Turn {
  private waiting: (() => void)[] = [];

  /** Sends at the end of this turn. `send` must not throw: nobody is left to hear it. */
  atEnd(send: () => void): void {
    this.waiting.push(send);
    if (this.waiting.length === 1) setImmediate(() => this.end());
  }

  /** Resolves when everything handed over before has been sent. */
  ended(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  private end(): void {
    const sending = this.waiting;
    this.waiting = [];
    for (const send of sending) send();
  }
}
