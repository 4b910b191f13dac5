import { loadConfig, loadMigrationConfig, type LogLevel } from './config.js';
import { ConfigError } from './environment.js';
import { createLogger } from './logger.js';
import { releaseMemoryWhenQuiet } from './memory.js';
import { migrate } from './migrate.js';
import type { ServiceDefinition } from './service-module.js';
import { startService } from './start-service.js';
import { startTelemetry } from './telemetry.js';

/** After this a stop is forced; a supervisor kills a little later. */
const STOP_LIMIT_MS = 9_000;

/**
 * The whole of a service's main.ts: `void runService({ name: 'parts', module: PartsModule, entities, migrations })`.
 * `node dist/main.js` runs it until SIGTERM or SIGINT; `node dist/main.js --migrate` brings the database to the present
 * schema as its owner and ends. A wrong configuration ends the start with exit code 78 and names the variable.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  try {
    if (process.argv.includes('--migrate')) await runMigrations(definition);
    else await runUntilStopped(definition);
  } catch (error) {
    failStart(definition.name, error);
  }
}

async function runMigrations(definition: ServiceDefinition): Promise<void> {
  const config = loadMigrationConfig(definition.name);
  const logger = createLogger(definition.name, config.logLevel);
  const done = await migrate({
    service: definition.name,
    url: config.databaseUrl,
    profile: config.profile,
    migrations: definition.migrations,
  });
  logger.info({ migrations: done }, done.length > 0 ? 'database migrated' : 'database is up to date');
}

async function runUntilStopped(definition: ServiceDefinition): Promise<void> {
  const config = loadConfig(definition.name, { http: definition.http !== undefined });
  const logger = createLogger(definition.name, config.logLevel);
  const telemetry = config.otlpEndpoint ? await startTelemetry(definition.name, config.otlpEndpoint) : undefined;
  const service = await startService(definition, config, { logger, processMetrics: true });
  releaseMemoryWhenQuiet();
  logger.info({ healthPort: service.healthPort, httpPort: config.http?.port }, 'ready');
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('the stop took too long and is forced');
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    service.stop().then(() => telemetry?.shutdown()).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** BSD's EX_CONFIG: a supervisor need not try again. */
const EXIT_CONFIG = 78;

function failStart(service: string, error: unknown): void {
  const level: LogLevel = 'info';
  if (error instanceof ConfigError) {
    process.stderr.write(`${service}: ${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  createLogger(service, level).fatal({ err: error }, 'the start failed');
  process.exit(1);
}
