import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { isId } from '@aftercare/domain';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { EntityManager } from 'typeorm';
import { runInContext, systemContext, type CallContext } from '../caller/call-context.js';
import { HEADER } from '../caller/headers.js';
import { ServiceError } from '../errors/service-error.js';
import { prepared } from '../prepared.js';
import { decodeBody } from '../rpc/bus-server.js';
import { durableName } from '../rpc/subjects.js';
import { traced } from '../tracing.js';
import type { Sql } from './announce.js';
import type { EventListener, EventMeta } from './on-event.js';

/** Opens a transaction with the caller's tenancy, given by the service library. */
export type RunInTransaction = <T>(ctx: CallContext, work: (em: EntityManager) => Promise<T>) => Promise<T>;

/** A message of the stream in readable form. */
export interface IncomingEvent {
  eventType: string;
  payload: MessageShape<DescMessage>;
  meta: EventMeta;
}

const INSERT_INBOX = prepared('inbox_insert', `insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning event_id`);

const INSERT_TOGETHER = prepared('inbox_insert_many', `insert into inbox (consumer, event_id) select $1, id from unnest($2::uuid[]) as heard (id)
  on conflict do nothing returning event_id`);

const FIND_MISSING = prepared('inbox_missing', `select asked.id from unnest($2::uuid[]) as asked (id)
  where not exists (select from inbox where consumer = $1 and event_id = asked.id)
    and not exists (select from dead_letter where consumer = $1 and event_id = asked.id)`);

const ASKED_MAX = 1_000;

/** What this service listens to, and which events have had their effect. */
export class Inbox {
  private readonly listenersOf = new Map<string, EventListener[]>();

  constructor(
    private readonly service: string,
    private readonly sql: Sql,
    private readonly runInTransaction: RunInTransaction,
    listeners: readonly EventListener[],
  ) {
    for (const listener of listeners) {
      const { typeName } = listener.schema;
      this.listenersOf.set(typeName, [...(this.listenersOf.get(typeName) ?? []), listener]);
    }
  }

  /** The events this service listens to, fully qualified. */
  get eventTypes(): string[] {
    return [...this.listenersOf.keys()];
  }

  /** Reads a message; throws invalid_argument when anything the library needs is missing or wrong. */
  decode(eventType: string, headers: MsgHdrs | undefined, data: Uint8Array): IncomingEvent {
    const eventId = headers?.get(HEADER.eventId) ?? '';
    const occurredAt = headers?.get(HEADER.occurredAt) ?? '';
    if (!isId(eventId)) throw unreadable('it carries no event id');
    if (!occurredAt || Number.isNaN(Date.parse(occurredAt))) throw unreadable('it does not say when it occurred');
    const [{ schema }] = this.listenersFor(eventType);
    const ctx = systemContext(this.service, {
      requestId: headers?.get(HEADER.requestId),
      traceparent: headers?.get(HEADER.traceparent),
    });
    const payload = decodeBody(schema, data) as MessageShape<DescMessage>;
    return { eventType, payload, meta: { eventId, occurredAt, ctx } };
  }

  /** Lets the listeners act on an event, once: inbox key and effect commit together. False when they had acted before. */
  apply(event: IncomingEvent): Promise<boolean> {
    const { ctx } = event.meta;
    return traced({ name: `hear ${event.eventType}`, kind: 'consumer', traceparent: ctx.traceparent }, (traceparent) => {
      const meta = { ...event.meta, ctx: { ...ctx, traceparent } };
      return runInContext(meta.ctx, () => this.runInTransaction(meta.ctx, (em) => this.applyIn(em, { ...event, meta })));
    });
  }

  /** As `apply`, in a transaction that is open already. */
  async applyIn(em: EntityManager, event: IncomingEvent): Promise<boolean> {
    const { eventType, payload, meta } = event;
    const inserted = await em.query<unknown[]>(INSERT_INBOX, [durableName(this.service, eventType), meta.eventId]);
    if (inserted.length === 0) return false;
    for (const listener of this.listenersFor(eventType)) await listener.handle(payload, em, meta);
    return true;
  }

  /** Whether everything that listens to this event takes several at once. */
  takesTogether(eventType: string): boolean {
    return this.listenersFor(eventType).every(({ handleTogether }) => handleTogether !== undefined);
  }

  /** As `apply` for events of one type, in one transaction; answers for each whether it was acted on now. */
  applyTogether(events: readonly IncomingEvent[]): Promise<boolean[]> {
    const [{ eventType, meta }] = events;
    return traced({ name: `hear ${eventType}`, kind: 'consumer', traceparent: meta.ctx.traceparent }, (traceparent) => {
      const ctx = systemContext(this.service, { traceparent });
      return runInContext(ctx, () => this.runInTransaction(ctx, (em) => this.applyTogetherIn(em, eventType, events)));
    });
  }

  private async applyTogetherIn(em: EntityManager, eventType: string, events: readonly IncomingEvent[]): Promise<boolean[]> {
    const ids = events.map(({ meta }) => meta.eventId);
    const inserted = await em.query<{ event_id: string }[]>(INSERT_TOGETHER, [durableName(this.service, eventType), ids]);
    const left = new Set(inserted.map(({ event_id: id }) => id));
    // An event that came twice among these is left once.
    const fresh = events.map(({ meta }) => left.delete(meta.eventId));
    const heard = events.filter((_event, at) => fresh[at]).map(({ payload, meta }) => ({ event: payload, meta }));
    if (heard.length > 0) for (const listener of this.listenersFor(eventType)) await listener.handleTogether?.(heard, em);
    return fresh;
  }

  /**
   * Which of these events this service has neither handled nor dead-lettered; answers OperationsService.MissingEvents.
   * Errors: NOT_A_LISTENER, TOO_MANY_IDS (more than 1 000), INVALID_FIELD.
   */
  async missing(eventType: string, eventIds: readonly string[]): Promise<string[]> {
    if (!this.listenersOf.has(eventType)) {
      throw new ServiceError('failed_precondition', 'NOT_A_LISTENER', `${this.service} does not listen to ${eventType}.`);
    }
    if (eventIds.length > ASKED_MAX) throw new ServiceError('invalid_argument', 'TOO_MANY_IDS', `Ask for at most ${ASKED_MAX} events.`);
    if (!eventIds.every(isId)) throw new ServiceError('invalid_argument', 'INVALID_FIELD', 'An event id is no UUID.', { field: 'eventIds' });
    const rows = await this.sql.query<{ id: string }[]>(FIND_MISSING, [durableName(this.service, eventType), eventIds]);
    return rows.map((row) => row.id);
  }

  private listenersFor(eventType: string): EventListener[] {
    const listeners = this.listenersOf.get(eventType);
    if (!listeners) throw new ServiceError('failed_precondition', 'NOT_A_LISTENER', `Nothing here listens to ${eventType}.`);
    return listeners;
  }
}

function unreadable(why: string): ServiceError {
  return new ServiceError('invalid_argument', 'MALFORMED_MESSAGE', `This is no event: ${why}.`);
}
