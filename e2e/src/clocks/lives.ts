import type { Random } from '../demo/random.js';

/** What happens to a call after it was opened; each at its minute from then on. */
export type LifeStep = 'assign' | 'extend' | 'strike-special' | 'record' | 'refuse' | 'reopen' | 'cancel';

export interface Life {
  /** Which of the dealers has it. */
  dealer: number;
  /** Minute of the campaign in which it is opened. */
  opensAt: number;
  steps: { after: number; step: LifeStep }[];
}

/** Calls come in over two days. */
const OPENING_MINUTES = 48 * 60;
const HOUR = 60;
/** Well before the first 24 hours are over, so that a campaign that takes its time is not too late. */
const LATEST_SPECIAL = 20 * HOUR;
const LONGEST = 60 * HOUR;

/** A call's life by chance: left open, made special and struck, solved in time or late, refused, reopened, cancelled. */
export function drawLife(random: Random, dealers: number): Life {
  const life: Life = { dealer: random.whole(0, dealers - 1), opensAt: random.whole(0, OPENING_MINUTES), steps: [] };
  const chance = (percent: number): boolean => random.whole(1, 100) <= percent;
  const at = (after: number, step: LifeStep): void => void life.steps.push({ after, step });
  const ends = chance(45) ? random.whole(HOUR, LONGEST) : Infinity;
  const assigned = ends < Infinity || chance(60);
  if (assigned) at(0, 'assign');
  const special = chance(25) ? random.whole(HOUR, LATEST_SPECIAL) : Infinity;
  if (special < ends) {
    at(special, 'extend');
    const struck = special + random.whole(HOUR, 30 * HOUR);
    if (chance(40) && struck < ends) at(struck, 'strike-special');
  }
  if (ends < Infinity) end(ends, { chance, at, random });
  return life;
}

interface Drawing {
  chance: (percent: number) => boolean;
  at: (after: number, step: LifeStep) => void;
  random: Random;
}

function end(ends: number, { chance, at, random }: Drawing): void {
  if (chance(20)) return at(ends, 'cancel');
  at(ends, 'record');
  const next = ends + random.whole(HOUR, 20 * HOUR);
  if (chance(40)) at(next, 'refuse');
  else if (chance(25)) at(next, 'reopen');
  else return;
  if (chance(50)) at(next + random.whole(HOUR, 30 * HOUR), 'record');
}
