import { refusalReason } from '@aftercare/domain';
import { array, assert, integer, property, string, uniqueArray, uuid } from 'fast-check';
import { drawSample, refuseWrongDraw } from './draw.rules.js';

const asked = { from: '2026-01-01', to: '2026-03-31', sampleSize: 10, seed: 'Q1-2026' };
const refusal = (changed: object) => refusalReason(() => refuseWrongDraw({ ...asked, ...changed }, '2026-04-01'));

describe('drawing a sample (D-6)', () => {
  it('D-6: the same seed and records give the same sample, in whatever order the records come', () => {
    assert(property(string({ minLength: 1, maxLength: 40 }), uniqueArray(uuid(), { maxLength: 40 }), integer({ min: 1, max: 50 }), (seed, records, size) => {
      const drawn = drawSample(seed, records, size);
      expect(drawSample(seed, [...records].reverse(), size)).toEqual(drawn);
      expect(drawn).toHaveLength(Math.min(size, records.length));
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(drawn.every((each) => records.includes(each))).toBe(true);
    }));
  });

  it('D-6: a smaller sample is the beginning of a larger one', () => {
    assert(property(array(uuid(), { minLength: 1, maxLength: 30 }), integer({ min: 1, max: 20 }), (records, size) => {
      expect(drawSample('s', records, size + 3).slice(0, Math.min(size, new Set(records).size))).toEqual(drawSample('s', records, size));
    }));
  });

  it('D-6: stays as it is: a printed seed gives its sample years later', () => {
    const records = Array.from({ length: 20 }, (_each, at) => `record-${String(at).padStart(2, '0')}`);
    expect(drawSample('Q1-2026', records, 3)).toEqual(['record-00', 'record-01', 'record-06']);
  });

  it('D-6: each record is drawn as often as any other', () => {
    const records = Array.from({ length: 10 }, (_each, at) => `r${at}`);
    const counts = new Map<string, number>();
    for (let at = 0; at < 5_000; at += 1) for (const each of drawSample(`seed-${at}`, records, 2)) counts.set(each, (counts.get(each) ?? 0) + 1);
    for (const record of records) expect(Math.abs((counts.get(record) ?? 0) - 1_000)).toBeLessThan(150);
  });

  it('D-6: a period of at most a year up to today, 1 to 50 records, a seed that can be printed', () => {
    expect([refusal({}), refusal({ from: '2025-04-01', to: '2026-04-01' })]).toEqual([undefined, undefined]);
    expect([{ from: '2026-04-01', to: '2026-03-31' }, { to: '2026-04-02' }, { from: '2025-03-31', to: '2026-04-01' }, { from: '2026-02-30' }].map(refusal)).toEqual(Array(4).fill('PERIOD_INVALID'));
    expect([refusal({ sampleSize: 0 }), refusal({ sampleSize: 51 }), refusal({ seed: '' }), refusal({ seed: '种子' })]).toEqual(
      ['SAMPLE_SIZE_INVALID', 'SAMPLE_SIZE_INVALID', 'SEED_INVALID', 'SEED_INVALID']);
  });
});
