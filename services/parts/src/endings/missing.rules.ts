/**
 * What has become of the pieces of a shipped line that never arrived whole, in the order in which a missing piece is looked for. `charged` by a
 * stocktake, for which nothing had come; `late` are such whose charge a late return or surplus takes back (H-7); `excluded` were charged after the
 * fact (W-5), which nobody does of a piece that is not at hand.
 */
export const MISSING_SOURCES = ['outstanding', 'excused', 'charged', 'late', 'credit', 'returned', 'excluded'] as const;
export type MissingSource = (typeof MISSING_SOURCES)[number];
export type Pieces = Record<MissingSource, number>;

/**
 * P-8, H-1: what is outstanding is taken first. What ended meanwhile was another matter than these pieces, so that end is taken back: the
 * charge of what had not come is reversed, then what a surplus or a count had met is surplus again. An agreed shortage was not excused either; a loss is, so that
 * what was excused before stays so. Answers the pieces by what had become of them.
 */
export function missingFrom(missing: number, pieces: Pieces, as: 'shortage' | 'excused'): Pieces {
  let left = missing;
  const taken: Pieces = { outstanding: 0, excused: 0, charged: 0, late: 0, credit: 0, returned: 0, excluded: 0 };
  for (const source of MISSING_SOURCES) {
    if (source === 'excused' && as === 'excused') continue;
    taken[source] = Math.min(left, pieces[source]);
    left -= taken[source];
  }
  return taken;
}

/** P-8, H-1: pieces of a loss that are still to end: what was excused for it before counts. */
export const leftToExcuse = (missing: number, excusedBefore: number): number => Math.max(0, missing - excusedBefore);
