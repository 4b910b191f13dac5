import type { Verdict } from '../check/check.js';
import { countOf, tableOf } from '../check/check.js';
import type { Round } from './round.js';

/** Everything that is known after a campaign; written as JSON as it stands. */
export interface Campaign {
  seed: number;
  startedAt: string;
  seconds: number;
  /** Processors, and how many processes waited for them on average over the last minutes: recovery is mostly start-up work. */
  cores: number;
  load: number;
  rounds: Round[];
  creates: { sent: number; acknowledged: number };
  answered: number;
  retries: number;
  retryReasons: Record<string, number>;
  surprises: string[];
  /** What was done by kind, where the load counts it. */
  done: Record<string, number>;
  /** Violations on the way, with the load at rest. */
  checks: { round: number; violations: string[] }[];
  drainedMs: number;
  verdicts: Verdict[];
}

/** Recovery times, in ms. */
export interface Recovery {
  p50: number;
  p95: number;
  max: number;
}

const RECOVERY_P95_MAX_MS = 10_000;
const SURPRISES_SHOWN = 10;

/** Nearest-rank percentiles of the rounds that recovered. */
export function recoveryOf(rounds: readonly Round[]): Recovery {
  const times = rounds.flatMap(({ recoveryMs }) => (recoveryMs === null ? [] : [recoveryMs])).sort((a, b) => a - b);
  const at = (share: number): number => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: times.at(-1) ?? 0 };
}

/** Why a campaign has failed, in words; empty when it has passed. */
export function failuresOf({ rounds, checks, verdicts, surprises, creates }: Campaign): string[] {
  const { p95 } = recoveryOf(rounds);
  const stuck = rounds.filter(({ recoveryMs, readyMs }) => recoveryMs === null || readyMs === null);
  const violations = countOf(verdicts) + checks.reduce((sum, each) => sum + each.violations.length, 0);
  return [
    ...(violations > 0 ? [`${violations} violations of the invariants`] : []),
    ...(surprises.length > 0 ? [`${surprises.length} answers that no fault excuses`] : []),
    ...(stuck.length > 0 ? [`${stuck.length} rounds that did not recover`] : []),
    ...(p95 > RECOVERY_P95_MAX_MS ? [`recovery p95 is ${seconds(p95)}, more than ${seconds(RECOVERY_P95_MAX_MS)}`] : []),
    ...(creates.acknowledged === 0 ? ['nothing was acknowledged, so nothing was proved'] : []),
  ];
}

/** A line of the table of rounds. */
export function roundLine({ round, victim, recoveryMs, readyMs, probes, proof }: Round): string {
  return `${String(round).padStart(5)}  ${victim.padEnd(10)}${shown(recoveryMs)}${shown(readyMs)}${String(probes).padStart(8)}  ${proof}`;
}

export const ROUND_HEADINGS = 'round  killed      recovered   all ready  probes  proved by';

/** Totals, recovery, invariants and what is wrong, as lines. */
export function summary(campaign: Campaign): string {
  const { rounds, creates, surprises, seed } = campaign;
  const { p50, p95, max } = recoveryOf(rounds);
  const failures = failuresOf(campaign);
  return [
    `${campaign.cores} cores under a load of ${campaign.load.toFixed(1)}`,
    `recovery p50 ${seconds(p50)}, p95 ${seconds(p95)}, max ${seconds(max)}`,
    `${creates.acknowledged} creates acknowledged of ${creates.sent} sent, ${campaign.answered} requests answered, ${campaign.retries} attempts made again, in ${campaign.seconds.toFixed(0)} s`,
    ...(Object.keys(campaign.done).length > 0 ? [`done: ${Object.entries(campaign.done).map(([what, times]) => `${what} ${times}`).join(', ')}`] : []),
    ...surprises.slice(0, SURPRISES_SHOWN).map((surprise) => `  ! ${surprise}`),
    `drained in ${seconds(campaign.drainedMs)}`,
    tableOf(campaign.verdicts),
    failures.length === 0 ? `passed with seed ${seed}: nothing acknowledged was lost or doubled` : `FAILED with seed ${seed}: ${failures.join('; ')}`,
  ].join('\n');
}

function shown(ms: number | null): string {
  return (ms === null ? 'never' : seconds(ms)).padStart(11);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
