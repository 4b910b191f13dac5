import { callsPerTechnician, lookedAtOn, periodOf, regionPrefix, showsNetwork, toldPeriod } from './dealer-file.rules.js';

const TODAY = '2026-03-15';

describe('the period of a file', () => {
  it('D-4: without dates it is the twelve months up to and with today', () => {
    expect(periodOf({ from: '', to: '' }, TODAY)).toEqual({ from: '2025-03-16', to: '2026-03-16' });
    expect(periodOf({ from: '', to: '2025-12-31' }, TODAY)).toEqual({ from: '2025-01-01', to: '2026-01-01' });
  });

  it('D-4: its last day belongs to it, and one day is a period', () => {
    expect(periodOf({ from: '2026-02-01', to: '2026-02-28' }, TODAY)).toEqual({ from: '2026-02-01', to: '2026-03-01' });
    expect(periodOf({ from: TODAY, to: TODAY }, TODAY)).toEqual({ from: TODAY, to: '2026-03-16' });
    expect(toldPeriod(periodOf({ from: '2026-02-01', to: '2026-02-28' }, TODAY))).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  });

  it('D-4: it does not end before it begins, is of real days, and is at most five years', () => {
    expect(periodOf({ from: '2021-01-01', to: '2025-12-31' }, TODAY)).toEqual({ from: '2021-01-01', to: '2026-01-01' });
    for (const wrong of [{ from: '2026-01-02', to: '2026-01-01' }, { from: '2020-12-31', to: '2025-12-31' }, { from: '2026-02-30', to: '' }, { from: '', to: '2026-13-01' }, { from: '', to: '9999-12-31' }, { from: '9998-01-01', to: '9999-01-01' }]) {
      expect(() => periodOf(wrong, TODAY)).toThrow(expect.objectContaining({ reason: 'PERIOD_INVALID', details: expect.objectContaining({ field: expect.stringMatching(/./) as string }) as object }));
    }
  });

  it('D-4: what is overdue is looked at when the period ends, or today while it goes on', () => {
    expect(lookedAtOn({ from: '2026-01-01', to: '2026-02-01' }, TODAY)).toBe('2026-02-01');
    expect(lookedAtOn({ from: '2026-01-01', to: '2027-01-01' }, TODAY)).toBe(TODAY);
  });
});

describe('what a file is narrowed to', () => {
  it('D-4: a province, a city or a district', () => {
    expect(['', '310000', '330100', '310104'].map(regionPrefix)).toEqual(['', '31', '3301', '310104']);
    expect(() => regionPrefix('123456')).toThrow(expect.objectContaining({ reason: 'REGION_UNKNOWN' }));
  });
});

describe('figures', () => {
  it('D-4: solved calls a technician and 30 days', () => {
    expect(callsPerTechnician(124, 2, { from: '2026-01-01', to: '2026-02-01' })).toBe('60.0');
    expect(callsPerTechnician(5, 0, { from: '2026-01-01', to: '2026-02-01' })).toBe('');
  });

  it('D-4: one dealer is no network, and a dealer does not learn another one\'s figures from the median of a few', () => {
    expect([1, 2].map((dealers) => showsNetwork(dealers, { isManufacturer: true }))).toEqual([false, true]);
    expect([2, 4, 5].map((dealers) => showsNetwork(dealers, { isManufacturer: false }))).toEqual([false, false, true]);
  });
});
