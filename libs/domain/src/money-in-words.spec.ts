import fc from 'fast-check';
import { moneyInWords } from './money-in-words.js';
import { negateMoney } from './money.js';

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const UNITS: Record<string, bigint> = { 拾: 10n, 佰: 100n, 仟: 1_000n };

/** Reads whole yuan of up to four places, e.g. 壹仟零肆. */
function placesOf(text: string): bigint {
  let [sum, digit] = [0n, 0n];
  for (const sign of text) {
    const unit = UNITS[sign];
    if (unit === undefined) digit = BigInt(DIGITS.indexOf(sign));
    else [sum, digit] = [sum + digit * unit, 0n];
  }
  return sum + digit;
}

/** Reads what was written, so that the words are held against the figure by another way than they were made: fen. */
function fenOf(words: string): bigint {
  const [, minus, yuan = '', jiao = '', fen = ''] = /^(负?)(?:(.+)元)?零?(?:([壹贰叁肆伍陆柒捌玖])角)?零?(?:([壹贰叁肆伍陆柒捌玖])分)?整?$/.exec(words) ?? [];
  const [beyond, rest] = yuan.includes('亿') ? yuan.split('亿') : ['', yuan];
  const upTo = (text: string): bigint => {
    const [tenThousands, ones] = text.includes('万') ? text.split('万') : ['', text];
    return placesOf(tenThousands) * 10_000n + placesOf(ones);
  };
  const value = (upTo(beyond) * 100_000_000n + upTo(rest)) * 100n + placesOf(jiao) * 10n + placesOf(fen);
  return minus === '' ? value : -value;
}

const textOf = (fen: bigint): string => `${fen < 0n ? '-' : ''}${(fen < 0n ? -fen : fen) / 100n}.${String((fen < 0n ? -fen : fen) % 100n).padStart(2, '0')}`;

describe('F-2: amounts in Chinese capitals', () => {
  it.each([
    ['41.86', '肆拾壹元捌角陆分'],
    ['10000000.05', '壹仟万元零伍分'],
    ['1004.20', '壹仟零肆元贰角'],
    ['0.30', '叁角'],
    ['100.00', '壹佰元整'],
    ['0.05', '伍分'],
    ['10.05', '壹拾元零伍分'],
    ['-41.86', '负肆拾壹元捌角陆分'],
  ])('F-2: the examples: %s is %s', (value, words) => {
    expect(moneyInWords(value)).toBe(words);
  });

  it.each([
    ['0.00', '零元整'], ['1', '壹元整'], ['10', '壹拾元整'], ['100000.00', '壹拾万元整'], ['1000000.00', '壹佰万元整'], ['200000000.00', '贰亿元整'], ['1000000000000.00', '壹万亿元整'],
  ])('F-2: without cents it ends in 整: %s is %s', (value, words) => {
    expect(moneyInWords(value)).toBe(words);
  });

  it.each([
    ['1.50', '壹元伍角'], ['0.10', '壹角'], ['20000.50', '贰万元伍角'], ['1010000.10', '壹佰零壹万元壹角'], ['1.05', '壹元零伍分'], ['325.04', '叁佰贰拾伍元零肆分'],
    ['100000000.01', '壹亿元零壹分'], ['0.01', '壹分'], ['0.99', '玖角玖分'], ['999999999999.99', '玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分'],
  ])('F-2: with cents there is no 整, and a 零 where 角 is none: %s is %s', (value, words) => {
    expect(moneyInWords(value)).toBe(words);
  });

  it.each([
    ['101', '壹佰零壹元整'], ['1001', '壹仟零壹元整'], ['1010', '壹仟零壹拾元整'], ['10100', '壹万零壹佰元整'], ['100010', '壹拾万零壹拾元整'], ['100000001', '壹亿零壹元整'],
    ['300000300', '叁亿零叁佰元整'], ['1680.32', '壹仟陆佰捌拾元叁角贰分'], ['16409.02', '壹万陆仟肆佰零玖元零贰分'], ['50000050.05', '伍仟万零伍拾元零伍分'],
  ])('F-2: one 零 stands for a gap however long, none for what ends in zeros: %s is %s', (value, words) => {
    expect(moneyInWords(value)).toBe(words);
  });

  it.each([['-100.00', '负壹佰元整'], ['-0.05', '负伍分'], ['-1004.20', '负壹仟零肆元贰角'], ['-0.00', '零元整']])('F-2, F-5: a reversal is negative: %s is %s', (value, words) => {
    expect(moneyInWords(value)).toBe(words);
  });

  it('F-2: read back, the words are the amount; they never begin with 人民币, and end in 整 exactly where there are no cents', () => {
    fc.assert(fc.property(fc.oneof(fc.bigInt(-99_999_999_999_999n, 99_999_999_999_999n), fc.bigInt(-100_000n, 100_000n)), (fen) => {
      const words = moneyInWords(textOf(fen));
      expect(fenOf(words)).toBe(fen);
      expect(words.includes('人民币') || words.includes('零零')).toBe(false);
      expect(words.endsWith('整')).toBe(fen % 100n === 0n);
    }), { numRuns: 2_000 });
  });

  it('F-2, F-5: what reverses an amount says the same words after 负', () => {
    fc.assert(fc.property(fc.bigInt(1n, 99_999_999_999_999n), (fen) => {
      expect(moneyInWords(negateMoney(textOf(fen)))).toBe(`负${moneyInWords(textOf(fen))}`);
    }));
  });

  it.each(['1e3', '', '1.005', '1,000'])('refuses %s as an amount', (value) => {
    expect(() => moneyInWords(value)).toThrow(expect.objectContaining({ reason: 'INVALID_AMOUNT' }));
  });
});
