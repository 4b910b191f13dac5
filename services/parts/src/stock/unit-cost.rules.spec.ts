import { refusalReason } from '@aftercare/domain';
import { checkUnitCost, unitCostRefusal } from './unit-cost.rules.js';

describe('what one piece costs', () => {
  it('P-1: is a price of up to 4 decimals, nought included', () => {
    expect(['0', '1.5', '12.3456', '1000000', '1000000.0000'].map(unitCostRefusal)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    for (const wrong of ['', '-1', '1.23456', '1e3', '12345678901']) expect(refusalReason(() => checkUnitCost(wrong, 'unitCost'))).toBe('PRICE_INVALID');
  });

  it('P-2: is a million at most; a slip of the keyboard is refused at its field with that bound', () => {
    for (const slip of ['1000000.0001', '9999999999.9999']) {
      expect(() => checkUnitCost(slip, 'lines[0].unitCost')).toThrow(expect.objectContaining({ reason: 'COST_TOO_HIGH', details: { field: 'lines[0].unitCost', max: '1000000' } }) as Error);
    }
  });
});
