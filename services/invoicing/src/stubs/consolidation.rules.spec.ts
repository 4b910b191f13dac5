import { addMoney, compareMoney } from '@aftercare/domain';
import fc from 'fast-check';
import { assertDays, assertNotTooMany, assertPeriodOfRun, groupStubs, kindOfRun, type StubLine } from './consolidation.rules.js';

const refuses = (reason: string) => expect.objectContaining({ reason });
const line = (lineId: string, netAmount: string, taxRate = '13'): StubLine => ({ slipId: `s${lineId}`, lineId, quantity: 1, netAmount, taxAmount: '0.00', taxRate });
const shape = (lines: StubLine[], limit: string) => groupStubs(lines, limit).map((group) => [group.taxRate, `${group.part}/${group.parts}`, group.lines.map(({ lineId }) => lineId).join(''), group.overLimit]);

describe('F-4, B-1: one invoice over several slips', () => {
  it('F-4: lines of one rate within the limit are one invoice', () => {
    expect(shape([line('a', '37.04'), line('b', '100.00'), line('c', '0.30')], '1000')).toEqual([['13', '1/1', 'abc', false]]);
    expect(shape([line('a', '37.04'), line('b', '100.00')], '0')).toEqual([['13', '1/1', 'ab', false]]);
    expect(groupStubs([], '0')).toEqual([]);
  });

  it('F-4: each tax rate is an invoice of its own, the lowest first', () => {
    expect(shape([line('a', '1.00', '13'), line('b', '1.00', '6'), line('c', '1.00', '13')], '0')).toEqual([['6', '1/1', 'b', false], ['13', '1/1', 'ac', false]]);
  });

  it('F-4: what is more than an invoice holds goes on the next one; exactly the limit fits', () => {
    expect(shape([line('a', '60.00'), line('b', '40.00'), line('c', '0.01'), line('d', '99.99'), line('e', '1.00')], '100')).toEqual([
      ['13', '1/3', 'ab', false], ['13', '2/3', 'cd', false], ['13', '3/3', 'e', false],
    ]);
  });

  it('F-4: a line above the limit is on an invoice alone, which says so', () => {
    expect(shape([line('a', '10.00'), line('b', '100.01'), line('c', '10.00')], '100')).toEqual([['13', '1/3', 'a', false], ['13', '2/3', 'b', true], ['13', '3/3', 'c', false]]);
  });

  it('F-4: however it is split, every line is on exactly one invoice, their sum is the whole, and only a single line is above the limit', () => {
    const fen = fc.integer({ min: 1, max: 1_000_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(fc.property(fc.array(fc.tuple(fen, fc.constantFrom('6', '9', '13')), { maxLength: 40 }), fen, (given, limit) => {
      const lines = given.map(([net, rate], at) => line(String(at), net, rate));
      const groups = groupStubs(lines, limit);
      expect(groups.flatMap((group) => group.lines.map(({ lineId }) => lineId)).sort()).toEqual(lines.map(({ lineId }) => lineId).sort());
      expect(addMoney(...groups.flatMap((group) => group.lines.map(({ netAmount }) => netAmount)))).toBe(addMoney(...lines.map(({ netAmount }) => netAmount)));
      for (const group of groups) {
        expect(new Set(group.lines.map(({ taxRate }) => taxRate)).size).toBe(1);
        if (compareMoney(addMoney(...group.lines.map(({ netAmount }) => netAmount)), limit) > 0) expect([group.lines.length, group.overLimit]).toEqual([1, true]);
      }
    }));
  });

  it('F-4: a run names its days and its kind, and is not larger than one can look through', () => {
    expect(() => assertPeriodOfRun({ from: '2026-03-01', to: '2026-03-31' })).not.toThrow();
    expect(() => assertPeriodOfRun({ from: '', to: '2026-03-31' })).toThrow(refuses('INVALID_DATE'));
    expect(() => assertDays({ from: '2026-03-31', to: '2026-03-01' })).toThrow(refuses('PERIOD_REVERSED'));
    expect(() => assertDays({ from: '2026-02-30', to: '' })).toThrow(refuses('INVALID_DATE'));
    expect(() => assertDays({ from: '', to: '' })).not.toThrow();
    expect(kindOfRun('general')).toBe('general');
    expect(() => kindOfRun('paper')).toThrow(refuses('INVOICE_KIND_UNKNOWN'));
    expect(() => assertNotTooMany(2_001)).toThrow(refuses('TOO_MANY_INVOICES'));
  });
});
