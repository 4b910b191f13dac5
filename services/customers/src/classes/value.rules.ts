import { negateMoney, scaleMoney } from '@aftercare/domain';

/** What the value of a customer is computed with. */
export interface ValueTerms {
  expectedYears: number;
  toldSatisfied: number;
  toldDissatisfied: number;
  conversionPercent: number;
}

/** Amounts with 2 decimals. */
export interface Value {
  yearlyValue: string;
  base: string;
  satisfied: string;
  dissatisfied: string;
}

/** C-8: what was brought in a period of months, as of one year. */
export function yearlyValue(contribution: string, months: number): string {
  return scaleMoney(contribution, 12, months);
}

/**
 * C-8: yearly value times expected years; a satisfied customer brings a share of those he tells, each worth as much as
 * himself; a dissatisfied one is lost with a share of those he tells.
 */
export function customerValue(yearly: string, terms: ValueTerms): Value {
  const base = scaleMoney(yearly, terms.expectedYears, 1);
  const withThose = (told: number): string => scaleMoney(base, 100 + told * terms.conversionPercent, 100);
  return { yearlyValue: yearly, base, satisfied: withThose(terms.toldSatisfied), dissatisfied: negateMoney(withThose(terms.toldDissatisfied)) };
}
