import { addMoney } from '@aftercare/domain';
import { array, assert, boolean, constantFrom, integer, property, record, tuple } from 'fast-check';
import { contributions, lotOf, monthChanges, newerCase, valued, type Dimension, type FaultCase, type FaultCounts } from './fault-case.rules.js';

const line = { faultCode: 'F01', causeCode: 'C01', actionCode: 'A01', problem: 'reliability', designDefect: false, cost: '0.00' };
const told: FaultCase = {
  caseId: 'c', kind: 'repair-call', number: 'RC-1', dealerId: 'd', unitId: 'u', serial: 'S', serialKey: '', stage: 'in_warranty', warrantyOver: false, labourNotCovered: false, family: 'faucet', modelId: null, lot: '', on: '',
  recordedAt: '2026-01-31T16:30:00.000Z', openedAt: null, resolvedAt: null, fees: '80.00', cost: '', version: 3,
  lines: [line, { ...line, faultCode: 'F02' }, { ...line, causeCode: 'C02' }], parts: [{ partId: 'p', pieces: 2, cost: '', againOn: null }], photos: [],
};
const unit = { modelId: 'm', lot: 'm/2025-07' };
const price = () => '10.0100';
const of = (dimension: Dimension, given: FaultCase = valued(told, unit, price)) =>
  Object.fromEntries(contributions(given).filter(({ key }) => key.dimension === dimension).map(({ key, counts }) => [key.key, counts]));

describe('a case of the fault table', () => {
  it('Q-1: a lot is what was made of a model in a month', () => {
    expect([lotOf('m', '2025-07-31'), lotOf('m', '')]).toEqual(['m/2025-07', '']);
  });

  it('Q-1: counts on its local day, with the model and the lot of its unit', () => {
    expect(valued(told, unit, price)).toMatchObject({ on: '2026-02-01', modelId: 'm', lot: 'm/2025-07' });
    expect(contributions(valued(told, unit, price))[0]).toMatchObject({ key: { dimension: 'month', key: '2026-02', month: '2026-02-01' } });
    expect(valued(told, undefined, price)).toMatchObject({ modelId: null, lot: '' });
  });

  it('W-6: a call counts on the day it was opened, however late it is confirmed, and its parts at the price of that day', () => {
    const call = { ...told, openedAt: '2026-01-19T17:00:00.000Z', recordedAt: '2026-02-11T02:00:00.000Z' };
    const priced = valued(call, unit, (_part, on) => (on === '2026-01-20' ? '10.0000' : '99.0000'));
    expect(priced).toMatchObject({ on: '2026-01-20', cost: '100.00' });
    expect(contributions(priced)[0]).toMatchObject({ key: { dimension: 'month', key: '2026-01', month: '2026-01-01' } });
  });

  it('Q-2: under warranty it costs its fees and its parts at the dealer price, shared by its faults to the fen', () => {
    const { cost, parts, lines } = valued(told, unit, price);
    expect([cost, parts[0].cost, lines.map((each) => each.cost)]).toEqual(['100.02', '20.02', ['33.34', '33.34', '33.34']]);
    expect(valued({ ...told, fees: '80.01' }, unit, price).lines.map((each) => each.cost)).toEqual(['33.35', '33.34', '33.34']);
    expect(valued(told, unit, () => null).cost).toBe('80.00');
  });

  it('W-3, Q-2: out of warranty, by its dates or by the stage, the customer pays, and of an unknown stage nobody knows', () => {
    expect(['unboxing', 'out_of_warranty', ''].map((stage) => valued({ ...told, stage }, unit, price).cost)).toEqual(['100.02', '0.00', '0.00']);
    expect(['unboxing', 'in_warranty'].map((stage) => valued({ ...told, stage, warrantyOver: true }, unit, price).cost)).toEqual(['0.00', '100.02']);
  });

  it('W-9, Q-2: where the terms cover no labour a case costs its parts only', () => {
    expect(valued({ ...told, labourNotCovered: true }, unit, price).cost).toBe('20.02');
    expect(valued({ ...told, stage: 'out_of_warranty', labourNotCovered: true }, unit, price).cost).toBe('0.00');
  });

  it('Q-2: counts once for a key however many of its faults have it; codes belong to their family', () => {
    expect(of('fault')).toEqual({
      'faucet/F01': { cases: 1, faults: 2, pieces: 2, cost: '66.68' }, 'faucet/F02': { cases: 1, faults: 1, pieces: 2, cost: '33.34' },
    });
    expect(of('part')).toEqual({ p: { cases: 1, faults: 3, pieces: 2, cost: '20.02' } });
    expect([of('stage'), of('lot')]).toEqual([{ in_warranty: { cases: 1, faults: 3, pieces: 2, cost: '100.02' } }, { 'm/2025-07': expect.anything() as FaultCounts }]);
    expect(Object.keys(of('cause', valued({ ...told, lines: [{ ...line, causeCode: '' }] }, unit, price)))).toEqual(['']);
  });

  it('Q-1: the highest version counts, in whatever order it is told', () => {
    const later = { ...told, version: 5 };
    expect([newerCase(undefined, told), newerCase(told, later), newerCase(later, told), newerCase(told, undefined)]).toEqual([told, later, later, told]);
  });
});

describe('the monthly figures', () => {
  const cases = record({
    caseId: constantFrom('a', 'b'), stage: constantFrom('in_warranty', 'out_of_warranty'), recordedAt: constantFrom('2026-01-10T00:00:00Z', '2026-02-10T00:00:00Z'),
    pieces: integer({ min: 1, max: 3 }), codes: array(constantFrom('F01', 'F02', ''), { minLength: 1, maxLength: 3 }),
  }).map(({ codes, pieces, ...each }): FaultCase => valued(
    { ...told, ...each, lines: codes.map((faultCode) => ({ ...line, faultCode })), parts: [{ partId: 'p', pieces, cost: '', againOn: null }] }, unit, price));

  it('Q-2: what was added while cases changed is what they count in the end', () => {
    assert(property(array(tuple(cases, boolean()), { maxLength: 8 }), (steps) => {
      const known = new Map<string, FaultCase>();
      const sums = new Map<string, FaultCounts>();
      for (const [each, stays] of steps) {
        const after = stays ? each : undefined;
        for (const { key, counts } of monthChanges([[known.get(each.caseId), after]])) add(sums, JSON.stringify(key), counts);
        if (after) known.set(each.caseId, after);
        else known.delete(each.caseId);
      }
      const expected = new Map<string, FaultCounts>();
      for (const { key, counts } of [...known.values()].flatMap(contributions)) add(expected, JSON.stringify(key), counts);
      expect(nonZero(sums)).toEqual(nonZero(expected));
    }));
  });

  it('Q-2: what cancels out is no change', () => {
    const same = valued(told, unit, price);
    expect(monthChanges([[same, same]])).toEqual([]);
  });
});

function add(to: Map<string, FaultCounts>, key: string, counts: FaultCounts): void {
  const before = to.get(key) ?? { cases: 0, faults: 0, pieces: 0, cost: '0.00' };
  to.set(key, {
    cases: before.cases + counts.cases, faults: before.faults + counts.faults, pieces: before.pieces + counts.pieces, cost: addMoney(before.cost, counts.cost),
  });
}

const nonZero = (sums: Map<string, FaultCounts>): object => Object.fromEntries([...sums].filter(([, { cases }]) => cases !== 0).sort());
