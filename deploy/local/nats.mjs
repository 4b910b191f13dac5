// The message broker for one machine: a local nats-server with JetStream, or the one NATS_URL names.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answers, freePort, sendSignal, spawnLogged, stopProcess, tailOf } from './processes.mjs';
import { findNatsServer } from './nats-server.mjs';

export { findNatsServer } from './nats-server.mjs';

/**
 * Starts a nats-server with JetStream on 127.0.0.1.
 *
 * @param {{ storeDir: string, port?: number, configFile?: string, localDir?: string, logFile?: string,
 *   natsUrl?: string, log?: (line: string) => void }} options
 *   configFile: users and their rights; without one, everybody may do everything. localDir: where a fetched program is
 *   kept (default: .local of the checkout). natsUrl (default: NATS_URL): a server that somebody else runs; then nothing is started.
 * @returns {Promise<{ port: number, url: string, pid: number | null,
 *   child: import('node:child_process').ChildProcess | null, stop(): Promise<void>, kill(): void }>}
 */
export async function startNats(options) {
  const { natsUrl = process.env.NATS_URL } = options;
  if (natsUrl) {
    const port = Number(new URL(natsUrl).port || 4222);
    return { port, url: natsUrl, pid: null, child: null, stop: async () => {}, kill: () => {} };
  }
  const { storeDir, configFile, logFile = `${storeDir}.log` } = options;
  const program = await findNatsServer({ localDir: options.localDir ?? fileURLToPath(new URL('../../.local', import.meta.url)), log: options.log });
  const port = options.port ?? (await freePort());
  mkdirSync(storeDir, { recursive: true });
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', storeDir, ...(configFile ? ['-c', configFile] : [])];
  const child = spawnLogged(program, args, { logFile, cwd: '/' });
  let ended = false;
  child.once('error', () => { ended = true; });
  child.once('exit', () => { ended = true; });
  child.unref();
  for (const until = Date.now() + 30_000; !(await answers(port)); ) {
    if (ended || Date.now() > until) {
      sendSignal(child.pid ?? 0, 'SIGKILL');
      throw new Error(`nats-server did not start; its log ${logFile} ends with:\n${tailOf(logFile)}`);
    }
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    pid: child.pid,
    child,
    // A broker on a full disk hears no SIGTERM; stopProcess kills it after the grace.
    stop: () => stopProcess(child.pid, { graceMs: 5_000 }),
    kill: () => sendSignal(child.pid, 'SIGKILL'),
  };
}
