import type { DiscoveryService } from '@nestjs/core';
import { eventMap, type EventRoute } from '@aftercare/contracts';
import type { Registry } from 'prom-client';
import { DeadlineRunner } from './deadlines/deadline-runner.js';
import { discoverDeadlineListeners, type DeadlineListener } from './deadlines/on-deadline.js';
import type { Sql } from './events/announce.js';
import { DeadLetters } from './events/dead-letters.js';
import { EventStream } from './events/event-stream.js';
import { InboxConsumer } from './events/inbox-consumer.js';
import { Inbox, type RunInTransaction } from './events/inbox.js';
import { discoverEventListeners, type EventListener } from './events/on-event.js';
import { OutboxRelay } from './events/outbox-relay.js';
import { Reconciler } from './events/reconciler.js';
import { MessagingMetrics } from './metrics.js';
import type { Bus } from './rpc/bus.js';
import { TUNING_DEFAULT, type Tuning } from './tuning.js';

export interface MessagingOptions {
  service: string;
  bus: Bus;
  /** Statements outside of a business transaction; the service's data source. */
  sql: Sql;
  /** A transaction with the tenancy of the given caller, here always the system; whoever gives it calls `wake` when it told something. */
  runInTransaction: RunInTransaction;
  /** Found by @OnEvent and @OnDeadline, see `listenersOf`. */
  events?: readonly EventListener[];
  deadlines?: readonly DeadlineListener[];
  /** Who listens to which event; the contracts' map when absent. */
  routes?: Readonly<Record<string, EventRoute | undefined>>;
  registry?: Registry;
  tuning?: Partial<Tuning>;
}

/** The @OnEvent and @OnDeadline methods of an application, for MessagingOptions. */
export function listenersOf(discovery: DiscoveryService): { events: EventListener[]; deadlines: DeadlineListener[] } {
  return { events: discoverEventListeners(discovery), deadlines: discoverDeadlineListeners(discovery) };
}

/** The background half of a service's messaging: sends its events, hears the others', heals losses, fires deadlines. */
export class Messaging {
  readonly stream: EventStream;
  readonly relay: OutboxRelay;
  readonly inbox: Inbox;
  readonly deadLetters: DeadLetters;
  readonly consumer: InboxConsumer;
  readonly reconciler: Reconciler;
  readonly deadlines: DeadlineRunner;

  constructor(options: MessagingOptions) {
    const { service, bus, sql, runInTransaction } = options;
    const tuning = { ...TUNING_DEFAULT, ...options.tuning };
    const metrics = options.registry && new MessagingMetrics(options.registry, sql);
    this.inbox = new Inbox(service, sql, runInTransaction, options.events ?? []);
    this.stream = new EventStream(bus.connection, this.inbox.eventTypes, tuning);
    this.deadLetters = new DeadLetters(service, sql, runInTransaction, this.inbox);
    this.relay = new OutboxRelay(sql, this.stream, tuning);
    this.consumer = new InboxConsumer({
      service, tuning, inbox: this.inbox, stream: this.stream, deadLetters: this.deadLetters,
      onHandled: (result) => metrics?.eventHandled(result),
    });
    this.reconciler = new Reconciler({ service, sql, bus, tuning, stream: this.stream, routes: options.routes ?? eventMap });
    this.deadlines = new DeadlineRunner({
      service, sql, runInTransaction, tuning, listeners: options.deadlines ?? [],
      onHandled: (result) => metrics?.deadlineHandled(result),
    });
    this.stream.onRecreated(() => this.relay.wake());
  }

  start(): void {
    this.stream.start();
    this.relay.start();
    this.consumer.start();
    this.reconciler.start();
    this.deadlines.start();
  }

  /** Finishes what is in work; events not sent yet stay in the outbox. The connections stay open. */
  async stop(): Promise<void> {
    await Promise.all([this.consumer.stop(), this.deadlines.stop(), this.reconciler.stop()]);
    await Promise.all([this.relay.stop(), this.stream.stop()]);
  }

  /** Called after a commit that told an event. Deadlines are looked for every second and need no waking. */
  wake(): void {
    this.relay.wake();
  }
}
