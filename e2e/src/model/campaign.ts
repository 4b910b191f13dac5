import fc from 'fast-check';
import { beginSequence, openings, sequenceOf } from './call-commands.js';
import type { CallWorld } from './call-world.js';
import { failureOf, type Failure } from './chunks.js';
import type { Compared } from './compare.js';

/** Sequences that are run together; with the same seed they are the same. */
export interface Chunk {
  seed: number;
  sequences: number;
  maxCommands: number;
  /** Whether a clerk files what was confirmed, or it is filed at once. */
  checked: boolean;
  /** Where a counterexample was found, as it was printed. */
  path?: string;
  replay?: string;
}

/** Runs a chunk; a mismatch is shrunk to the shortest sequence that shows it. */
export async function runChunk(world: CallWorld, chunk: Chunk, compared: Compared): Promise<Failure> {
  const { seed, sequences, maxCommands, checked, path, replay } = chunk;
  await world.setFiling(checked ? 'checked' : 'automatic');
  const property = fc.asyncProperty(openings, sequenceOf(maxCommands, replay), (opening, commands) =>
    fc.asyncModelRun(() => beginSequence(world, opening, { compared, checked }), commands));
  const details = await fc.check(property, { seed, numRuns: sequences, ...(path ? { path } : {}) });
  return failureOf(seed, details);
}
