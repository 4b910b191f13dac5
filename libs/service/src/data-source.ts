import type { Socket } from 'node:net';
import { DataSource, type MixedList } from 'typeorm';
import * as pg from 'pg';
import { Client as PgClient, types as pgTypes, type ClientConfig, type Pool, type PoolClient } from 'pg';
import { preparedName } from '@aftercare/messaging';
import { tracedStatement } from './telemetry.js';

/** Statement 2 s > lock 1 s: time-outs shrink inwards, so that overload becomes an answer and not a hang. */
export const STATEMENT_TIMEOUT_MS = 2_000;
export const LOCK_TIMEOUT_MS = 1_000;
/** A process that stops inside a transaction loses it, and with it the locks. */
export const IDLE_IN_TRANSACTION_MS = 15_000;
const CONNECT_TIMEOUT_MS = 3_000;

const TIMESTAMPTZ = 1184;
const TIMESTAMP = 1114;
const DATE = 1082;

export type EntityClass = abstract new () => object;
export type MigrationClass = new () => { up(runner: unknown): Promise<unknown>; down(runner: unknown): Promise<unknown> };

export interface DataSourceOptions {
  name: string;
  url: string;
  entities: readonly EntityClass[];
  migrations?: readonly unknown[];
  poolSize?: number;
  /** True for migrations: they may take as long as they need. */
  unlimited?: boolean;
}

/**
 * PostgreSQL's text of a timestamptz (session in UTC) as ISO 8601: "2026-11-22 06:16:02.5+00" → "2026-11-22T06:16:02.500Z".
 * Milliseconds always have three digits, so that instants compare as text; finer ones keep their six.
 */
export function isoInstant(text: string): string {
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00(?::00)?$/.exec(text);
  if (!match) return text;
  const fraction = match[3] ?? '';
  const digits = fraction.length <= 3 ? fraction.padEnd(3, '0') : fraction.padEnd(6, '0');
  return `${match[1]}T${match[2]}.${digits}Z`;
}

const asText = (value: string): string => value;

/** Per pool and not global: instants as ISO text, dates and numerics as text. Parsing dates is half the cost of a list. */
const typeParsers = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    if (oid === TIMESTAMPTZ) return isoInstant;
    if (oid === DATE || oid === TIMESTAMP) return asText;
    return pgTypes.getTypeParser(oid, format as 'text');
  },
};

/** TypeORM sends texts; one that is marked as prepared goes under its name. */
function asPrepared(args: unknown[]): unknown[] {
  const [text, values, ...rest] = args;
  const name = typeof text === 'string' && Array.isArray(values) ? preparedName(text) : undefined;
  return name === undefined ? args : [{ name, text, values: values as unknown[] }, ...rest];
}

/**
 * A client whose server went away reports it on the next statement; without a listener the process would end. What one
 * turn of the event loop sends leaves in one packet: writing to the socket costs more than anything else in a short statement.
 */
class PatientClient extends PgClient {
  private gathering = false;

  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    const query = (...args: unknown[]): unknown => {
      this.gather();
      return tracedStatement(asPrepared(args), send);
    };
    Object.assign(this, { query });
  }

  private gather(): void {
    if (this.gathering) return;
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection;
    this.gathering = true;
    stream.cork();
    process.nextTick(() => {
      this.gathering = false;
      stream.uncork();
    });
  }
}

/** A TypeORM data source whose time columns are ISO strings and whose statements have limits. Not yet initialised. */
export function createDataSource(options: DataSourceOptions): DataSource {
  const limits = options.unlimited
    ? '-c TimeZone=UTC'
    : `-c TimeZone=UTC -c statement_timeout=${STATEMENT_TIMEOUT_MS} -c lock_timeout=${LOCK_TIMEOUT_MS} -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`;
  const dataSource = new DataSource({
    type: 'postgres',
    // Named, so that it is the one whose client is extended above and a built service has it within.
    driver: pg,
    url: options.url,
    applicationName: `aftercare-${options.name}`,
    entities: [...options.entities] as unknown as MixedList<() => void>,
    migrations: [...(options.migrations ?? [])] as unknown as MixedList<() => void>,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolSize: options.poolSize ?? 5,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolErrorHandler: () => undefined,
    extra: { Client: PatientClient, pipeline: true, types: typeParsers, options: limits, keepAlive: true },
  });
  keepInstantsAsText(dataSource);
  return dataSource;
}

/** The pg pool below a data source: hot paths use prepared statements on it. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

/** The pg client a query runner has taken. */
export type Client = PoolClient;

interface ColumnLike {
  type: unknown;
  transformer?: unknown;
}

/** TypeORM turns time columns into Date, which loses microseconds and reads the process's zone; here they stay text. */
function keepInstantsAsText(dataSource: DataSource): void {
  const driver = dataSource.driver as unknown as {
    prepareHydratedValue(value: unknown, column: ColumnLike): unknown;
    preparePersistentValue(value: unknown, column: ColumnLike): unknown;
  };
  const isTime = (column: ColumnLike): boolean =>
    column.transformer === undefined && ['timestamptz', 'timestamp with time zone', 'date'].includes(String(column.type));
  const hydrate = driver.prepareHydratedValue.bind(driver);
  const persist = driver.preparePersistentValue.bind(driver);
  driver.prepareHydratedValue = (value, column) => (typeof value === 'string' && isTime(column) ? value : hydrate(value, column));
  driver.preparePersistentValue = (value, column) => (typeof value === 'string' && isTime(column) ? value : persist(value, column));
}
