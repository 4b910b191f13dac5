import fc from 'fast-check';
import { failureOf, type Failure } from '../chunks.js';
import { Step, type Dice, type How, type Kind } from './act.js';
import { CLAIM_COMMANDS } from './claim-commands.js';
import { ISSUE_COMMANDS } from './issue-commands.js';
import { READ_KIT } from './kit-command.js';
import { emptyModel, type PartsModel } from './model.js';
import { MONEY_COMMANDS } from './money-commands.js';
import { compareEnd } from './overview.js';
import { CALL_OFF, RETURN_COMMANDS } from './return-commands.js';
import type { Compared, Sequence } from './sequence.js';
import { begin, STARTS, type Start } from './starts.js';
import { STOCK_COMMANDS } from './stock-commands.js';
import { STOCKTAKE_COMMANDS } from './stocktake-commands.js';
import type { PartsWorld } from './world.js';

/** Sequences that are run together; with the same seed they are the same. */
export interface Chunk {
  seed: number;
  sequences: number;
  /** Commands of a sequence at most. */
  most: number;
  /** How all of them begin; drawn when it is not said. */
  start?: Start;
  /** Where a counterexample was found, as it was printed. */
  path?: string;
  replay?: string;
}

const KINDS: Kind<never>[] = [...STOCK_COMMANDS, ...ISSUE_COMMANDS, ...MONEY_COMMANDS, ...RETURN_COMMANDS, ...STOCKTAKE_COMMANDS];

/** Commands that touch nothing else. */
const BESIDE: Kind<never>[] = [...CLAIM_COMMANDS, READ_KIT as Kind<never>];
const ALL = [...KINDS, ...BESIDE, CALL_OFF as Kind<never>];

/** Commands that cannot be done when their turn comes are passed over, so more are drawn than are run. */
const DRAWN = 700;
const HOW: { weight: number; how: How }[] = [
  { weight: 84, how: 'right' }, { weight: 6, how: 'odd' }, { weight: 5, how: 'wild' }, { weight: 2, how: 'stale' }, { weight: 2, how: 'role' }, { weight: 1, how: 'foreign' },
];

function commands(replayPath?: string): ReturnType<typeof fc.commands<PartsModel, Sequence, false>> {
  const number = fc.nat({ max: 9_999 });
  const of = fc.oneof(...KINDS.map((each) => ({ weight: Math.ceil(each.weight * 10), arbitrary: fc.constant(each) })));
  const how = fc.oneof(...HOW.map((each) => ({ weight: each.weight, arbitrary: fc.constant(each.how) })));
  const dice: fc.Arbitrary<Dice> = fc.record({ which: number, how, a: number, b: number, c: number });
  const step = fc.tuple(of, dice).map(([each, drawn]) => new Step(each, drawn, BESIDE));
  return fc.commands([step], { maxCommands: DRAWN, size: 'max', ...(replayPath ? { replayPath } : {}) });
}

/** Runs a chunk; a mismatch is shrunk to the shortest sequence that shows it. */
export async function runChunk(world: PartsWorld, { seed, sequences, most, start: begun, path, replay }: Chunk, compared: Compared): Promise<Failure> {
  const property = fc.asyncProperty(begun ? fc.constant(begun) : fc.constantFrom<Start[]>(...STARTS), commands(replay), async (start, drawn) => {
    const stage = await world.nextStage();
    const sequence: Sequence = { world, stage, compared };
    const model = emptyModel(most);
    await begin(start, ALL, { model, sequence });
    await fc.asyncModelRun(() => ({ model, real: sequence }), drawn);
    await compareEnd(model, sequence);
    compared.sequences += 1;
  });
  const details = await fc.check(property, { seed, numRuns: sequences, unbiased: true, ...(path ? { path } : {}) });
  return failureOf(seed, details);
}

/** Kinds of commands that were never done. */
export const neverDone = ({ taken }: Compared): string[] => ALL.map(({ name }) => name).filter((name) => !taken.get(name)?.done);

/** How often each kind was done and refused, most first. */
export function told({ taken }: Compared): string {
  const rows = [...taken].sort(([, a], [, b]) => b.done - a.done);
  return rows.map(([name, { done, refused }]) => `${name} ${done}${refused > 0 ? ` (refused ${refused})` : ''}`).join(', ');
}
