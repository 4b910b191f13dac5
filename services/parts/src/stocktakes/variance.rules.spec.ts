import fc from 'fast-check';
import { chargeablePieces, columnsOf, outcomeOf, proposedCharge } from './variance.rules.js';

describe('H-6: variance per part', () => {
  it('H-6: borrowed 6, 5 counted: variance −1; borrowed 6, counted 8: surplus +2', () => {
    expect(columnsOf({ borrowed: 6, outstanding: 1, otherwise: 0, surplus: 0 })).toEqual({ borrowed: 6, returned: 5, otherwise: 0, variance: -1, outstanding: 1 });
    expect(columnsOf({ borrowed: 6, outstanding: 0, otherwise: 0, surplus: 2 })).toMatchObject({ returned: 8, variance: 2 });
  });

  it('H-6: what was excused or charged otherwise is not returned, and is not charged again', () => {
    expect(columnsOf({ borrowed: 6, outstanding: 1, otherwise: 2, surplus: 0 })).toEqual({ borrowed: 6, returned: 3, otherwise: 2, variance: -3, outstanding: 1 });
  });

  it('H-6: the deficit is what is still out and what ended otherwise, whatever came', () => {
    const part = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(20)).map(([back, outstanding, otherwise, surplus]) => ({ borrowed: back + outstanding + otherwise, outstanding, otherwise, surplus }));
    fc.assert(fc.property(part, (figures) => {
      const { variance, returned } = columnsOf(figures);
      expect(variance).toBe(figures.surplus - figures.outstanding - figures.otherwise);
      expect(returned).toBeGreaterThanOrEqual(0);
    }));
  });
});

describe('H-7: the proposed charge', () => {
  it('H-7: the deficit at the dealer price of the cut-off day, unless it is excused or extended', () => {
    const line = { outstanding: 3, extended: 0, unitPrice: '12.3450', decision: '' as const };
    expect(proposedCharge(line)).toBe('37.04');
    expect(proposedCharge({ ...line, decision: 'excuse' })).toBe('0.00');
    expect(proposedCharge({ ...line, decision: 'extend', unitPrice: null })).toBe('0.00');
    expect(proposedCharge({ ...line, unitPrice: null })).toBe('');
    expect(proposedCharge({ ...line, outstanding: 0 })).toBe('0.00');
  });

  it('H-1, H-7: a piece whose time was extended beyond the last day for returns is not charged', () => {
    const line = { outstanding: 3, extended: 2, unitPrice: '12.3450' };
    expect((['', 'charge', 'excuse', 'extend'] as const).map((decision) => chargeablePieces({ ...line, decision }))).toEqual([1, 1, 0, 0]);
    expect(proposedCharge({ ...line, decision: '' })).toBe('12.35');
    expect(proposedCharge({ ...line, extended: 3, unitPrice: null, decision: '' })).toBe('0.00');
  });

  it('H-7: what nobody decided is charged', () => {
    expect([outcomeOf(''), outcomeOf('charge'), outcomeOf('excuse'), outcomeOf('extend')]).toEqual(['charge', 'charge', 'excuse', 'extend']);
  });
});
