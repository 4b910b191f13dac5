import fc from 'fast-check';
import { PAIRS, TIE_TERMS, tieRow, type TieSums, type TieTerm } from './tie-out.rules.js';

const sums = (pieces: Partial<Record<TieTerm, number>>, more: Partial<TieSums> = {}): TieSums => ({ pieces, amounts: {}, nets: {}, onSlips: pieces.shipped_charged ?? 0, onSlipsNet: '0.00', ...more });

describe('H-8: the tie-out of part P and dealer A, as in the examples', () => {
  it('H-8: March: issue list 15 = charged 3 + free 12; 10 with return due = returned 4 + outstanding change 6; revenue 3 × price', () => {
    const march = tieRow(sums(
      { shipped_due: 10, opened: 10, shipped_charged: 3, shipped_free: 2, returned_met: 4, settled_returned: 4 },
      { amounts: { shipped_charged: '37.04' }, onSlipsNet: '37.04' },
    ));
    expect(march).toMatchObject({ shipped: 15, charged: 3, owed: 10, free: 2, due: 10, returned: 4, converted: 0, excused: 0, outstandingChange: 6, revenue: '37.04', proved: true });
  });

  it('H-8: April: 0 = returned 5 + change −5', () => {
    expect(tieRow(sums({ returned_met: 5, settled_returned: 5 }))).toMatchObject({ due: 0, returned: 5, outstandingChange: -5, revenue: '0.00', proved: true });
  });

  it('H-8: May: 0 = returned 1 (the late piece) + (converted 1 − reversed 1) + change −1; revenue list +1 −1', () => {
    const may = tieRow(sums(
      { converted: 1, settled_charged: 1, returned_late: 1, late_reversed: 1, conversion_reversed: 1, undone_charged: 1, settled_returned: 1, revenue_reversed: 1 },
      { amounts: { converted: '12.35', revenue_reversed: '12.35' }, nets: { converted: '12.35', revenue_reversed: '12.35' } },
    ));
    expect(may).toMatchObject({ due: 0, returned: 1, converted: 1, reversed: 1, outstandingChange: -1, lateChange: 0, revenue: '0.00', convertedNet: '12.35', reversedNet: '12.35', proved: true });
  });

  it('H-8: a month with a surplus: 0 = returned 8 + change −6 − change in credit 2; the next issue of 3: 3 = change 1 − change in credit (−2)', () => {
    expect(tieRow(sums({ returned_met: 6, settled_returned: 6, returned_surplus: 2, credit_kept: 2 }))).toMatchObject({ returned: 8, outstandingChange: -6, creditChange: 2, proved: true });
    expect(tieRow(sums({ shipped_due: 3, opened: 3, settled_credit: 2, credit_used: 2 }))).toMatchObject({ due: 3, returned: 0, outstandingChange: 1, creditChange: -2, proved: true });
  });

  it('H-8: opening holdings stand on the left, and are outstanding', () => {
    expect(tieRow(sums({ opening: 7 }))).toMatchObject({ due: 0, opening: 7, outstandingChange: 7, proved: true });
  });

  it('H-7, H-8: a late piece whose charge waits for its red letter is kept apart until it is taken back', () => {
    expect(tieRow(sums({ returned_late: 1 }))).toMatchObject({ returned: 1, lateChange: 1, proved: true });
    expect(tieRow(sums({ late_reversed: 1, conversion_reversed: 1, undone_charged: 1, settled_returned: 1 }))).toMatchObject({ returned: 0, reversed: 1, lateChange: -1, proved: true });
  });

  it('H-8, P-8: agreed shortages lower each side', () => {
    const row = tieRow(sums({ shipped_due: 4, opened: 4, shortage_due: 1, shipped_charged: 2, shortage_charged: 1, shipped_free: 2, shortage_free: 2 }));
    expect(row).toMatchObject({ shipped: 8, shortage: 4, charged: 1, owed: 3, free: 0, due: 3, outstandingChange: 3, proved: true });
  });

  it('H-8: what shipped as charged and stands on no slip, and revenue that is not its share, do not tie out', () => {
    expect(tieRow(sums({ shipped_charged: 3 }, { onSlips: 2 }))).toMatchObject({ issueDifference: 1, proved: false });
    expect(tieRow(sums({ shipped_charged: 3 }, { amounts: { shipped_charged: '37.04' }, onSlipsNet: '37.03' }))).toMatchObject({ revenueDifference: '0.01', proved: false });
  });
});

describe('H-8: pairs and identities', () => {
  const amounts = fc.record(Object.fromEntries(PAIRS.map(({ name }) => [name, fc.array(fc.nat(50), { minLength: 1, maxLength: 4 })])));

  it('H-8: a term belongs to one pair at most', () => {
    const named = PAIRS.flatMap(({ terms }) => Object.keys(terms));
    expect(new Set(named).size).toBe(named.length);
    expect(named.every((term) => (TIE_TERMS as readonly string[]).includes(term))).toBe(true);
  });

  it('H-8: where each pair meets, (1) and (3) hold, whatever else happened', () => {
    fc.assert(fc.property(amounts, fc.nat(9), fc.nat(9), (given, excused, free) => {
      const pieces: Partial<Record<TieTerm, number>> = { settled_excused: excused, shipped_free: free, returned_late: 3, opening: 2 };
      for (const { name, terms } of PAIRS) {
        const entries = Object.entries(terms) as [TieTerm, 1 | -1][];
        const right = entries.filter(([, sign]) => sign === -1).map(([term]) => term);
        right.forEach((term, at) => { pieces[term] = given[name]?.[at % given[name].length] ?? 0; });
        const total = right.reduce((sum, term) => sum + (pieces[term] ?? 0), 0);
        const [[first], ...others] = entries.filter(([, sign]) => sign === 1);
        for (const [term] of others) pieces[term] = 0;
        pieces[first] = total;
      }
      expect(tieRow(sums(pieces))).toMatchObject({ issueDifference: 0, returnDifference: 0 });
    }));
  });
});
