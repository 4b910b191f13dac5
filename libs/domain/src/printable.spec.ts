import { isPrintable } from './printable.js';

const [one, several] = [{ lines: false }, { lines: true }];
const sign = (code: number): string => `a${String.fromCodePoint(code)}b`;
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_each, at) => from + at);

it('control characters are taken nowhere, but tab and line breaks where there are several lines', () => {
  for (const code of [...range(0, 0x1f), ...range(0x7f, 0x9f)]) {
    expect([code, isPrintable(sign(code), one)]).toEqual([code, false]);
    expect([code, isPrintable(sign(code), several)]).toEqual([code, [0x9, 0xa, 0xd].includes(code)]);
  }
  expect([isPrintable(sign(0x2028), one), isPrintable(sign(0x2028), several)]).toEqual([false, true]);
});

it('signs that turn what follows are taken nowhere', () => {
  for (const code of [...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]) {
    expect([code, isPrintable(sign(code), one), isPrintable(sign(code), several)]).toEqual([code, false, false]);
  }
});

it('names of any script are taken, emoji with their joiners too', () => {
  for (const name of ['王小明', 'عبد الله', 'José', '\u{20BB7}野家', '👩\u200d🔧', 'ＳＮ－１', 'a\u00a0b']) expect([name, isPrintable(name, one)]).toEqual([name, true]);
});
