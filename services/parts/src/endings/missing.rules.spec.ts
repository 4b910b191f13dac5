import fc from 'fast-check';
import { leftToExcuse, missingFrom, MISSING_SOURCES, type Pieces } from './missing.rules.js';

const pieces = (given: Partial<Pieces>): Pieces => ({ outstanding: 0, excused: 0, charged: 0, late: 0, credit: 0, returned: 0, excluded: 0, ...given });

describe('P-8, H-1: pieces that never arrived', () => {
  it('P-8: what is outstanding is taken first', () => {
    expect(missingFrom(2, pieces({ outstanding: 3, credit: 1, returned: 1, charged: 1 }), 'shortage')).toEqual(pieces({ outstanding: 2 }));
  });

  it('P-8, H-7: what a stocktake charged is taken next, since it had not come; then what a surplus or a count had ended, and last what was at hand to be excluded (W-5)', () => {
    const all = pieces({ outstanding: 1, charged: 1, late: 1, credit: 1, returned: 1, excluded: 1 });
    expect(missingFrom(1, pieces({ charged: 1, returned: 1 }), 'shortage')).toEqual(pieces({ charged: 1 }));
    expect(missingFrom(3, all, 'shortage')).toEqual(pieces({ outstanding: 1, charged: 1, late: 1 }));
    expect(missingFrom(5, all, 'shortage')).toEqual(pieces({ outstanding: 1, charged: 1, late: 1, credit: 1, returned: 1 }));
    expect(missingFrom(6, all, 'excused')).toEqual(all);
  });

  it('P-8: what never left was not excused; what was lost stays excused', () => {
    const given = pieces({ outstanding: 1, excused: 2, returned: 1 });
    expect(missingFrom(3, given, 'shortage')).toEqual(pieces({ outstanding: 1, excused: 2 }));
    expect(missingFrom(3, given, 'excused')).toEqual(pieces({ outstanding: 1, returned: 1 }));
  });

  it('P-8, H-1: pieces that were excused for the loss before are not excused again', () => {
    expect([leftToExcuse(3, 0), leftToExcuse(3, 1), leftToExcuse(3, 3), leftToExcuse(3, 5)]).toEqual([3, 2, 0, 0]);
  });

  it('P-8, H-1: of a shipped line no shortage is refused, whatever became of its pieces', () => {
    const given = fc.tuple(...MISSING_SOURCES.map(() => fc.nat(5))).map((sums) => pieces(Object.fromEntries(MISSING_SOURCES.map((source, at) => [source, sums[at]]))));
    const sum = (each: Pieces): number => MISSING_SOURCES.reduce((total, source) => total + each[source], 0);
    fc.assert(fc.property(given, fc.nat(30), (standing, wanted) => {
      const missing = Math.min(wanted, sum(standing));
      const taken = missingFrom(missing, standing, 'shortage');
      expect(sum(taken)).toBe(missing);
      for (const source of MISSING_SOURCES) expect(taken[source]).toBeLessThanOrEqual(standing[source]);
    }));
  });
});
