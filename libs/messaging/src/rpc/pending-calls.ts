import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { createInbox } from '@nats-io/transport-node';
import { ServiceError } from '../errors/service-error.js';
import { Turn } from './turn.js';

interface PendingCall {
  resolve: (reply: Msg) => void;
  reject: (error: ServiceError) => void;
  deadlineAtMs: number;
  subject: string;
}

const SWEEP_INTERVAL_MS = 25;
const NO_RESPONDERS = 503;

/**
 * The replies that are awaited: one inbox subscription for the whole process and one timer for all deadlines, because
 * a subscription, a timer and an Error per request cost more than the request itself.
 */
export class PendingCalls {
  private readonly calls = new Map<string, PendingCall>();
  private readonly turn = new Turn();
  private readonly inbox: string;
  private readonly inboxLength: number;
  private readonly subscription: Subscription;
  private readonly sweeper: NodeJS.Timeout;
  private counter = 0;

  constructor(nats: NatsConnection, service: string) {
    this.inbox = `${createInbox(`_INBOX.${service}`)}.`;
    this.inboxLength = this.inbox.length;
    this.subscription = nats.subscribe(`${this.inbox}*`, {
      callback: (error, message) => {
        if (!error) this.settle(message);
      },
    });
    this.sweeper = setInterval(() => this.sweep(), SWEEP_INTERVAL_MS);
    this.sweeper.unref();
  }

  get size(): number {
    return this.calls.size;
  }

  /** Registers a call; `send` gets the reply subject. Rejects with deadline_exceeded or unavailable. */
  expect(subject: string, deadlineAtMs: number, send: (reply: string) => void): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const key = (this.counter++).toString(36);
      this.calls.set(key, { resolve, reject, deadlineAtMs, subject });
      this.turn.atEnd(() => {
        try {
          send(this.inbox + key);
        } catch (error) {
          this.calls.delete(key);
          reject(unsendable(error));
        }
      });
    });
  }

  /** Fails everything that waits: after a disconnect its reply cannot come any more. */
  failAll(reason: string, message: string): void {
    const waiting = [...this.calls.values()];
    this.calls.clear();
    for (const call of waiting) call.reject(new ServiceError('unavailable', reason, message));
  }

  close(): void {
    clearInterval(this.sweeper);
    this.failAll('BUS_CLOSED', 'The process is stopping.');
    if (!this.subscription.isClosed()) this.subscription.unsubscribe();
  }

  private settle(message: Msg): void {
    const key = message.subject.slice(this.inboxLength);
    const call = this.calls.get(key);
    if (!call) return;
    this.calls.delete(key);
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      call.reject(new ServiceError('unavailable', 'NO_RESPONDER', `Nobody serves ${call.subject} now.`));
      return;
    }
    call.resolve(message);
  }

  private sweep(): void {
    if (this.calls.size === 0) return;
    const nowMs = Date.now();
    for (const [key, call] of this.calls) {
      if (call.deadlineAtMs > nowMs) continue;
      this.calls.delete(key);
      call.reject(new ServiceError('deadline_exceeded', 'NO_REPLY_IN_TIME', `${call.subject} did not answer in time.`));
    }
  }
}

function unsendable(error: unknown): ServiceError {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('max_payload')) {
    return new ServiceError('invalid_argument', 'REQUEST_TOO_LARGE', 'The request is larger than a message may be.');
  }
  return new ServiceError('unavailable', 'BUS_UNAVAILABLE', `The bus takes no messages now: ${message}`);
}
