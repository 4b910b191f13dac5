export const ROOT: string;
export function serviceNames(): string[];

export interface PlatformOptions {
  /** Holds all data, logs and run.json. */
  dir: string;
  profile?: 'demo' | 'test' | 'development' | 'production';
  /** First choice of the gateway's port; any free one when absent. */
  portBase?: number;
  services?: string[];
  quiet?: boolean;
  /** false leaves a killed service dead until restart(). */
  keepAlive?: boolean;
  /** Silence after which a service that lives is killed and started again, 30 s when absent. */
  hungAfterMs?: number;
  /** false switches PostgreSQL's fsync off, for throw-away data only. */
  durable?: boolean;
  databaseUrl?: string;
  natsUrl?: string;
  /** Further variables of every service. */
  env?: Record<string, string>;
  log?: (line: string) => void;
  /** A service's program, for specs; the built one when absent. */
  programOf?: (service: string) => string;
  beforeServices?: (platform: Platform) => Promise<void>;
}

export interface PlatformProcess {
  /** null while it is dead or being started again. */
  readonly pid: number | null;
  /** The gateway's HTTP port; of every other service its health port. */
  port: number;
  /** Sends SIGKILL unless told otherwise; under keepAlive it comes back by itself. */
  kill(signal?: NodeJS.Signals): void;
  /** Ends it in order, starts it again; waitReady tells when it serves. */
  restart(): Promise<void>;
}

export interface PlatformService extends PlatformProcess {
  healthPort: number;
  readonly restarts: number;
}

export interface Platform {
  readonly dir: string;
  gatewayUrl: string;
  services: Record<string, PlatformService>;
  postgres: PlatformProcess & { superuserUrl: string; dataDir: string | null };
  nats: PlatformProcess & { url: string; user?: string; password?: string };
  databaseUrl(service: string, role?: 'app' | 'owner'): string;
  natsAccess(user: string): { url: string; user?: string; password?: string };
  waitReady(service: string, withinMs?: number): Promise<void>;
  runOnce(service: string, args: string[], env?: Record<string, string>): Promise<{ code: number; output: string }>;
  stop(): Promise<void>;
}

export class AlreadyRunning extends Error {}

export function startPlatform(options: PlatformOptions): Promise<Platform>;
/** Stops every platform that this process has started. */
export function stopPlatforms(): Promise<void>;
/** Databases with the present schema in `dir`, and nothing running; a copy of the folder starts at once. */
export function preparePlatform(options: PlatformOptions, more?: (platform: Platform) => Promise<void>): Promise<void>;
export function httpEnvironment(port: number, variables?: Record<string, string | undefined>): Record<string, string>;
