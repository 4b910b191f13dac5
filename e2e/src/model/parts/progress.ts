import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { nothingCompared, type Compared } from './sequence.js';

/** How far a campaign has come; its file lets it go on after it was interrupted. */
export interface Progress {
  seed: number;
  /** Sequences that held, from the first one on. */
  done: number;
  seconds: number;
  compared: Compared;
}

type Kept = Omit<Progress, 'compared'> & { compared: Omit<Compared, 'taken'> & { taken: Record<string, { done: number; refused: number }> } };

/** Reads the file of a campaign; one that is not there has done nothing. */
export function readProgress(file: string, seed: number): Progress {
  if (!existsSync(file)) return { seed, done: 0, seconds: 0, compared: nothingCompared() };
  const { compared, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  return { ...rest, compared: { ...compared, taken: new Map(Object.entries(compared.taken)) } };
}

export function writeProgress(file: string, { compared, ...rest }: Progress): void {
  const kept: Kept = { ...rest, compared: { ...compared, taken: Object.fromEntries([...compared.taken].sort()) } };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}

/** The figures in words. */
export function inWords({ done, seconds, compared: { commands, refusals, reads } }: Progress): string {
  return `${done} sequences, ${commands} commands, ${refusals} of them refused as the model says, ${reads} reads, ${Math.round(seconds)} s`;
}
