/** What runs in a platform's folder, as run.json tells. */
export interface RunState {
  supervisor: number;
  command: string;
  startedAt: string;
  profile: string;
  gatewayUrl: string | null;
  postgres: { pid: number | null; port: number; superuserUrl: string; dataDir: string | null } | null;
  nats: { pid: number | null; port: number; url: string; user?: string; password?: string } | null;
  services: Record<string, { pid: number | null; port: number; healthPort: number }>;
}

export function writeRun(dir: string, state: RunState): void;
export function readRun(dir: string): RunState | undefined;
export function runningPlatform(dir: string): RunState | undefined;
