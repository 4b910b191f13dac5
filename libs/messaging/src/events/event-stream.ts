import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { AckPolicy, DeliverPolicy, JetStreamApiCodes, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { jetstream, jetstreamManager, type Consumer, type JetStreamManager } from '@nats-io/jetstream';
import { headers as newHeaders, nanos } from '@nats-io/transport-node';
import { HEADER, printable } from '../caller/headers.js';
import { Repeater } from '../repeater.js';
import type { BusConnection } from '../rpc/connection.js';
import { durableName, eventSubject } from '../rpc/subjects.js';
import type { Tuning } from '../tuning.js';

/** An event as it goes to the broker. */
export interface OutgoingEvent {
  id: string;
  eventType: string;
  payload: string;
  occurredAt: string;
  requestId: string;
  traceparent: string;
}

const STREAM_NAME = 'EVENTS';
const RETENTION_MS = 7 * 24 * 3_600_000;
const DUPLICATE_WINDOW_MS = 60_000;
const PUBLISH_TIMEOUT_MS = 2_000;
/** Short, because a question asked while the broker restarts is lost and holds everything up until it times out. */
const API_TIMEOUT_MS = 2_000;
const SETTLE_MS = 1_000;
const STORE_FAILED = 10_077;
const STORE_FAILS_MAX_MS = 5_000;
const ACK_PENDING_MAX = 256;

/**
 * The stream of all events and this service's consumers on it. The broker may lose both at any time, so they are made
 * again on every connect and whenever they are found missing; `onRecreated` then lets the reconciler send again what
 * was lost with them.
 */
export class EventStream {
  private readonly logger = new Logger('EventStream');
  private readonly keeper: Repeater;
  private readonly consumers = new Map<string, Consumer>();
  private readonly recreatedListeners: (() => void)[] = [];
  private manager: JetStreamManager | undefined;
  private createdAt: string | undefined;
  private consumersMissing = true;
  private storeFailsSinceMs: number | undefined;
  readonly name: string;

  /** @param eventTypes what this service listens to; each gets one durable consumer of its own */
  constructor(
    private readonly connection: BusConnection,
    private readonly eventTypes: readonly string[],
    private readonly tuning: Tuning,
  ) {
    this.name = connection.namespace ? `${STREAM_NAME}_${connection.namespace}` : STREAM_NAME;
    this.keeper = new Repeater('EventStream', tuning.streamCheckMs, async () => {
      if (connection.connected) await this.ensure();
      return false;
    });
    connection.onConnect(() => this.suspectLoss());
  }

  start(): void {
    this.keeper.start();
  }

  async stop(): Promise<void> {
    await this.keeper.stop();
  }

  /** Called each time the stream turns out to be a new one, and once after the start. */
  onRecreated(listener: () => void): void {
    this.recreatedListeners.push(listener);
  }

  /** Something a reader or the relay needs is gone: look and make it again now. */
  suspectLoss(): void {
    this.consumersMissing = true;
    this.keeper.wake();
  }

  /** This service's consumer of an event; undefined until the broker has it. */
  consumer(eventType: string): Consumer | undefined {
    return this.consumers.get(eventType);
  }

  /** True when the broker holds the stream and the consumers, as far as is known. */
  get isReady(): boolean {
    return this.connection.connected && this.createdAt !== undefined && !this.consumersMissing;
  }

  /**
   * Sends an event and waits until the broker has stored it. False when the broker held it already: the same id is
   * stored once within the window.
   */
  async publish(event: OutgoingEvent): Promise<boolean> {
    const headers = newHeaders();
    headers.set(HEADER.eventId, event.id);
    headers.set(HEADER.occurredAt, event.occurredAt);
    headers.set(HEADER.requestId, printable(event.requestId));
    if (event.traceparent) headers.set(HEADER.traceparent, printable(event.traceparent));
    const subject = this.connection.subject(eventSubject({ typeName: event.eventType }));
    const options = { msgID: event.id, headers, timeout: PUBLISH_TIMEOUT_MS, expect: { streamName: this.name } };
    try {
      const stored = await jetstream(this.connection.nats).publish(subject, event.payload, options);
      this.storeFailsSinceMs = undefined;
      return !stored.duplicate;
    } catch (error) {
      if (isApiError(error, STORE_FAILED)) this.storeFailsSinceMs ??= Date.now();
      throw error;
    }
  }

  /** Messages of an event that a listener has not finished; 0 when the broker does not know the listener. */
  async backlogOf(listener: string, eventType: string): Promise<number> {
    try {
      const info = await this.jsm().then((jsm) => jsm.consumers.info(this.name, durableName(listener, eventType)));
      return info.num_pending + info.num_ack_pending;
    } catch (error) {
      if (isApiError(error, JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound)) return 0;
      throw error;
    }
  }

  private async jsm(): Promise<JetStreamManager> {
    this.manager ??= await jetstreamManager(this.connection.nats, { checkAPI: false, timeout: API_TIMEOUT_MS });
    return this.manager;
  }

  private async ensure(): Promise<void> {
    await this.dropBrokenStream();
    const createdAt = await this.ensureStream();
    const isNew = createdAt !== this.createdAt;
    if (isNew || this.consumersMissing) {
      this.consumersMissing = false;
      try {
        for (const eventType of this.eventTypes) await this.ensureConsumer(eventType);
      } catch (error) {
        this.consumersMissing = true;
        throw error;
      }
    }
    if (!isNew) return;
    if (this.createdAt !== undefined) this.logger.warn(`stream ${this.name} was lost and is a new one`);
    this.createdAt = createdAt;
    for (const listener of this.recreatedListeners) listener();
  }

  /** When the stream was created, by which a new one is told from the old. */
  private async ensureStream(): Promise<string> {
    const jsm = await this.jsm();
    const known = await this.findStream();
    if (known) return known;
    if (this.createdAt !== undefined) {
      // nats-server 2.9 removes a deleted stream's folder in the background, and with it what a new stream puts there.
      await sleep(SETTLE_MS);
      const others = await this.findStream();
      if (others) return others;
    }
    const info = await jsm.streams.add({
      name: this.name,
      subjects: [this.connection.subject('evt.>')],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      max_age: nanos(RETENTION_MS),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    });
    return info.created;
  }

  private async findStream(): Promise<string | undefined> {
    try {
      return (await (await this.jsm()).streams.info(this.name)).created;
    } catch (error) {
      if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return undefined;
      throw error;
    }
  }

  /** A stream whose files are gone takes nothing any more; a new one does, and the outbox has everything it held. */
  private async dropBrokenStream(): Promise<void> {
    if (this.storeFailsSinceMs === undefined || Date.now() - this.storeFailsSinceMs < STORE_FAILS_MAX_MS) return;
    this.storeFailsSinceMs = undefined;
    this.logger.warn(`stream ${this.name} cannot store anything and is replaced`);
    await (await this.jsm()).streams.delete(this.name);
  }

  /**
   * The broker's own limit of deliveries stays off: a database that is down for a minute would use it up, and what is
   * behind the limit is never delivered again. The inbox counts the failures that are the event's own.
   */
  private async ensureConsumer(eventType: string): Promise<void> {
    const jsm = await this.jsm();
    const info = await jsm.consumers.add(this.name, {
      durable_name: durableName(this.connection.service, eventType),
      filter_subject: this.connection.subject(eventSubject({ typeName: eventType })),
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.tuning.ackWaitMs),
      max_deliver: -1,
      max_ack_pending: ACK_PENDING_MAX,
    });
    this.consumers.set(eventType, jetstream(this.connection.nats).consumers.getConsumerFromInfo(info));
  }
}

function isApiError(error: unknown, ...codes: number[]): boolean {
  return error instanceof JetStreamApiError && codes.includes(error.code);
}
