import { Refusal } from '@aftercare/domain';
import type { CountedPart, CountedResult } from '../returns/return-parcel.rules.js';

/** What a corrected count does with a line. */
export interface Correction {
  /** Its pieces as they stand now, with what became of them; empty where they stay as they are. */
  kept: CountedResult[];
  /** Pieces that are counted for the first time, or were taken for a wrong part. */
  added: CountedPart[];
  /** The line no longer stands: `kept` and `added` stand in its place. */
  replaces: boolean;
}

const NOTHING = { metQuantity: 0, surplusQuantity: 0, lateQuantity: 0, refusedQuantity: 0 };
const FATES = ['metQuantity', 'surplusQuantity', 'lateQuantity', 'refusedQuantity'] as const;

const piecesOf = (lines: readonly { quantity: number }[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);
const isRight = ({ condition }: CountedPart): boolean => condition !== 'wrong_part';

/**
 * H-5, H-1: the corrected count of a whole line. What was counted stays counted, so pieces that ended an obligation keep their
 * end and only change their condition; what is more is counted now. Only a wrong part turns into another part. `line` is null where
 * nothing was counted of the announced part. Refuses LINES_MISSING, CORRECTION_LESS, LINE_OTHER_PART, CORRECTION_SAME.
 */
export function correctionOf(line: CountedResult | null, partId: string, lines: readonly CountedPart[]): Correction {
  if (lines.length === 0) throw refusal('LINES_MISSING', 'An upheld objection names the corrected count.');
  const wasRight = line !== null && isRight(line);
  const right = lines.filter(isRight);
  if (piecesOf(lines) < (line?.quantity ?? 0) || (wasRight && piecesOf(right) < line.quantity)) {
    throw refusal('CORRECTION_LESS', 'A correction takes back no piece that was counted.');
  }
  const free = line !== null && !wasRight;
  if (!free && right.some((each) => each.partId !== partId)) throw refusal('LINE_OTHER_PART', 'The line is of another part.');
  return wasRight ? regraded(line, lines) : sorted(line, lines);
}

/** Nothing of the line had met anything: what is right now is counted now. */
function sorted(line: CountedResult | null, lines: readonly CountedPart[]): Correction {
  const wrong = lines.filter((each) => !isRight(each));
  if (lines.length === wrong.length && piecesOf(wrong) === (line?.quantity ?? 0)) throw same();
  return { kept: line === null ? [] : wrong.map((each) => ({ ...each, ...NOTHING })), added: line === null ? [...lines] : lines.filter(isRight), replaces: line !== null };
}

/** The line's pieces first stay in their condition as far as the correction leaves them there. */
function regraded(line: CountedResult, lines: readonly CountedPart[]): Correction {
  const fates = Object.fromEntries(FATES.map((fate) => [fate, line[fate]])) as Record<(typeof FATES)[number], number>;
  const kept: CountedResult[] = [];
  const added: CountedPart[] = lines.filter((each) => !isRight(each));
  let left = line.quantity;
  const right = lines.filter(isRight);
  for (const each of [...right.filter(({ condition }) => condition === line.condition), ...right.filter(({ condition }) => condition !== line.condition)]) {
    const quantity = Math.min(left, each.quantity);
    left -= quantity;
    if (quantity > 0) kept.push({ ...each, quantity, ...take(fates, quantity) });
    if (each.quantity > quantity) added.push({ ...each, quantity: each.quantity - quantity });
  }
  const replaces = kept.length > 1 || kept[0].condition !== line.condition || kept[0].unitSerial !== line.unitSerial;
  if (!replaces && added.length === 0) throw same();
  return { kept: replaces ? kept : [], added, replaces };
}

/** So many pieces with what became of them, those that ended an obligation first. */
function take(fates: Record<(typeof FATES)[number], number>, quantity: number): typeof NOTHING {
  let left = quantity;
  const taken = { ...NOTHING };
  for (const fate of FATES) {
    taken[fate] = Math.min(left, fates[fate]);
    fates[fate] -= taken[fate];
    left -= taken[fate];
  }
  return taken;
}

function same(): Refusal {
  return refusal('CORRECTION_SAME', 'The correction changes nothing.');
}

function refusal(reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field: 'lines' });
}
