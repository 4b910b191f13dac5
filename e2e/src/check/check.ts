import { acknowledgedOnce } from './acknowledged.js';
import type { AckLog } from './ack-log.js';
import { auditChainHolds } from './audit.js';
import { deliveredOnce } from './delivered.js';
import { filesAreWhole } from './files.js';
import { successorsServe } from './handover.js';
import { gateHolds } from './gate.js';
import type { Evidence, Invariant } from './invariant.js';
import { livesAreDeclared } from './lives.js';
import { moneyBalances } from './money.js';
import { atRest } from './rest.js';
import { obligationsEndOnce, stockIsItsMovements } from './stock.js';
import { dealersMatch } from './tenants.js';
import { listsTieOut } from './tie-out.js';
import { World } from './world.js';
import type { Running } from '../http/running.js';

const INVARIANTS: readonly Invariant[] = [
  stockIsItsMovements, obligationsEndOnce, listsTieOut, acknowledgedOnce, deliveredOnce, moneyBalances, gateHolds, livesAreDeclared, dealersMatch, auditChainHolds, atRest,
  filesAreWhole, successorsServe,
];

/** What was found of one invariant. */
export interface Verdict {
  id: string;
  sentence: string;
  violations: string[];
}

export interface CheckOptions {
  /** The client's own record of what it sent and was told. */
  acks?: AckLog | null;
  /** How long events, seals and due deadlines may still be on their way before the check; 60 s. */
  drainMs?: number;
  idleInTransactionMs?: number;
}

const DRAIN_MS = 60_000;
const LOOK_EVERY_MS = 500;
const IDLE_IN_TRANSACTION_MS = 5_000;
const SHOWN = 5;
/** Only these can be broken by what is still on its way. */
const DRAINING: readonly Invariant[] = [deliveredOnce, gateHolds, livesAreDeclared, auditChainHolds, atRest, successorsServe];

/** Waits until nothing is on its way any more, then looks for violations of every invariant. */
export async function check(running: Pick<Running, 'dir' | 'databases'>, options: CheckOptions = {}): Promise<{ verdicts: Verdict[]; drainedMs: number; waiting: number }> {
  const world = await World.open(running);
  try {
    const evidence: Evidence = { acks: options.acks ?? null, idleInTransactionMs: options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS };
    const { tookMs: drainedMs, waiting } = await drain(world, evidence, options.drainMs ?? DRAIN_MS);
    const verdicts: Verdict[] = [];
    for (const { id, sentence, find } of INVARIANTS) verdicts.push({ id, sentence, violations: await find(world, evidence) });
    return { verdicts, drainedMs, waiting };
  } finally {
    await world.close();
  }
}

/** How long it took until nothing was on its way, at most the limit, and what still was then. */
async function drain(world: World, evidence: Evidence, limitMs: number): Promise<{ tookMs: number; waiting: number }> {
  const startedAt = Date.now();
  for (;;) {
    let waiting = 0;
    for (const { find } of DRAINING) waiting += (await find(world, evidence)).length;
    const tookMs = Date.now() - startedAt;
    if (waiting === 0 || tookMs >= limitMs) return { tookMs, waiting };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** How many violations there are in all. */
export function countOf(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((sum, { violations }) => sum + violations.length, 0);
}

/** The table of a check, the first violations of each invariant named below it. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const lines = verdicts.flatMap(({ id, sentence, violations }) => [
    `${id.padEnd(4)} ${String(violations.length).padStart(6)}  ${sentence}`,
    ...violations.slice(0, SHOWN).map((violation) => `              ${violation}`),
    ...(violations.length > SHOWN ? [`              … and ${violations.length - SHOWN} more`] : []),
  ]);
  return ['     violations', ...lines].join('\n');
}
