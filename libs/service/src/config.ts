import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Environment, type Variables } from './environment.js';

/** Injects the process's validated configuration: `@Inject(SERVICE_CONFIG) config: ServiceConfig`. */
export const SERVICE_CONFIG = Symbol('service configuration');

export const PROFILES = ['production', 'demo', 'development', 'test'] as const;
export type Profile = (typeof PROFILES)[number];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where the gateway listens for people and machines. */
export interface HttpConfig {
  port: number;
  host: string;
  /** The address people type, used in links; without a trailing slash. */
  publicUrl: string;
  /** Signs session cookies. */
  sessionSecret: string;
}

/** What one process needs to know to run; read once at the start. */
export interface ServiceConfig {
  service: string;
  profile: Profile;
  databaseUrl: string;
  natsUrl: string;
  natsUser?: string;
  natsPassword?: string;
  /** PEM of this process's Ed25519 private key. */
  signingKey: string;
  /** issuer → PEM of its public key. */
  trustedKeys: Record<string, string>;
  healthPort: number;
  logLevel: LogLevel;
  dbPoolSize: number;
  /** Folder for audit anchors and attachments. */
  dataDir: string;
  otlpEndpoint?: string;
  http?: HttpConfig;
}

/** What a migration run needs; it connects as the owner of the tables. */
export interface MigrationConfig {
  service: string;
  profile: Profile;
  databaseUrl: string;
  logLevel: LogLevel;
}

const DATABASE_SCHEMES = ['postgres', 'postgresql'] as const;
const PROFILE_HELP = `it is ${PROFILES.join(', ')}; only demo and test may move the business clock`;
const LARGEST_PORT = 65_535;

/**
 * The validated configuration of one service process.
 * Throws ConfigError naming each missing or wrong variable and what to do about it.
 */
export function loadConfig(service: string, options: { http?: boolean; variables?: Variables } = {}): ServiceConfig {
  const environment = new Environment(options.variables ?? process.env);
  const config: ServiceConfig = {
    service,
    profile: environment.oneOf('PROFILE', PROFILES, { help: PROFILE_HELP }),
    databaseUrl: environment.url('DATABASE_URL', DATABASE_SCHEMES, {
      help: `the ${service} database as its application role, e.g. postgres://${service}_app:…@127.0.0.1:5432/aftercare_${service}`,
    }),
    natsUrl: environment.url('NATS_URL', ['nats', 'tls'], { help: 'the broker, e.g. nats://127.0.0.1:4222' }),
    natsUser: environment.optional('NATS_USER'),
    natsPassword: environment.optional('NATS_PASSWORD'),
    signingKey: environment.file('SIGNING_KEY_FILE', { help: 'a file with this process’s Ed25519 private key as PEM' }),
    trustedKeys: trustedKeys(environment),
    healthPort: environment.integer('HEALTH_PORT', { min: 0, max: LARGEST_PORT, help: 'where /health and /metrics answer; 0 takes a free port' }),
    logLevel: environment.oneOf('LOG_LEVEL', LOG_LEVELS, { fallback: 'info', help: 'how much is logged' }),
    dbPoolSize: environment.integer('DB_POOL_SIZE', { min: 1, max: 50, fallback: 5, help: 'connections to the database' }),
    dataDir: environment.text('DATA_DIR', { help: 'a folder of this service that survives restarts' }),
    otlpEndpoint: environment.raw('OTEL_EXPORTER_OTLP_ENDPOINT'),
  };
  if (options.http) config.http = httpConfig(environment);
  checkSigningKey(environment, config.signingKey);
  if (environment.raw('PROFILE') === 'production') refuseDefaults(environment, config);
  environment.assertComplete();
  return config;
}

/** The configuration of `main.js --migrate`. Throws ConfigError. */
export function loadMigrationConfig(service: string, variables: Variables = process.env): MigrationConfig {
  const environment = new Environment(variables);
  const config: MigrationConfig = {
    service,
    profile: environment.oneOf('PROFILE', PROFILES, { help: PROFILE_HELP }),
    databaseUrl: environment.url('MIGRATION_DATABASE_URL', DATABASE_SCHEMES, {
      help: `the ${service} database as its owner, e.g. postgres://${service}_owner:…@127.0.0.1:5432/aftercare_${service}`,
    }),
    logLevel: environment.oneOf('LOG_LEVEL', LOG_LEVELS, { fallback: 'info', help: 'how much is logged' }),
  };
  environment.assertComplete();
  return config;
}

/** Reads further variables of one service by the same rules: `readSettings((environment) => ({ … }))`. Throws ConfigError. */
export function readSettings<T>(read: (environment: Environment) => T, variables: Variables = process.env): T {
  const environment = new Environment(variables);
  const settings = read(environment);
  environment.assertComplete();
  return settings;
}

function httpConfig(environment: Environment): HttpConfig {
  const port = environment.integer('HTTP_PORT', { min: 0, max: LARGEST_PORT, fallback: 3000, help: 'where the HTTP interface answers' });
  return {
    port,
    host: environment.text('HTTP_HOST', { fallback: '127.0.0.1', help: 'the address to listen on' }),
    publicUrl: environment
      .url('PUBLIC_URL', ['http', 'https'], { fallback: `http://127.0.0.1:${port}`, help: 'the address people type' })
      .replace(/\/$/, ''),
    sessionSecret: environment.text('SESSION_SECRET', { help: 'signs session cookies; make one with "openssl rand -base64 32"' }),
  };
}

function trustedKeys(environment: Environment): Record<string, string> {
  const text = environment.file('TRUSTED_KEYS_FILE', { help: 'a JSON file with the public key (PEM) of each issuer' });
  if (text === '') return {};
  try {
    const keys = JSON.parse(text) as Record<string, string>;
    for (const pem of Object.values(keys)) createPublicKey(pem);
    return keys;
  } catch {
    environment.problems.push('TRUSTED_KEYS_FILE is not a JSON object of issuer → public key as PEM');
    return {};
  }
}

function checkSigningKey(environment: Environment, pem: string): void {
  if (pem === '') return;
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'ed25519') return;
  } catch {
    // Reported below together with keys of another kind.
  }
  environment.problems.push('SIGNING_KEY_FILE holds no Ed25519 private key: make one with "openssl genpkey -algorithm ed25519"');
}

function refuseDefaults(environment: Environment, config: ServiceConfig): void {
  if (URL.canParse(config.databaseUrl)) {
    environment.refuseWeakSecret('DATABASE_URL (its password)', decodeURIComponent(new URL(config.databaseUrl).password));
  }
  environment.refuseWeakSecret('NATS_PASSWORD', config.natsPassword);
  if (config.http) environment.refuseWeakSecret('SESSION_SECRET', config.http.sessionSecret);
}
