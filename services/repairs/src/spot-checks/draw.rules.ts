import { addDays, isRealDate, Refusal } from '@aftercare/domain';

const PERIOD_DAYS_MAX = 366;
const SAMPLE_MAX = 50;
const SEED = /^[A-Za-z0-9_-]{1,40}$/;

/** What a sample is drawn of. */
export interface DrawAsked {
  from: string;
  to: string;
  sampleSize: number;
  seed: string;
}

/** D-6: a period of at most a year that does not lie in the future, 1 to 50 records, and a seed that can be printed. */
export function refuseWrongDraw(asked: DrawAsked, today: string): void {
  const isPeriod = isRealDate(asked.from) && isRealDate(asked.to) && asked.from <= asked.to && asked.to <= today && asked.to < addDays(asked.from, PERIOD_DAYS_MAX);
  if (!isPeriod) throw invalid('PERIOD_INVALID', 'from', 'A period of at most a year up to today.', { years: 1 });
  if (!Number.isInteger(asked.sampleSize) || asked.sampleSize < 1 || asked.sampleSize > SAMPLE_MAX) {
    throw invalid('SAMPLE_SIZE_INVALID', 'sampleSize', `1 to ${SAMPLE_MAX} records.`, { max: SAMPLE_MAX });
  }
  if (!SEED.test(asked.seed)) throw invalid('SEED_INVALID', 'seed', 'Letters, digits, dashes, at most 40.');
}

/**
 * D-6: draws without putting back. The same seed and the same population, in whatever order it comes, give the same sample in the
 * same order; a smaller sample is the beginning of a larger one.
 */
export function drawSample(seed: string, population: readonly string[], size: number): string[] {
  const rest = [...new Set(population)].sort();
  const random = randomOf(seed);
  const drawn: string[] = [];
  while (drawn.length < size && rest.length > 0) drawn.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return drawn;
}

/** A generator of numbers from 0 up to 1 (mulberry32), begun with a hash of the seed (FNV-1a). */
function randomOf(seed: string): () => number {
  let state = [...seed].reduce((hash, character) => Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193), 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function invalid(reason: string, field: string, message: string, more: Record<string, unknown> = {}): Refusal {
  return new Refusal('invalid_argument', reason, message, { field, ...more });
}
