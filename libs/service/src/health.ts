import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bus } from '@aftercare/messaging';
import type { DataSource } from 'typeorm';
import type { Metrics } from './metrics.js';

const PROBE_LIMIT_MS = 2_000;

/** What readiness asks. */
export interface Probed {
  service: string;
  dataSource: DataSource;
  bus: Bus;
  metrics: Metrics;
  /** Name of the JetStream stream that must answer. */
  stream: string;
}

/** One line of the readiness answer: 'ok', or what is wrong in words. */
export type Readiness = { ready: boolean; database: string; broker: string };

/**
 * /health/live answers while the event loop turns; /health/ready proves a write to the database and a JetStream round
 * trip; /metrics is for Prometheus. A server of its own, so that a busy or broken interface cannot hide it.
 */
export class HealthServer {
  private readonly server: Server;
  private stopping = false;

  constructor(private readonly probed: Probed) {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.keepAliveTimeout = 5_000;
  }

  /** Listens on 127.0.0.1 unless told otherwise; answers the port taken. */
  listen(port: number, host = '127.0.0.1'): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  /** From now on the process says it is not ready, so that nothing new is sent to it. */
  announceStop(): void {
    this.stopping = true;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** Probes both stores side by side. */
  async readiness(): Promise<Readiness> {
    const [database, broker] = await Promise.all([
      outcome(this.probeDatabase()),
      outcome(this.probeBroker()),
    ]);
    return { ready: !this.stopping && database === 'ok' && broker === 'ok', database, broker };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = request.url?.split('?')[0];
      if (path === '/health/live') return send(response, 200, JSON.stringify({ live: true }));
      if (path === '/health/ready') {
        const readiness = await this.readiness();
        return send(response, readiness.ready ? 200 : 503, JSON.stringify(readiness));
      }
      if (path === '/metrics') {
        const { registry } = this.probed.metrics;
        return send(response, 200, await registry.metrics(), registry.contentType);
      }
      return send(response, 404, JSON.stringify({ error: 'not found' }));
    } catch {
      return send(response, 500, JSON.stringify({ error: 'failed' }));
    }
  }

  private async probeDatabase(): Promise<void> {
    await this.probed.dataSource.query(
      'insert into health_probe (service, probed_at) values ($1, now()) on conflict (service) do update set probed_at = now()',
      [this.probed.service],
    );
  }

  private async probeBroker(): Promise<void> {
    const { nats, connected } = this.probed.bus.connection;
    if (!connected) throw new Error('disconnected');
    const reply = await nats.request(`$JS.API.STREAM.INFO.${this.probed.stream}`, '', { timeout: PROBE_LIMIT_MS });
    const { error } = reply.json<{ error?: { description?: string } }>();
    if (error) throw new Error(error.description ?? 'stream not found');
  }
}

async function outcome(probe: Promise<void>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), PROBE_LIMIT_MS);
  });
  const done = probe.then(
    () => 'ok',
    () => 'failed',
  );
  const result = await Promise.race([done, limit]);
  clearTimeout(timer);
  return result;
}

function send(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
