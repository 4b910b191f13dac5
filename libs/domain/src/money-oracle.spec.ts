import {
  addMoney, adjustUnitPrice, compareMoney, lineAmount, negateMoney, scaleMoney, splitByLargestRemainder, subtractMoney, taxOf,
} from './money.js';
import { afterShipment, prepaid, revenueOfReversal, revenueOfShipment, type EarningLine } from './revenue.js';

/** Every rule of money is held against whole numbers of the smallest unit: nothing of decimal.js is in the oracle. */
const CASES = 100_000;
const SEED = 20_260_301n;

/** Deterministic numbers (a 64-bit LCG's upper half): a failure is found again by its case. */
function numbers(seed: bigint): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number((state >> 33n) % BigInt(below));
  };
}

/** a / b to the nearest whole number, a half away from zero. */
function nearest(a: bigint, b: bigint): bigint {
  const [size, half] = [a < 0n ? -a : a, b / 2n];
  const rounded = (size + half) / b;
  return a < 0n ? -rounded : rounded;
}

/** A whole number of units as a decimal with so many places. */
function spelled(units: bigint, places: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const fen = (units: bigint): string => spelled(units, 2);
const sum = (units: readonly bigint[]): bigint => units.reduce((a, b) => a + b, 0n);

/** Small, odd and very large ones alike. */
function someFen(next: (below: number) => number): bigint {
  const size = [10, 1_000, 100_000, 2_000_000_000][next(4)];
  const units = BigInt(next(size)) * (next(8) === 0 ? 499n : 1n);
  return next(3) === 0 ? -units : units;
}

function largestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const [size, all] = [total < 0n ? -total : total, sum(weights)];
  const parts = weights.map((weight, index) => ({ index, cut: (size * weight) / all, rest: (size * weight) % all }));
  const left = Number(size - sum(parts.map(({ cut }) => cut)));
  for (const part of [...parts].sort((a, b) => Number(b.rest - a.rest) || a.index - b.index).slice(0, left)) part.cut += 1n;
  return parts.map(({ cut }) => (total < 0n ? -cut : cut));
}

/** One question, our answer and the oracle's. */
type Case = (next: (below: number) => number) => [question: string, answer: string, wanted: string];

const KINDS: readonly Case[] = [
  (next) => {
    const [price, pieces] = [BigInt(next(2_000_000_000)), next(2_001) - 1_000];
    return [`${price} × ${pieces}`, lineAmount(spelled(price, 4), pieces), fen(nearest(price * BigInt(pieces), 100n))];
  },
  (next) => {
    const [net, rate] = [someFen(next), BigInt(next(2_000))];
    return [`${rate} % of ${net}`, taxOf(fen(net), spelled(rate, 2)), fen(nearest(net * rate, 10_000n))];
  },
  (next) => {
    const parts = Array.from({ length: next(6) }, () => someFen(next));
    return [`Σ ${parts}`, addMoney(...parts.map(fen)), fen(sum(parts))];
  },
  (next) => {
    const [a, b] = [someFen(next), someFen(next)];
    return [`${a} − ${b}`, `${subtractMoney(fen(a), fen(b))} ${negateMoney(fen(a))} ${compareMoney(fen(a), fen(b))}`, `${fen(a - b)} ${fen(-a)} ${a < b ? -1 : Number(a > b)}`];
  },
  (next) => {
    const [value, numerator, denominator] = [someFen(next), next(1_000), 1 + next(999)];
    return [`${value} × ${numerator} / ${denominator}`, scaleMoney(fen(value), numerator, denominator), fen(nearest(value * BigInt(numerator), BigInt(denominator)))];
  },
  (next) => {
    const [price, percent] = [BigInt(next(2_000_000_000)), BigInt(next(20_000) - 9_999)];
    return [`${price} + ${percent} %`, adjustUnitPrice(spelled(price, 4), spelled(percent, 2)), spelled(nearest(price * (10_000n + percent), 10_000n), 4)];
  },
  (next) => {
    const total = someFen(next);
    const weights = [BigInt(1 + next(1_000)), ...Array.from({ length: next(5) }, () => BigInt(next(1_000)))];
    const answer = splitByLargestRemainder(fen(total), weights.map(String));
    return [`${total} over ${weights}`, `${answer} = ${addMoney(...answer)}`, `${largestRemainder(total, weights).map(fen)} = ${fen(total)}`];
  },
];

describe('money', () => {
  it(`F-2: ${CASES} cases come to what whole numbers of fen come to, and the parts of what is split to the whole`, () => {
    const next = numbers(SEED);
    const wrong: string[] = [];
    for (let count = 0; count < CASES; count += 1) {
      const [question, answer, wanted] = KINDS[count % KINDS.length](next);
      if (answer !== wanted) wrong.push(`case ${count}: ${question} is ${answer}, not ${wanted}`);
    }
    expect(wrong).toEqual([]);
  });

  it('F-8: whatever of a line ships and is reversed, revenue, prepayment and reversals are the line to the fen', () => {
    const next = numbers(SEED + 1n);
    for (let count = 0; count < 2_000; count += 1) {
      const quantity = 1 + next(12);
      let line: EarningLine = { quantity, netAmount: fen(BigInt(next(100_000))), shippedQuantity: 0, reversedQuantity: 0, reversedNet: '0.00', revenueQuantity: 0, revenueNet: '0.00' };
      for (let steps = next(8); steps > 0; steps -= 1) line = next(3) > 0 ? shipped(line, next) : reversed(line, next);
      const left = prepaid(line);
      expect(addMoney(line.reversedNet, line.revenueNet, left.netAmount)).toBe(line.netAmount);
      expect(line.reversedQuantity + line.revenueQuantity + left.quantity).toBe(line.quantity);
      // Nothing is left to ship: no fen of it stays a prepayment.
      if (left.quantity === 0) expect(left.netAmount).toBe('0.00');
    }
  });
});

function shipped(line: EarningLine, next: (below: number) => number): EarningLine {
  const open = prepaid(line).quantity;
  if (open === 0) return line;
  const pieces = 1 + next(open);
  expect(compareMoney(revenueOfShipment(line, pieces), prepaid(line).netAmount)).not.toBe(1);
  return afterShipment(line, pieces);
}

/** As a reversing slip takes pieces of a line: its share of what was not reversed, the last piece all of it. */
function reversed(line: EarningLine, next: (below: number) => number): EarningLine {
  const open = line.quantity - line.reversedQuantity;
  if (open === 0) return line;
  const quantity = 1 + next(open);
  const rest = subtractMoney(line.netAmount, line.reversedNet);
  const netAmount = quantity === open ? rest : splitByLargestRemainder(rest, [quantity, open - quantity])[0];
  const taken = revenueOfReversal(line, { quantity, netAmount });
  return {
    ...line, reversedQuantity: line.reversedQuantity + quantity, reversedNet: addMoney(line.reversedNet, netAmount),
    revenueQuantity: line.revenueQuantity - taken.quantity, revenueNet: subtractMoney(line.revenueNet, taken.netAmount),
  };
}
