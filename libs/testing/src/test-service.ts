import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toJsonString } from '@bufbuild/protobuf';
import type { DescMessage, DescService, MessageInitShape } from '@bufbuild/protobuf';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/transport-node';
import { newId } from '@aftercare/domain';
import { Bus, eventSubject, HEADER, IdentitySigner, newTraceparent, type CallContext, type Client, type Tuning } from '@aftercare/messaging';
import {
  createLogger,
  moveClocks,
  startService,
  type Database,
  type PinoLogger,
  type RunningService,
  type ServiceConfig,
  type ServiceDefinition,
} from '@aftercare/service';
import { Pool, type QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { testContext, testDealerContext } from './contexts.js';
import { drained } from './drain.js';
import { serveFake, type Fake } from './fakes.js';
import { createTestDatabase, specNamespace, testServers, testSigningKey, testTrustedKeys, type TestDatabase } from './test-servers.js';

export interface TestServiceOptions extends ServiceDefinition {
  /** Services that do not run in this spec and are answered for. */
  fakes?: Fake[];
  /** Changes to the configuration, e.g. { dbPoolSize: 2 }; a function gets the one made for the spec. */
  config?: Partial<ServiceConfig> | ((made: ServiceConfig) => Partial<ServiceConfig> | Promise<Partial<ServiceConfig>>);
  /** Other times of the messaging, e.g. { pollMs: 50 }. */
  tuning?: Partial<Tuning>;
  /** Catches log lines; silent otherwise. */
  logger?: PinoLogger;
}

/** Specs wait for polls, not for load. */
const TEST_TUNING: Partial<Tuning> = { pollMs: 100, streamCheckMs: 500, retryMs: [50, 100, 200, 400] };
const STREAM_WAIT_MS = 5_000;
const running = new Set<TestService>();

interface TestServiceParts {
  name: string;
  service: RunningService;
  database: TestDatabase;
  bus: Bus;
  dataDir: string;
  /** Starts it once more on the same database. */
  start: () => Promise<RunningService>;
}

/** A real service on a fresh database, as its application role, with row-level security in force. */
export class TestService {
  private stopping: Promise<void> | undefined;
  /** Connections of the superuser; one is kept, since a new one costs more than most statements. */
  private readonly admin: Pool;

  private service: RunningService;
  readonly name: string;
  readonly testDatabase: TestDatabase;
  /** Speaks for any user, as the gateway does. */
  readonly bus: Bus;

  constructor(private readonly parts: TestServiceParts) {
    this.service = parts.service;
    this.name = parts.name;
    this.testDatabase = parts.database;
    this.bus = parts.bus;
    this.admin = new Pool({ connectionString: parts.database.adminUrl, max: 5 });
    this.admin.on('error', () => undefined);
  }

  get running(): RunningService {
    return this.service;
  }

  get dataSource(): DataSource {
    return this.service.dataSource;
  }

  get database(): Database {
    return this.service.database;
  }

  get app(): RunningService['app'] {
    return this.service.app;
  }

  /** A caller; a service clerk unless told otherwise. */
  ctx(given: Partial<CallContext> = {}): CallContext {
    return testContext(given);
  }

  /** A user of a dealer; its manager unless told otherwise. */
  dealerCtx(dealerId: string, role: CallContext['role'] = 'dealer_manager', given: Partial<CallContext> = {}): CallContext {
    return testDealerContext(dealerId, { role, ...given });
  }

  /** The typed client of a service as some caller; common services are asked of this one. */
  client<S extends DescService>(service: S, ctx: CallContext = testContext()): Client<S> {
    return this.bus.client(service, { ctx, instance: this.name, timeoutMs: 20_000 });
  }

  /** Rows as the superuser sees them, past row-level security. */
  async sql<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.admin.query<R>(text, values)).rows;
  }

  /** Tells an event as another service would; the same `eventId` twice is a repeated delivery. */
  async publish<S extends DescMessage>(schema: S, payload: MessageInitShape<S>, options: { eventId?: string; occurredAt?: string } = {}): Promise<string> {
    const id = options.eventId ?? newId();
    const headers = newHeaders();
    headers.set(HEADER.eventId, id);
    headers.set(HEADER.occurredAt, options.occurredAt ?? (await this.now()));
    headers.set(HEADER.traceparent, newTraceparent());
    const body = toJsonString(schema, create(schema, payload), { alwaysEmitImplicit: true });
    const { connection } = this.bus;
    for (const until = Date.now() + STREAM_WAIT_MS; ; ) {
      try {
        // No message id: a repeated delivery must be told apart by the inbox, not by the broker's window.
        await jetstream(connection.nats).publish(connection.subject(eventSubject(schema)), body, { headers });
        return id;
      } catch (error) {
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** The business instant of this service's database. */
  async now(): Promise<string> {
    const [{ now }] = await this.sql<{ now: string }>('select iso(business_now()) as now');
    return now;
  }

  /** Moves the business clock of every service of this spec: '24h', '-2d', or to an instant. */
  async moveClock(to: string): Promise<void> {
    const databases = [this, ...[...running].filter((service) => service !== this)].map((service) => ({
      query: (text: string, values?: unknown[]) => service.sql(text, values),
    }));
    await moveClocks(databases, to);
    for (const service of running) service.running.messaging.deadlines.wake();
  }

  /** Waits until events, their handlers, due deadlines and jobs of every service of this spec are done. */
  async drain(limitMs = 20_000): Promise<void> {
    await drained([...running].map((service) => service.running), limitMs);
  }

  /** Stops the service and starts it again on the same database. */
  async restart(): Promise<void> {
    await this.service.stop();
    this.service = await this.parts.start();
  }

  /** Ends the service and removes its database; a second call waits for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    running.delete(this);
    await this.service.stop();
    if (running.size === 0) await deleteStreams(this.bus);
    await this.bus.close();
    await this.admin.end();
    await this.testDatabase.drop();
    rmSync(this.parts.dataDir, { recursive: true, force: true });
  }
}

// A spec that fails before its own stop must not keep jest waiting for open connections.
afterAll(async () => {
  await Promise.all([...running].map((service) => service.stop()));
});

/** Starts a service for a spec: fresh database, real migrations as the owner, then as its application role. */
export async function startTestService(options: TestServiceOptions): Promise<TestService> {
  const { natsUrl } = testServers();
  const trusted = testTrustedKeys(options.name);
  const database = await createTestDatabase(options.name, options.migrations);
  const bus = await Bus.connect({
    service: 'gateway',
    servers: natsUrl,
    namespace: specNamespace,
    signer: new IdentitySigner('gateway', testSigningKey),
  });
  for (const given of options.fakes ?? []) serveFake(bus, given, trusted);
  const dataDir = mkdtempSync(join(tmpdir(), `aftercare-${options.name}-`));
  const made: ServiceConfig = {
    service: options.name,
    profile: 'test',
    databaseUrl: database.appUrl,
    natsUrl,
    signingKey: testSigningKey,
    trustedKeys: trusted,
    healthPort: 0,
    logLevel: 'silent',
    dbPoolSize: 5,
    dataDir,
    ...(options.http ? { http: { port: 0, host: '127.0.0.1', publicUrl: 'http://127.0.0.1', sessionSecret: 'session secret of a spec' } } : {}),
  };
  const config: ServiceConfig = { ...made, ...(typeof options.config === 'function' ? await options.config(made) : options.config) };
  const logger = options.logger ?? createLogger(options.name, 'silent');
  const start = (): Promise<RunningService> => startService(options, config, { namespace: specNamespace, logger, tuning: { ...TEST_TUNING, ...options.tuning } });
  const service = new TestService({ name: options.name, service: await start(), database, bus, dataDir, start });
  running.add(service);
  return service;
}

async function deleteStreams(bus: Bus): Promise<void> {
  try {
    const manager = await jetstreamManager(bus.connection.nats, { checkAPI: false });
    const names = await manager.streams.names(bus.connection.subject('evt.>')).next();
    for (const name of names) await manager.streams.delete(name);
  } catch {
    // The broker is away or the spec removed the stream itself.
  }
}
