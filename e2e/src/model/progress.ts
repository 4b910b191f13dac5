import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { nothingCompared, type Compared } from './compare.js';

/** How far a campaign has come; its file lets it go on after it was interrupted. */
export interface Progress {
  seed: number;
  /** Sequences that held, from the first one on. */
  done: number;
  seconds: number;
  compared: Compared;
}

interface Kept {
  seed: number;
  done: number;
  seconds: number;
  commands: number;
  reads: number;
  refusals: number;
  situations: string[];
  taken: Record<string, number>;
}

/** Reads the file of a campaign; one that is not there has done nothing. */
export function readProgress(file: string, seed: number): Progress {
  const compared = nothingCompared(true);
  if (!existsSync(file)) return { seed, done: 0, seconds: 0, compared };
  const { done, seconds, commands, reads, refusals, situations, taken } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  return { seed, done, seconds, compared: { ...compared, commands, reads, refusals, situations: new Set(situations), taken: new Map(Object.entries(taken)) } };
}

export function writeProgress(file: string, { seed, done, seconds, compared }: Progress): void {
  const { commands, reads, refusals, situations, taken } = compared;
  const kept: Kept = { seed, done, seconds, commands, reads, refusals, situations: [...situations], taken: Object.fromEntries([...taken].sort()) };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}

/** The figures in words. */
export function told({ done, seconds, compared }: Progress): string {
  const { commands, reads, refusals, situations, taken } = compared;
  return `${done} sequences, ${commands} commands, ${reads} reads, ${refusals} refusals tried, ${situations.size} situations, ${taken.size} pairs of actor and action taken, ${Math.round(seconds)} s`;
}
