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
  load: (typeof LOADS)[number];
  /** The checker looks after so many rounds, with the load at rest, and at the end. */
  checkEvery: number;
}

/** Work of several services, of parts alone (issue, return and stocktakes), or of money alone (slips, payments, invoices, runs, refunds). */
const LOADS = ['mixed', 'parts', 'money'] as const;

const ROUNDS = 20;
const CHECK_EVERY = 10;

/** Reads `--rounds`, `--seed`, `--only nats,postgres`, `--together 2`, `--load parts` and `--check-every 10`; a missing seed is taken from the clock. */
export function readOptions(args: string[]): ChaosOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { rounds: text, seed: text, only: text, together: text, load: text, 'check-every': text } });
  const load = LOADS.find((each) => each === (values.load ?? 'mixed'));
  if (!load) throw new Error(`--load is ${LOADS.join(' or ')}, not ${values.load}`);
  return {
    load,
    checkEvery: positive('check-every', values['check-every'] ?? String(CHECK_EVERY)),
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
