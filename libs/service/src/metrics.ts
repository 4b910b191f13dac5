import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

const RPC_BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];

/** What Prometheus reads from one process. */
export class Metrics {
  readonly registry = new Registry();
  private readonly rpcSeconds: Histogram<'rpc' | 'code'>;

  constructor(service: string, dataSource: DataSource) {
    this.registry.setDefaultLabels({ service });
    this.rpcSeconds = new Histogram({
      name: 'aftercare_rpc_seconds',
      help: 'Time to answer an rpc, by outcome',
      labelNames: ['rpc', 'code'],
      buckets: RPC_BUCKETS_S,
      registers: [this.registry],
    });
    this.gauge('aftercare_outbox_backlog_age_seconds', 'Age of the oldest event that is not published yet', () =>
      askNumber(dataSource, 'select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as value from outbox where published_at is null'),
    );
    this.gauge('aftercare_dead_letters_open', 'Messages that no retry could handle and nobody has closed', () =>
      askNumber(dataSource, `select count(*)::float8 as value from dead_letter where state = 'open'`),
    );
    this.gauge('aftercare_pool_waiting', 'Requests waiting for a database connection', () => Promise.resolve(poolOf(dataSource).waitingCount));
    this.gauge('aftercare_pool_idle', 'Database connections doing nothing', () => Promise.resolve(poolOf(dataSource).idleCount));
  }

  /** Process metrics of Node itself: memory, event loop lag, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Told after each rpc. */
  readonly rpcHandled = (call: { rpc: string; code: string; seconds: number }): void => {
    this.rpcSeconds.observe({ rpc: call.rpc, code: call.code }, call.seconds);
  };

  private gauge(name: string, help: string, read: () => Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        try {
          this.set(await read());
        } catch {
          // The database is away: the metric keeps its last value, readiness tells of the outage.
        }
      },
    });
  }
}

async function askNumber(dataSource: DataSource, sql: string): Promise<number> {
  const [{ value }] = await dataSource.query<{ value: number }[]>(sql);
  return value;
}
