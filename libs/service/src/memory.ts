import { Session } from 'node:inspector';

/**
 * Gives back what loading the modules took, a third of an idle process: all of the garbage, and the young generation's
 * pages, which an ordinary collection keeps. Left to itself V8 would do so after a busy hour at the earliest. The session
 * stays inside the process; no port is opened.
 */
export function releaseStartMemory(): void {
  const session = new Session();
  session.connect();
  session.post('HeapProfiler.collectGarbage', () => session.disconnect());
}
