import type { ChildProcess } from 'node:child_process';

export interface NatsOptions {
  storeDir: string;
  port?: number;
  /** Users and their rights; without one, everybody may do everything. */
  configFile?: string;
  /** Where a fetched nats-server is kept (default: .local of the checkout). */
  localDir?: string;
  logFile?: string;
  /** A server that somebody else runs (default: NATS_URL); '' never takes one. */
  natsUrl?: string;
  log?: (line: string) => void;
}

export interface RunningNats {
  port: number;
  url: string;
  pid: number | null;
  child: ChildProcess | null;
  stop(): Promise<void>;
  kill(): void;
}

export function findNatsServer(options: { localDir: string; log?: (line: string) => void }): Promise<string>;
export function startNats(options: NatsOptions): Promise<RunningNats>;
