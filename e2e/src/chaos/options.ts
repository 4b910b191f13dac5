import { parseArgs } from 'node:util';

/** What a campaign may be told on the command line. */
export interface ChaosOptions {
  rounds: number;
  /** Victims and pauses follow from it; printed, so that a campaign can be run again. */
  seed: number;
  /** Names of the processes that may be killed; empty means every one. */
  only: string[];
  /** Processes killed at the same moment. */
  together: number;
}

const ROUNDS = 20;

/** Reads `--rounds`, `--seed`, `--only nats,postgres` and `--together 2`; a missing seed is taken from the clock. */
export function readOptions(args: string[]): ChaosOptions {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, together: { type: 'string' } } });
  return {
    rounds: positive('rounds', values.rounds ?? String(ROUNDS)),
    seed: positive('seed', values.seed ?? String(Date.now() % 1_000_000_000)),
    only: values.only?.split(',') ?? [],
    together: positive('together', values.together ?? '1'),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number of at least 1, not ${text}`);
  return value;
}
