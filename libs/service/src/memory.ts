import { Session } from 'node:inspector';
import { performance } from 'node:perf_hooks';

const LOOK_EVERY_MS = 10_000;
/** A service with nothing to do but its background work is below this share of its time. */
const BUSY_SHARE = 0.05;

/**
 * Gives memory back whenever a quiet time begins: after the start, when a third of the process is what loading the
 * modules took, and after each busy time. Left to itself V8 keeps it for hours.
 */
export function releaseMemoryWhenQuiet(): void {
  let before = performance.eventLoopUtilization();
  let used = true;
  setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    if (utilization > BUSY_SHARE) used = true;
    else if (used) {
      used = false;
      release();
    }
  }, LOOK_EVERY_MS).unref();
}

/**
 * All of the garbage, and the young generation's pages, which an ordinary collection keeps. It takes a tenth of a second.
 * The session stays inside the process; no port is opened. It ends a turn later: V8 answers while it holds the lock that
 * ending takes, and a process that ends it in the answer stands still for good.
 */
export function release(): void {
  const session = new Session();
  session.connect();
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}
