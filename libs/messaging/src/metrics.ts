import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EventOutcome } from './events/inbox-consumer.js';
import type { Sql } from './events/announce.js';

const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

const UNCONFIRMED = `select count(*)::float8 as value from outbox where published_at is not null and confirmed_at is null`;
const OVERDUE = `select coalesce(extract(epoch from business_now() - min(due_at)), 0)::float8 as value
  from deadline where fired_at is null and failed_at is null and due_at <= business_now()`;
const FAILED = `select count(*)::float8 as value from deadline where failed_at is not null`;

/** What Prometheus reads of events and deadlines. */
export class MessagingMetrics {
  private readonly events: Histogram<'event' | 'outcome'>;
  private readonly deadlines: Counter<'kind' | 'outcome'>;

  constructor(registry: Registry, sql: Sql) {
    const registers = [registry];
    this.events = new Histogram({
      name: 'aftercare_event_seconds',
      help: 'Time to handle an event, by what it came to: handled, repeated, retried or dead',
      labelNames: ['event', 'outcome'],
      buckets: SECONDS_BUCKETS,
      registers,
    });
    this.deadlines = new Counter({
      name: 'aftercare_deadlines_total',
      help: 'Deadlines fired or failed',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    const asked = [
      ['aftercare_outbox_unconfirmed', 'Events published whose listeners have not all said that they have them', UNCONFIRMED],
      ['aftercare_deadline_overdue_seconds', 'How long the oldest due deadline has been waiting, business time', OVERDUE],
      ['aftercare_deadlines_failed', 'Deadlines left for a person', FAILED],
    ];
    for (const [name, help, text] of asked) new Gauge({ name, help, registers, collect: askedFrom(sql, text) });
  }

  eventHandled(result: { eventType: string; outcome: EventOutcome; seconds: number }): void {
    this.events.observe({ event: result.eventType, outcome: result.outcome }, result.seconds);
  }

  deadlineHandled(result: { kind: string; fired: boolean }): void {
    this.deadlines.inc({ kind: result.kind, outcome: result.fired ? 'fired' : 'failed' });
  }
}

function askedFrom(sql: Sql, text: string): (this: Gauge) => Promise<void> {
  return async function collect() {
    try {
      const [{ value }] = await sql.query<{ value: number }[]>(text);
      this.set(value);
    } catch {
      // The database is away: the gauge keeps its last value, readiness tells of the outage.
    }
  };
}
