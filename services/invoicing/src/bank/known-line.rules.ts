import type { ImportFault } from '@aftercare/domain';
import { dayNumberOf, factsOf, saysTheSame, type BankFile, type BankLineRead, type BankLineTold } from './bank-file.rules.js';

/** The lines of a file that are new, and what contradicts the lines that are kept. */
export interface NewLines {
  lines: BankLineRead[];
  faults: ImportFault[];
}

/**
 * B-4: which lines of a file are kept already for its account. A line with the bank's number is known by number, date and amount, and by the
 * payer where both name one; the same number of the same day with anything else is a fault. A line without one is known by all it says, as
 * often as it is kept. What is kept under the other kind, with or without number, is known by all it says as well, so that a format may
 * be given the column, or lose it, and no line is posted twice.
 */
export function newLines({ lines, numberColumn }: Pick<BankFile, 'lines' | 'numberColumn'>, kept: readonly BankLineTold[]): NewLines {
  const faults: ImportFault[] = [];
  const left = new Set(kept);
  const sameDay = groups(kept.filter(isNumbered), dayNumberOf);
  const alike = groups(kept, factsOf);
  const take = (line: BankLineRead, fits: (other: BankLineTold) => boolean): boolean => {
    const found = alike.get(factsOf(line))?.find((other) => left.has(other) && fits(other));
    if (found) left.delete(found);
    return found !== undefined;
  };
  const ofOwnKind = (line: BankLineRead): boolean => {
    if (!isNumbered(line)) return take(line, (other) => !isNumbered(other));
    const known = sameDay.get(dayNumberOf(line));
    if (!known) return false;
    const same = known.find((other) => saysTheSame(other, line));
    if (same) left.delete(same);
    else faults.push({ row: line.row, column: numberColumn, code: 'KNOWN_OTHERWISE' });
    return true;
  };
  // Own kind first, for the whole file, so that no line takes what is kept for a later one.
  const unknown = lines.filter((line) => !ofOwnKind(line));
  return { lines: unknown.filter((line) => !take(line, (other) => isNumbered(other) !== isNumbered(line))), faults };
}

const isNumbered = ({ transactionNumber }: BankLineTold): boolean => transactionNumber !== '';

function groups(lines: readonly BankLineTold[], keyOf: (line: BankLineTold) => string): Map<string, BankLineTold[]> {
  const found = new Map<string, BankLineTold[]>();
  for (const line of lines) {
    const mine = found.get(keyOf(line));
    if (mine) mine.push(line);
    else found.set(keyOf(line), [line]);
  }
  return found;
}
