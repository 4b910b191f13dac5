import { Logger, Module, type DynamicModule, type INestApplicationContext, type INestMicroservice } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Bus, BusServer, IdentitySigner, IdentityVerifier, listenersOf, Messaging, type Tuning } from '@aftercare/messaging';
import { DataSource } from 'typeorm';
import { assertClockAllowed } from './clock.js';
import { SERVICE_CONFIG, type ServiceConfig } from './config.js';
import { createDataSource } from './data-source.js';
import { Database } from './database.js';
import { HealthServer } from './health.js';
import { Housekeeper } from './housekeeping.js';
import { JobHandlers } from './jobs/job.handlers.js';
import { JobKinds } from './jobs/job-kind.js';
import { JobRunner } from './jobs/job-runner.js';
import { JobStaging } from './jobs/job-staging.js';
import { createLogger, NestLogger, type PinoLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { OperationsHandlers } from './operations/operations.handlers.js';
import { Runtime } from './runtime.js';
import { AuditSealer, anchorFileOf } from './sealer.js';
import { entitiesOf, type ServiceDefinition } from './service-module.js';
import { traceHttp } from './telemetry.js';

const DATABASE_WAIT_MS = 30_000;
const RETRY_PAUSE_MS = 250;
const GATEWAY_TIMEOUT_MS = 5_000;
const SERVICE_TIMEOUT_MS = 3_000;
/** How long a call waits for a service that is just restarting. */
const GATEWAY_PATIENCE_MS = 2_000;
const SERVICE_PATIENCE_MS = 1_000;

export interface StartOptions {
  logger?: PinoLogger;
  /** Keeps specs on one broker apart. */
  namespace?: string;
  /** Other times and sizes of the messaging. */
  tuning?: Partial<Tuning>;
  /** Process-wide metrics of Node; off where several services run in one process. */
  processMetrics?: boolean;
}

/** A started service. */
export interface RunningService {
  app: INestApplicationContext;
  config: ServiceConfig;
  dataSource: DataSource;
  database: Database;
  bus: Bus;
  sealer: AuditSealer;
  messaging: Messaging;
  metrics: Metrics;
  health: HealthServer;
  healthPort: number;
  /** Finishes what is in work, then closes everything. */
  stop(): Promise<void>;
}

@Module({})
class PlatformModule {}

/** Starts a service by its definition: connections, Nest application, bus server, background work, health. */
export async function startService(definition: ServiceDefinition, config: ServiceConfig, options: StartOptions = {}): Promise<RunningService> {
  const pino = options.logger ?? createLogger(config.service, config.logLevel);
  Logger.overrideLogger(new NestLogger(pino));
  const dataSource = await connectDatabase(definition, config);
  await assertClockAllowed(dataSource, config.profile);
  const metrics = new Metrics(config.service, dataSource);
  if (options.processMetrics) metrics.watchProcess();
  const bus = await Bus.connect({
    service: config.service,
    servers: config.natsUrl,
    user: config.natsUser,
    password: config.natsPassword,
    namespace: options.namespace,
    signer: new IdentitySigner(config.service, config.signingKey),
    timeoutMs: definition.http ? GATEWAY_TIMEOUT_MS : SERVICE_TIMEOUT_MS,
    waitForResponderMs: definition.http ? GATEWAY_PATIENCE_MS : SERVICE_PATIENCE_MS,
  });
  const server = new BusServer({ bus, verifier: new IdentityVerifier(config.trustedKeys), onHandled: metrics.rpcHandled });
  const sealer = new AuditSealer(dataSource, anchorFileOf(config.dataDir, config.service));
  const parts: Parts = { config, dataSource, database: new Database(dataSource), bus, sealer, runtime: new Runtime() };
  parts.runtime.metrics = metrics;
  const app = await createApplication(definition, config, server, platformModule(definition, parts));
  const messaging = createMessaging(parts, app, metrics, options.tuning);
  await listen(app, definition, config, server);
  messaging.start();
  sealer.start();
  const jobs = app.get(JobRunner, { strict: false });
  jobs.start();
  const housekeeper = new Housekeeper(dataSource);
  housekeeper.start();
  const health = new HealthServer({ service: config.service, dataSource, bus, metrics, stream: messaging.stream.name });
  parts.runtime.health = health;
  const healthPort = await health.listen(config.healthPort);
  const stop = once(() => shutDown({ ...parts, app, server, health, messaging, jobs, housekeeper }));
  return { app, messaging, metrics, health, healthPort, stop, config, dataSource, database: parts.database, bus, sealer };
}

interface Parts {
  config: ServiceConfig;
  dataSource: DataSource;
  database: Database;
  bus: Bus;
  sealer: AuditSealer;
  runtime: Runtime;
}

/** Events, deadlines and dead letters of this service; handlers run in transactions of Database. */
function createMessaging(parts: Parts, app: INestApplicationContext, metrics: Metrics, tuning?: Partial<Tuning>): Messaging {
  const { config, dataSource, database, bus, runtime } = parts;
  const messaging = new Messaging({
    service: config.service,
    bus,
    sql: dataSource,
    runInTransaction: async (ctx, work) => (await database.command(ctx, async (tx) => ({ result: await work(tx.em) }))).result,
    ...listenersOf(app.get(DiscoveryService, { strict: false })),
    registry: metrics.registry,
    tuning,
  });
  runtime.messaging = messaging;
  database.onTold = () => messaging.wake();
  return messaging;
}

/** The database may start later than the service: waits for it, then gives up with its error. */
async function connectDatabase(definition: ServiceDefinition, config: ServiceConfig): Promise<DataSource> {
  const dataSource = createDataSource({
    name: config.service,
    url: config.databaseUrl,
    entities: entitiesOf(definition),
    poolSize: config.dbPoolSize,
  });
  for (const until = Date.now() + DATABASE_WAIT_MS; ; ) {
    try {
      return await dataSource.initialize();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    }
  }
}

function platformModule(definition: ServiceDefinition, parts: Parts): DynamicModule {
  const providers = [
    { provide: SERVICE_CONFIG, useValue: parts.config },
    { provide: DataSource, useValue: parts.dataSource },
    { provide: Database, useValue: parts.database },
    { provide: Bus, useValue: parts.bus },
    { provide: AuditSealer, useValue: parts.sealer },
    { provide: Runtime, useValue: parts.runtime },
  ];
  const platform: DynamicModule = {
    module: PlatformModule,
    global: true,
    imports: [DiscoveryModule],
    controllers: [OperationsHandlers, JobHandlers],
    providers: [...providers, JobKinds, JobRunner, JobStaging],
    exports: [...providers, DiscoveryModule, JobRunner],
  };
  return { module: class RootModule {}, imports: [platform, definition.module] };
}

async function createApplication(
  definition: ServiceDefinition,
  config: ServiceConfig,
  server: BusServer,
  root: DynamicModule,
): Promise<INestApplicationContext> {
  if (!definition.http || !config.http) return NestFactory.createMicroservice(root, { strategy: server, abortOnError: false });
  // Only the gateway serves HTTP: the others start faster and stay smaller without it.
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const adapter = new FastifyAdapter({ forceCloseConnections: 'idle', ...definition.http.adapter });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { abortOnError: false });
  traceHttp(app);
  await definition.http.configure?.(app);
  return app;
}

async function listen(app: INestApplicationContext, definition: ServiceDefinition, config: ServiceConfig, server: BusServer): Promise<void> {
  if (!definition.http || !config.http) {
    await (app as INestMicroservice).listen();
    return;
  }
  const http = app as NestFastifyApplication;
  http.connectMicroservice({ strategy: server }, { inheritAppConfig: false });
  await http.startAllMicroservices();
  await http.listen(config.http.port, config.http.host);
}

/**
 * First says "not ready", then takes nothing new and finishes what is in work, then stops the background work, and
 * closes the connections last, because everything before still answers through them.
 */
async function shutDown(parts: Parts & { app: INestApplicationContext; server: BusServer; health: HealthServer; messaging: Messaging; jobs: JobRunner; housekeeper: Housekeeper }): Promise<void> {
  parts.health.announceStop();
  parts.housekeeper.stop();
  await parts.server.close();
  await parts.app.close();
  await Promise.all([parts.messaging.stop(), parts.jobs.stop()]);
  await parts.sealer.stop();
  await parts.health.close();
  await parts.bus.close();
  if (parts.dataSource.isInitialized) await parts.dataSource.destroy();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
