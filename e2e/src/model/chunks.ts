import fc, { type RunDetails } from 'fast-check';
import type { ModelOptions } from './options.js';

/** What did not hold: the seed of its chunk, where in it, and the shortest sequence that shows it. */
export type Failure = { seed: number; path: string; counterexample: string; why: string; shrunk: number } | undefined;

/** A chunk of a campaign; all its sequences follow from its seed. */
export interface ModelChunk {
  /** From 0. */
  at: number;
  seed: number;
  sequences: number;
  path?: string;
  replay?: string;
}

export interface Campaign {
  /** Where its progress is kept. */
  file: string;
  progress: { done: number; seconds: number };
  /** Sequences of a chunk. */
  size: number;
  play(chunk: ModelChunk): Promise<Failure>;
  /** Keeps the progress and tells it in words. */
  kept(): string;
}

let interrupted = false;

/** Plays chunk after chunk up to the last sequence, a mismatch or an interruption; a counterexample is played alone. */
export async function playChunks({ seed, sequences, from, path, replay }: ModelOptions, { file, progress, size, play, kept }: Campaign): Promise<Failure> {
  const began = Date.now() - progress.seconds * 1_000;
  let next = Math.floor((from ?? progress.done) / size) * size;
  say(`seed ${seed}, sequences ${next} to ${sequences}, progress in ${file}`);
  for (; next < sequences && !interrupted; next += size) {
    const at = next / size;
    const failure = await play({ at, seed: (seed * 1_009 + at) % 0x7fffffff, sequences: Math.min(size, sequences - next), path, replay });
    if (failure) {
      say(`the mismatch lies in the chunk from sequence ${next} on`);
      return failure;
    }
    if (path) return undefined;
    Object.assign(progress, { done: Math.max(progress.done, Math.min(next + size, sequences)), seconds: (Date.now() - began) / 1_000 });
    say(kept());
  }
  say(`0 mismatches with seed ${seed}${next < sequences ? `, interrupted: the same command goes on at ${next}` : ''}`);
  return undefined;
}

/** What fast-check found of a chunk. */
export function failureOf<T>(seed: number, { failed, counterexamplePath, counterexample, numShrinks, errorInstance }: RunDetails<T>): Failure {
  if (!failed) return undefined;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return { seed, path: counterexamplePath ?? '', counterexample: fc.stringify(counterexample), shrunk: numShrinks, why };
}

/** Tells a mismatch, and ends the command with an error. */
export function tellMismatch({ seed, path, counterexample, why, shrunk }: NonNullable<Failure>, options: ModelOptions): void {
  say(`MISMATCH: ${why}\n${counterexample}\nseed ${options.seed} (of the chunk: ${seed}), path ${path}, shrunk ${shrunk} times`);
  process.exitCode = 1;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs a campaign's command; interrupted it ends after its chunk. What it throws is told, and ends it with an error. */
export function runMain(main: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { interrupted = true; });
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
}
