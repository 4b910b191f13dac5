import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL_DIR, runningPlatform } from '../http/running.js';
import { AckLog } from './ack-log.js';
import { check, countOf, tableOf } from './check.js';

/**
 * `npm run check [-- --acks <file>] [--dir <folder>]`: looks for violations of the invariants in the databases of the
 * running platform, by plain SQL. Exit code 0 only when there is none.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { acks: { type: 'string' }, dir: { type: 'string' } } });
  const running = runningPlatform(values.dir ? resolve(values.dir) : LOCAL_DIR);
  const acks = values.acks ? AckLog.read(resolve(values.acks)) : null;
  const { verdicts, drainedMs, waiting } = await check(running, { acks });
  const count = countOf(verdicts);
  const after = `after ${(drainedMs / 1_000).toFixed(1)} s`;
  const rest = waiting === 0 ? `nothing was on its way ${after}` : `${waiting} things were still on their way ${after} and are counted here: check again when they have arrived`;
  process.stdout.write(`${tableOf(verdicts)}\n${count} violations; ${rest}\n`);
  process.exitCode = count === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
