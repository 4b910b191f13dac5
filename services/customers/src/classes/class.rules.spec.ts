import fc from 'fast-check';
import { betterClass, classify, classOf, monthAfter, periodBefore, requirePinRole, type Contribution } from './class.rules.js';

const LIMITS = { aPercent: 70, bPercent: 90 };
const brought = (customerId: string, contribution: string, frequency = 1, lastOn = '2026-01-01'): Contribution => ({ customerId, contribution, frequency, lastOn });
const classes = (contributions: Contribution[]): string => classify(contributions, LIMITS).map((each) => `${each.customerId}${each.class}`).join(' ');

describe('the class of a customer', () => {
  it('C-7: one customer with 80 % of the sum is A, the next B', () => {
    expect(classes([brought('y', '20.00'), brought('x', '80.00')])).toBe('xA yB');
    expect(classify([brought('y', '20.00'), brought('x', '80.00')], LIMITS)[1]).toMatchObject({ shareBefore: '80.00' });
  });

  it('C-7: A while the share before a customer is under 70 %, B under 90 %, the rest C; the limits themselves are outside', () => {
    expect(classes([brought('a', '70'), brought('b', '20'), brought('c', '10')])).toBe('aA bB cC');
    expect(classes([brought('a', '69.99'), brought('b', '20.01'), brought('c', '10')])).toBe('aA bA cC');
  });

  it('C-7: ties go to the more frequent, then to the more recent', () => {
    expect(classes([brought('old', '10', 2, '2025-01-01'), brought('new', '10', 2, '2026-01-01'), brought('often', '10', 3, '2024-06-01')])).toBe('oftenA newA oldA');
    expect(classes([brought('old', '70', 1, '2025-01-01'), brought('new', '70', 1, '2026-01-01'), brought('last', '60')])).toBe('newA oldA lastB');
  });

  it('C-7: no contribution is C and not ranked; the only customer is A', () => {
    expect(classes([brought('none', '0.00'), brought('x', '0.01')])).toBe('xA');
    expect(classify([], LIMITS)).toEqual([]);
  });

  it('C-7: whatever was brought, the first is A, classes never rise down the ranking, and nobody is lost', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 50 }), (fens) => {
      const ranked = classify(fens.map((each, at) => brought(String(at), (each / 100).toFixed(2))), LIMITS);
      const text = ranked.map((each) => each.class).join('');
      expect(text).toMatch(/^A+B*C*$/);
      expect(ranked).toHaveLength(fens.length);
    }));
  });

  it('C-7: counts the whole months before a month', () => {
    expect(periodBefore('2026-03', 24)).toEqual({ from: '2024-03-01', to: '2026-02-28' });
    expect(monthAfter('2026-12')).toBe('2027-01');
  });

  it('C-7: is pinned by the dealer’s manager or the clerk, as A, B or C', () => {
    for (const role of ['dealer_manager', 'service_clerk']) expect(() => requirePinRole(role)).not.toThrow();
    for (const role of ['dealer_technician', 'service_supervisor', 'auditor']) expect(() => requirePinRole(role)).toThrow(expect.objectContaining({ reason: 'ROLE_NOT_ALLOWED' }));
    expect(classOf('B')).toBe('B');
    for (const unknown of ['', 'D', 'a']) expect(() => classOf(unknown)).toThrow(expect.objectContaining({ reason: 'CLASS_UNKNOWN' }));
  });

  it('C-1, C-7: of two files that become one the better class holds', () => {
    expect([betterClass('A', 'C'), betterClass('C', 'B'), betterClass('B', 'B')]).toEqual(['A', 'B', 'B']);
  });
});
