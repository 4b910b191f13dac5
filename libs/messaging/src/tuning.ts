/** The times and sizes of the messaging library; specs shorten the times. */
export interface Tuning {
  /** Outbox and deadline rows are looked for this often, besides being woken after a commit. */
  pollMs: number;
  /** A relay that dies leaves its rows to the others after this time. */
  leaseMs: number;
  /** Events published at once. */
  relayBatchMax: number;
  /** The broker delivers again what was neither acknowledged nor reported as in work for this long. */
  ackWaitMs: number;
  /** Events handled at once in a process, over all its listeners. */
  handlersMax: number;
  /** Events that are handled together are handled this long apart. */
  togetherMs: number;
  /** Failures of one event before it becomes a dead letter. */
  attemptsMax: number;
  /** Pause after the first, second, … failure. */
  retryMs: readonly number[];
  /** The stream and its consumers are looked after this often. */
  streamCheckMs: number;
  /** The reconciler looks for unconfirmed events this often, */
  reconcileMs: number;
  /** asks for an event first when it was published this long ago, */
  confirmAfterMs: number;
  /** and then, doubling the pause, at the latest after this. */
  confirmPauseMaxMs: number;
  /** Events one question or one republishing is about. */
  reconcileBatchMax: number;
  /** Failures of one deadline before it is left as failed. */
  deadlineAttemptsMax: number;
}

export const TUNING_DEFAULT: Tuning = {
  pollMs: 1_000,
  leaseMs: 10_000,
  relayBatchMax: 200,
  ackWaitMs: 30_000,
  handlersMax: 3,
  togetherMs: 50,
  attemptsMax: 5,
  retryMs: [200, 1_000, 5_000, 15_000],
  streamCheckMs: 5_000,
  reconcileMs: 5_000,
  confirmAfterMs: 5_000,
  confirmPauseMaxMs: 60_000,
  reconcileBatchMax: 1_000,
  deadlineAttemptsMax: 8,
};
