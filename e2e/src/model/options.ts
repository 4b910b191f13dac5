import { parseArgs } from 'node:util';

/** What `npm run model:calls` may be told on the command line. */
export interface ModelOptions {
  /** All sequences follow from it. */
  seed: number;
  sequences: number;
  /** The first sequence; null goes on where the last run with this seed stopped. */
  from: number | null;
  /** A counterexample as it was printed: its chunk's first sequence is `from`. */
  path?: string;
  replay?: string;
}

const SEQUENCES = 2_000;

/** Reads `--seed`, `--sequences`, `--from`, `--path` and `--replay`; a missing seed is taken from the clock. */
export function readOptions(args: string[]): ModelOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { seed: text, sequences: text, from: text, path: text, replay: text } });
  return {
    seed: whole('seed', values.seed ?? String(Date.now() % 1_000_000)), sequences: whole('sequences', values.sequences ?? String(SEQUENCES)),
    from: values.from === undefined ? null : whole('from', values.from), path: values.path, replay: values.replay,
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} is a whole number, not ${text}`);
  return value;
}
