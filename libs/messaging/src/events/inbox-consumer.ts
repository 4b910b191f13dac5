import { Logger } from '@nestjs/common';
import type { JsMsg } from '@nats-io/jetstream';
import { isTemporary } from '../errors/service-error.js';
import { durableName } from '../rpc/subjects.js';
import type { Tuning } from '../tuning.js';
import type { DeadLetters } from './dead-letters.js';
import { EventReader } from './event-reader.js';
import type { EventStream } from './event-stream.js';
import type { Inbox, IncomingEvent } from './inbox.js';
import { Slots } from './slots.js';

export interface InboxConsumerOptions {
  service: string;
  inbox: Inbox;
  stream: EventStream;
  deadLetters: DeadLetters;
  tuning: Tuning;
  /** Told after each message, for metrics. */
  onHandled?: (result: { eventType: string; outcome: EventOutcome; seconds: number }) => void;
}

export type EventOutcome = 'handled' | 'repeated' | 'retried' | 'dead';

const FAILURES_KEPT_MAX = 10_000;

/** Hears the events: reads every consumer of this service and settles each message by what its handling came to. */
export class InboxConsumer {
  private readonly logger = new Logger('InboxConsumer');
  private readonly readers: EventReader[];
  private readonly failures = new Map<string, number>();

  constructor(private readonly options: InboxConsumerOptions) {
    const { inbox, stream, tuning } = options;
    const slots = new Slots(tuning.handlersMax);
    this.readers = inbox.eventTypes.map(
      (eventType) => new EventReader({
        eventType, stream, tuning, slots, together: inbox.takesTogether(eventType), handle: (messages) => this.handleAll(eventType, messages),
      }),
    );
    stream.onRecreated(() => this.readers.forEach((reader) => reader.restart()));
  }

  start(): void {
    for (const reader of this.readers) reader.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.stop()));
  }

  private async handleAll(eventType: string, messages: readonly JsMsg[]): Promise<void> {
    if (messages.length > 1 && (await this.settledTogether(eventType, messages))) return;
    for (const message of messages) await this.handle(eventType, message);
  }

  /** False when one of them is unreadable or their transaction failed: then each is settled by itself, and what is wrong is found there. */
  private async settledTogether(eventType: string, messages: readonly JsMsg[]): Promise<boolean> {
    const startedAt = performance.now();
    const { inbox, onHandled } = this.options;
    try {
      const events = messages.map((message) => inbox.decode(eventType, message.headers, message.data));
      const fresh = await inbox.applyTogether(events);
      const seconds = (performance.now() - startedAt) / 1_000;
      for (const [at, message] of messages.entries()) {
        message.ack();
        this.failures.delete(keyOf(events[at]));
        onHandled?.({ eventType, outcome: fresh[at] ? 'handled' : 'repeated', seconds });
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Never throws: whatever a message holds or a handler does, the next one is handled. */
  private async handle(eventType: string, message: JsMsg): Promise<void> {
    const startedAt = performance.now();
    let outcome: EventOutcome;
    try {
      outcome = await this.settle(eventType, message);
    } catch (error) {
      outcome = 'retried';
      this.logger.warn(`${eventType} could not be settled: ${messageOf(error)}`);
    }
    this.options.onHandled?.({ eventType, outcome, seconds: (performance.now() - startedAt) / 1_000 });
  }

  private async settle(eventType: string, message: JsMsg): Promise<EventOutcome> {
    let event: IncomingEvent;
    try {
      event = this.options.inbox.decode(eventType, message.headers, message.data);
    } catch (error) {
      return this.bury(eventType, message, { error, attempts: 1 });
    }
    const key = keyOf(event);
    try {
      const fresh = await this.options.inbox.apply(event);
      message.ack();
      this.failures.delete(key);
      return fresh ? 'handled' : 'repeated';
    } catch (error) {
      const attempts = this.countFailure(key, error);
      if (attempts < this.options.tuning.attemptsMax) return this.retry(eventType, message, { error, attempts });
      this.failures.delete(key);
      return this.bury(eventType, message, { error, attempts });
    }
  }

  /** A database that is away is not the event's fault: it is tried again as long as that lasts. */
  private countFailure(key: string, error: unknown): number {
    const known = this.failures.get(key) ?? 0;
    if (isTemporary(error)) return known;
    if (this.failures.size >= FAILURES_KEPT_MAX) this.failures.clear();
    this.failures.set(key, known + 1);
    return known + 1;
  }

  private retry(eventType: string, message: JsMsg, failure: { error: unknown; attempts: number }): EventOutcome {
    const { retryMs } = this.options.tuning;
    const pauseMs = retryMs[Math.min(Math.max(failure.attempts, 1), retryMs.length) - 1];
    this.logger.warn(`${eventType} failed (${failure.attempts}), again in ${pauseMs} ms: ${messageOf(failure.error)}`);
    message.nak(pauseMs);
    return 'retried';
  }

  /** Keeps the message as a dead letter, then ends its delivery; when it cannot be kept it comes again. */
  private async bury(eventType: string, message: JsMsg, failure: { error: unknown; attempts: number }): Promise<EventOutcome> {
    const consumer = durableName(this.options.service, eventType);
    try {
      await this.options.deadLetters.keep({ consumer, message, ...failure });
    } catch (error) {
      message.nak(this.options.tuning.retryMs.at(-1));
      throw error;
    }
    this.logger.error(`${eventType} is a dead letter: ${messageOf(failure.error)}`);
    // Without a reason: nats-server 2.9 does not know that form and would deliver the message again.
    message.term();
    return 'dead';
  }
}

const keyOf = ({ eventType, meta }: IncomingEvent): string => `${eventType} ${meta.eventId}`;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
