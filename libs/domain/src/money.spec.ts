import fc from 'fast-check';
import {
  addMoney, adjustUnitPrice, compareMoney, compareUnitPrices, exceeds, isAmount, isZeroMoney, keptAmount, lineAmount, negateMoney, percentAbove, scaleMoney, splitByLargestRemainder, subtractMoney, taxOf,
} from './money.js';

const fens = fc.integer({ min: -99_999_999_999, max: 99_999_999_999 });
const asAmount = (value: number): string =>
  `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;

describe('F-2: money', () => {
  it('F-2: 12.345 × 3 is 37.04; 13 % tax of it is 4.82; together 41.86', () => {
    const net = lineAmount('12.345', 3);
    expect(net).toBe('37.04');
    expect(taxOf(net, '13')).toBe('4.82');
    expect(addMoney(net, taxOf(net, '13'))).toBe('41.86');
  });

  it('F-2: what is kept has at most 12 digits before the point; more is refused with the field it comes from', () => {
    expect([keptAmount('999999999999.99', 'lines'), keptAmount('-999999999999.99', 'lines')]).toEqual(['999999999999.99', '-999999999999.99']);
    for (const beyond of ['1000000000000.00', '-1000000000000.00', lineAmount('9999999999', 100_000)]) {
      expect(() => keptAmount(beyond, 'lines[0].quantity')).toThrow(expect.objectContaining({ reason: 'AMOUNT_TOO_LARGE', details: { field: 'lines[0].quantity' } }) as Error);
    }
  });

  it('F-2: tax is rounded per line, totals are sums of rounded lines: 17.86, not 17.85', () => {
    const taxes = ['37.04', '100.00', '0.30'].map((net) => taxOf(net, '13'));
    expect(taxes).toEqual(['4.82', '13.00', '0.04']);
    expect(addMoney(...taxes)).toBe('17.86');
    expect(addMoney('137.34', addMoney(...taxes))).toBe('155.20');
  });

  it('F-2: a payment of 100.00 over three equal slips is 33.34, 33.33, 33.33', () => {
    expect(splitByLargestRemainder('100.00', [1, 1, 1])).toEqual(['33.34', '33.33', '33.33']);
    expect(splitByLargestRemainder('-100.00', ['41.86', '41.86', '41.86'])).toEqual(['-33.34', '-33.33', '-33.33']);
  });

  it('rounds half away from zero, so that a reversing line is the mirror of its line', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999 }), fc.integer({ min: 1, max: 9_999 }), (price, quantity) => {
      const unit = (price / 10_000).toFixed(4);
      expect(lineAmount(unit, -quantity)).toBe(negateMoney(lineAmount(unit, quantity)));
    }));
  });

  it('a split adds up to its total, gives nothing to a zero weight, and strays less than one fen', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 }).filter((list) => list.some((each) => each > 0));
    fc.assert(fc.property(fens, weights, (total, list) => {
      const parts = splitByLargestRemainder(asAmount(total), list);
      expect(addMoney(...parts)).toBe(asAmount(total));
      const sum = list.reduce((a, b) => a + b, 0);
      parts.forEach((part, index) => {
        if (list[index] === 0) expect(isZeroMoney(part)).toBe(true);
        expect(Math.abs(Number(part) * 100 - (total * (list[index] ?? 0)) / sum)).toBeLessThan(1.001);
      });
    }));
  });

  it('adds and subtracts exactly, never writes minus zero', () => {
    fc.assert(fc.property(fens, fens, (a, b) => {
      expect(subtractMoney(addMoney(asAmount(a), asAmount(b)), asAmount(b))).toBe(asAmount(a));
      expect(compareMoney(asAmount(a), asAmount(b))).toBe(Math.sign(a - b) === 0 ? 0 : Math.sign(a - b));
    }));
    expect(negateMoney('0.00')).toBe('0.00');
    expect(addMoney()).toBe('0.00');
  });

  it.each(['1e308', '', ' 1', '1.005', 'NaN', '0x10', '1,000.00', '.5', '1'.repeat(31)])('refuses %s as an amount', (value) => {
    expect(isAmount(value)).toBe(false);
    expect(() => addMoney(value)).toThrow(expect.objectContaining({ reason: 'INVALID_AMOUNT' }));
  });

  it('states at most 10 digits before the point, and adds up any number of them', () => {
    expect(['9999999999.99', '-9999999999.99', '99999999999', '999999999999.99'].map(isAmount)).toEqual([true, true, false, false]);
    expect(addMoney('999999999999.99', '999999999999.99')).toBe('1999999999999.98');
    expect(subtractMoney('1999999999999.98', '0.01')).toBe('1999999999999.97');
    expect(compareMoney('1999999999999.98', '1999999999999.97')).toBe(1);
    fc.assert(fc.property(fc.array(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), { maxLength: 200 }), (many) => {
      const text = (value: bigint): string => `${value < 0n ? '-' : ''}${(value < 0n ? -value : value) / 100n}.${String((value < 0n ? -value : value) % 100n).padStart(2, '0')}`;
      expect(addMoney(...many.map(text))).toBe(text(many.reduce((sum, each) => sum + each, 0n)));
    }));
    const parts = splitByLargestRemainder('123456789012345678901234567.89', ['1234567890123456789.01', '9999999999999999.99', 7]);
    expect(addMoney(...parts)).toBe('123456789012345678901234567.89');
  });

  it('refuses fractional pieces, negative unit prices and weights of nothing', () => {
    expect(() => lineAmount('1.00', 1.5)).toThrow(expect.objectContaining({ reason: 'INVALID_QUANTITY' }));
    expect(() => lineAmount('-1.00', 1)).toThrow(expect.objectContaining({ reason: 'INVALID_AMOUNT' }));
    expect(() => splitByLargestRemainder('1.00', [0, 0])).toThrow(expect.objectContaining({ reason: 'INVALID_WEIGHTS' }));
    expect(() => splitByLargestRemainder('1.00', [])).toThrow(expect.objectContaining({ reason: 'INVALID_WEIGHTS' }));
  });
});

it('scales an amount, rounded half up to the fen, away from zero when negative', () => {
  expect(scaleMoney('100.00', 12, 7)).toBe('171.43');
  expect([scaleMoney('0.01', 1, 2), scaleMoney('-0.01', 1, 2), scaleMoney('0', 3, 1)]).toEqual(['0.01', '-0.01', '0.00']);
  expect(scaleMoney('999999999999.99', 50, 1)).toBe('49999999999999.50');
});

it('F-7: unit prices are compared to 4 decimals', () => {
  expect([compareUnitPrices('12.345', '12.3450'), compareUnitPrices('9', '12.3450'), compareUnitPrices('12.3451', '12.345')]).toEqual([0, -1, 1]);
  expect(() => compareUnitPrices('1', '-1')).toThrow(expect.objectContaining({ reason: 'INVALID_AMOUNT' }));
});

it('D-3: a unit price is raised by a percentage, and a deviation is told with one decimal', () => {
  expect([adjustUnitPrice('12.345', '10'), adjustUnitPrice('0.0001', '-50'), adjustUnitPrice('10', '0'), adjustUnitPrice('3', '33.33')])
    .toEqual(['13.5795', '0.0001', '10.0000', '3.9999']);
  expect(() => adjustUnitPrice('-1', '10')).toThrow(expect.objectContaining({ reason: 'INVALID_AMOUNT' }));
  expect([percentAbove('120', '100'), percentAbove('99.99', '100'), percentAbove('80', '120.5'), percentAbove('5', '0')]).toEqual(['20.0', '0.0', '-33.6', '']);
  expect([exceeds('120', '100', 20), exceeds('120.01', '100', 20), exceeds('1', '0', 20), exceeds('0', '0', 0)]).toEqual([false, true, true, false]);
});
