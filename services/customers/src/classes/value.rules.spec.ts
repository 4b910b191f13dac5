import { customerValue, yearlyValue } from './value.rules.js';

const TERMS = { expectedYears: 10, toldSatisfied: 5, toldDissatisfied: 10, conversionPercent: 20 };

describe('the value of a customer', () => {
  it('C-8: one deal a week of 50 for 10 years is 26 000; satisfied 52 000, dissatisfied −78 000', () => {
    expect(customerValue('2600.00', TERMS)).toEqual({ yearlyValue: '2600.00', base: '26000.00', satisfied: '52000.00', dissatisfied: '-78000.00' });
  });

  it('C-8: the yearly value is the period’s contribution as of twelve months, rounded to the fen', () => {
    expect(yearlyValue('5200.00', 24)).toBe('2600.00');
    expect(yearlyValue('100.00', 7)).toBe('171.43');
    expect(yearlyValue('0', 24)).toBe('0.00');
  });

  it('C-8: who tells nobody, or convinces nobody, is worth himself', () => {
    expect(customerValue('10.00', { ...TERMS, toldSatisfied: 0 })).toMatchObject({ satisfied: '100.00' });
    expect(customerValue('10.00', { ...TERMS, conversionPercent: 0 })).toMatchObject({ satisfied: '100.00', dissatisfied: '-100.00' });
    expect(customerValue('0.00', TERMS)).toMatchObject({ dissatisfied: '0.00' });
  });
});
