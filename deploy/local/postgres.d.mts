import type { ChildProcess } from 'node:child_process';

export interface PostgresOptions {
  dataDir: string;
  port?: number;
  /** false switches fsync off, for throw-away clusters of tests only. */
  durable?: boolean;
  logFile?: string;
  /** A server that somebody else runs (default: DATABASE_URL); '' never takes one. */
  databaseUrl?: string;
}

export interface RunningPostgres {
  port: number;
  superuserUrl: string;
  pid: number | null;
  dataDir: string | null;
  /** True when it ran already on this data folder. */
  reused: boolean;
  child: ChildProcess | null;
  stop(): Promise<void>;
  kill(): void;
}

export function startPostgres(options: PostgresOptions): Promise<RunningPostgres>;
export function createServiceDatabases(
  superuserUrl: string,
  services: string[],
  options?: { passwordOf?: (role: string) => string },
): Promise<void>;
export function databaseName(service: string): string;
export function inDatabase(superuserUrl: string, database: string): string;
export function serviceDatabaseUrl(
  superuserUrl: string,
  service: string,
  options?: { role?: 'app' | 'owner'; password?: string },
): string;
export function query(url: string, ...statements: string[]): Promise<Record<string, unknown>[]>;
