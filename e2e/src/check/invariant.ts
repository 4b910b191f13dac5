import type { AckLog } from './ack-log.js';
import type { World } from './world.js';

/** What a check may look at besides the databases. */
export interface Evidence {
  /** What a client sent and what it was told; null when no client kept a log. */
  acks: AckLog | null;
  /** A transaction that has been idle for longer than this at rest is a violation; 5 s. */
  idleInTransactionMs: number;
}

/** One rule of the reliability bar and the search for rows that break it; each violation is told in one sentence. */
export interface Invariant {
  id: string;
  sentence: string;
  find(world: World, evidence: Evidence): Promise<string[]>;
}

/** One statement whose rows are violations: its column `violation` tells each. */
export interface Search {
  service: string;
  sql: string;
}

/** Runs searches one after the other; each violation is told with its service. */
export async function searchAll(world: World, searches: readonly Search[]): Promise<string[]> {
  const found: string[] = [];
  for (const { service, sql } of searches) {
    const rows = await world.rows<{ violation: string }>(service, sql);
    found.push(...rows.map(({ violation }) => `${service}: ${violation}`));
  }
  return found;
}
