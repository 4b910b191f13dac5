import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { Repeater } from '../repeater.js';
import type { Tuning } from '../tuning.js';
import type { EventStream } from './event-stream.js';
import type { Slots } from './slots.js';

export interface EventReaderOptions {
  eventType: string;
  stream: EventStream;
  tuning: Tuning;
  /** Shared by all readers of the process, so that events leave database connections for requests. */
  slots: Slots;
  /** Whether what waits is handled at once. */
  together: boolean;
  /** Settles the messages itself: ack, nak or term. */
  handle: (messages: readonly JsMsg[]) => Promise<void>;
}

const HELD_MAX = 16;
/** Where what waits is handled at once more of it may wait. */
const HELD_TOGETHER_MAX = 64;
const FETCH_EXPIRES_MS = 5_000;
const FETCH_HEARTBEAT_MS = 1_000;
const FETCH_OVERDUE_MS = 2_000;
const NOT_READY_PAUSE_MS = 100;
const STOP_MS = 5_000;

/**
 * Reads one event's consumer and handles its messages one after the other, or those that wait together. While they wait or are in work the broker is
 * told so, else a slow handler would have them delivered to somebody else meanwhile.
 */
export class EventReader {
  private readonly repeater: Repeater;
  private readonly queue: JsMsg[] = [];
  private inWork: readonly JsMsg[] = [];
  private working: Promise<void> | undefined;
  private roomMade: (() => void) | undefined;
  private fetched: ConsumerMessages | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly heldMax: number;
  private nextTogetherAtMs = 0;

  constructor(private readonly options: EventReaderOptions) {
    this.heldMax = options.together ? HELD_TOGETHER_MAX : HELD_MAX;
    this.repeater = new Repeater('EventReader', NOT_READY_PAUSE_MS, () => this.fetch());
  }

  start(): void {
    this.heartbeat = setInterval(() => this.reportWork(), Math.max(50, this.options.tuning.ackWaitMs / 3));
    this.heartbeat.unref();
    this.repeater.start();
  }

  /** Finishes the messages in work and gives the waiting ones back. */
  async stop(): Promise<void> {
    const stopped = this.repeater.stop();
    this.fetched?.stop();
    this.roomMade?.();
    for (const message of this.queue.splice(0)) message.nak();
    await stopped;
    await Promise.race([this.working, sleep(STOP_MS, undefined, { ref: false })]);
    clearInterval(this.heartbeat);
  }

  /** A connect or a new stream made the running request worthless; ask again. */
  restart(): void {
    this.fetched?.stop();
  }

  private async fetch(): Promise<boolean> {
    const { stream, eventType } = this.options;
    const consumer = stream.consumer(eventType);
    if (!consumer || !stream.isReady) return false;
    if (this.queue.length > this.heldMax / 2) await new Promise<void>((resolve) => (this.roomMade = resolve));
    if (this.repeater.isStopped) return false;
    try {
      await this.fetchOnce(consumer);
    } catch (error) {
      stream.suspectLoss();
      throw error;
    }
    return true;
  }

  private async fetchOnce(consumer: Consumer): Promise<void> {
    const messages = await consumer.fetch({
      max_messages: this.heldMax - this.queue.length,
      expires: FETCH_EXPIRES_MS,
      idle_heartbeat: FETCH_HEARTBEAT_MS,
      bind: true,
    });
    this.fetched = messages;
    const overdue = setTimeout(() => messages.stop(), FETCH_EXPIRES_MS + FETCH_OVERDUE_MS);
    try {
      for await (const message of messages) this.take(message);
    } finally {
      clearTimeout(overdue);
      this.fetched = undefined;
    }
  }

  private take(message: JsMsg): void {
    if (this.repeater.isStopped) {
      message.nak();
      return;
    }
    this.queue.push(message);
    this.working ??= this.work();
  }

  private async work(): Promise<void> {
    const { together, slots, handle } = this.options;
    while (this.queue.length > 0) {
      await this.gather();
      // What comes while a slot is waited for is handled as well.
      await slots.run(() => {
        this.inWork = this.queue.splice(0, together ? this.heldMax : 1);
        return handle(this.inWork);
      });
      this.inWork = [];
      if (this.queue.length <= this.heldMax / 2) this.roomMade?.();
    }
    this.working = undefined;
  }

  /** An event that comes alone is handled at once; while many come, each time lets some more come than the last one left. */
  private async gather(): Promise<void> {
    const { together, tuning } = this.options;
    if (!together) return;
    const pauseMs = this.nextTogetherAtMs - Date.now();
    if (pauseMs > 0 && this.queue.length <= this.heldMax / 2 && !this.repeater.isStopped) await sleep(pauseMs);
    this.nextTogetherAtMs = Date.now() + tuning.togetherMs;
  }

  private reportWork(): void {
    for (const message of [...this.inWork, ...this.queue]) message.working();
  }
}
