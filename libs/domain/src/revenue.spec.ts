import fc from 'fast-check';
import { addMoney, lineAmount, splitByLargestRemainder, subtractMoney } from './money.js';
import { afterShipment as shipped, prepaid, revenueOfReversal, revenueOfShipment, type EarningLine } from './revenue.js';

const line = (change: Partial<EarningLine> = {}): EarningLine => ({
  quantity: 2, netAmount: '24.69', shippedQuantity: 0, reversedQuantity: 0, reversedNet: '0.00', revenueQuantity: 0, revenueNet: '0.00', ...change,
});
const reversed = (of: EarningLine, part: { quantity: number; netAmount: string }): EarningLine => {
  const revenue = revenueOfReversal(of, part);
  return {
    ...of, reversedQuantity: of.reversedQuantity + part.quantity, reversedNet: addMoney(of.reversedNet, part.netAmount),
    revenueQuantity: of.revenueQuantity - revenue.quantity, revenueNet: subtractMoney(of.revenueNet, revenue.netAmount),
  };
};

describe('F-8: when a charged line becomes revenue', () => {
  it('F-8: 2 pieces confirmed on 03-30, 1 shipped on 03-31, 1 on 04-02: half is March’s, half April’s, and meanwhile a prepayment', () => {
    const march = shipped(line(), 1);
    expect([march.revenueNet, prepaid(march)]).toEqual(['12.35', { quantity: 1, netAmount: '12.34' }]);
    expect(revenueOfShipment(march, 1)).toBe('12.34');
  });

  it('F-8: a line reversed before its shipment never enters; what is reversed is first what has not shipped', () => {
    expect(revenueOfReversal(line(), { quantity: 2, netAmount: '24.69' })).toEqual({ quantity: 0, netAmount: '0.00' });
    expect(revenueOfReversal(shipped(line(), 1), { quantity: 1, netAmount: '12.34' })).toEqual({ quantity: 0, netAmount: '0.00' });
    expect(revenueOfReversal(shipped(line(), 1), { quantity: 2, netAmount: '24.69' })).toEqual({ quantity: 1, netAmount: '12.35' });
    expect(revenueOfReversal(shipped(line(), 2), { quantity: 1, netAmount: '12.34' })).toEqual({ quantity: 1, netAmount: '12.34' });
  });

  it('F-8: where nothing is left to ship, what rounding left of the prepayment is revenue', () => {
    const mostly = shipped(line({ quantity: 10, netAmount: '5673.42' }), 7);
    expect([mostly.revenueNet, prepaid(mostly)]).toEqual(['3971.39', { quantity: 3, netAmount: '1702.03' }]);
    const rest = reversed(mostly, { quantity: 3, netAmount: '1702.02' });
    expect([rest.revenueNet, prepaid(rest)]).toEqual(['3971.40', { quantity: 0, netAmount: '0.00' }]);
  });

  it('F-8: what was missing and ships again is no revenue twice', () => {
    const again = shipped(shipped(line(), 2), 1);
    expect([again.revenueQuantity, again.revenueNet, revenueOfShipment(again, 1)]).toEqual([2, '24.69', '0.00']);
    expect(revenueOfReversal(again, { quantity: 1, netAmount: '12.34' })).toEqual({ quantity: 1, netAmount: '12.34' });
  });

  it('F-8: shipped and reversed in whatever order, nothing is a prepayment in the end, and revenue is the line less what was reversed', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 8 });
    const price = fc.integer({ min: 0, max: 9_999_999 }).map((tenThousandths) => (tenThousandths / 10_000).toFixed(4));
    fc.assert(fc.property(price, steps, (unitPrice, all) => {
      const quantity = all.reduce((sum, [, pieces]) => sum + pieces, 0);
      let at = line({ quantity, netAmount: lineAmount(unitPrice, quantity) });
      for (const [ships, pieces] of all) {
        const left = subtractMoney(at.netAmount, at.reversedNet);
        const part = { quantity: pieces, netAmount: splitByLargestRemainder(left, [pieces, quantity - at.reversedQuantity - pieces])[0] };
        at = ships ? shipped(at, pieces) : reversed(at, part);
        expect(at.revenueNet.startsWith('-') || prepaid(at).netAmount.startsWith('-')).toBe(false);
      }
      expect(prepaid(at)).toEqual({ quantity: 0, netAmount: '0.00' });
      expect(at.revenueNet).toBe(subtractMoney(at.netAmount, at.reversedNet));
    }));
  });
});
