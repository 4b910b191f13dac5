import nzhcn from 'nzh/cn';
import { addMoney } from './money.js';

const NO_FEN = '.00';

/**
 * F-2: an amount in Chinese capitals 大写 as on the paper form: 41.86 is 肆拾壹元捌角陆分, 100.00 is 壹佰元整, a reversal begins with 负.
 * Whole amounts are handed over without decimals, because only then the library writes 整. Refuses INVALID_AMOUNT.
 */
export function moneyInWords(value: string): string {
  const exact = addMoney(value);
  return nzhcn.toMoney(exact.endsWith(NO_FEN) ? exact.slice(0, -NO_FEN.length) : exact, { outSymbol: false });
}
