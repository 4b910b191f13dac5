import { checkComingDate, checkComingWindow, checkPaperDate, checkRecentPaperDate, checkWholeWindow, checkWindow } from './plausible.js';
import { refusalReason } from './refusal.js';

const today = '2026-03-01';
const at = (from: string, to: string) => ({ from, to, name: 'wished' });
const refused = (reason: string, field: string): Error => expect.objectContaining({ code: 'invalid_argument', reason, details: { field } }) as Error;

describe('windows of time', () => {
  it('R-1: a window ends after it begins, not at the same moment', () => {
    expect(() => checkWindow(at('2026-03-01T10:00:00+08:00', '2026-03-01T12:00:00+08:00'))).not.toThrow();
    expect(() => checkWindow(at('2026-03-01T10:00:00+08:00', '2026-03-01T02:00:00Z'))).toThrow(refused('TIME_INVALID', 'wishedTo'));
    expect(() => checkWindow(at('2026-03-01T10:00:00+08:00', '2026-03-01T09:00:00+08:00'))).toThrow(refused('TIME_INVALID', 'wishedTo'));
    expect(() => checkWindow(at('2026-02-30T10:00:00+08:00', ''))).toThrow(refused('TIME_INVALID', 'wishedFrom'));
  });

  it('R-1: a wish may have one end only, or none', () => {
    for (const [from, to] of [['', ''], ['2026-03-02T10:00:00Z', ''], ['', '2026-03-02T10:00:00Z']]) {
      expect(() => checkWindow(at(from, to))).not.toThrow();
      expect(() => checkComingWindow(at(from, to), today)).not.toThrow();
    }
  });

  it('R-3: an appointment has both ends or none', () => {
    expect(() => checkWholeWindow({ from: '2026-03-02T10:00:00Z', to: '', name: 'appointment' })).toThrow(refused('FIELD_MISSING', 'appointmentTo'));
    expect(() => checkWholeWindow({ from: '', to: '2026-03-02T10:00:00Z', name: 'appointment' })).toThrow(refused('FIELD_MISSING', 'appointmentFrom'));
    expect(() => checkWholeWindow({ from: '', to: '', name: 'appointment' })).not.toThrow();
  });

  it('R-1: a window that was over yesterday is refused, one of earlier today is not', () => {
    expect(() => checkComingWindow(at('2026-03-01T00:00:00+08:00', '2026-03-01T01:00:00+08:00'), today)).not.toThrow();
    expect(() => checkComingWindow(at('2026-02-28T22:00:00+08:00', '2026-02-28T23:59:59+08:00'), today)).toThrow(refused('TIME_IN_PAST', 'wishedTo'));
    expect(() => checkComingWindow(at('2019-03-01T10:00:00+08:00', ''), today)).toThrow(refused('TIME_IN_PAST', 'wishedFrom'));
  });

  it('R-1: a window is within a year', () => {
    expect(() => checkComingWindow(at('2027-03-01T10:00:00+08:00', '2027-03-01T23:00:00+08:00'), today)).not.toThrow();
    expect(() => checkComingWindow(at('2027-03-02T10:00:00+08:00', '2027-03-02T11:00:00+08:00'), today)).toThrow(refused('TIME_TOO_FAR', 'wishedFrom'));
    expect(() => checkComingWindow(at('2026-03-02T10:00:00+08:00', '9999-12-31T23:59:59.999999Z'), today)).toThrow(refused('TIME_TOO_FAR', 'wishedTo'));
  });
});

describe('days', () => {
  const reasons = (check: typeof checkComingDate, dates: string[]) => dates.map((date) => refusalReason(() => check('day', date, today)));

  it('P-3: a wished day is today or later, within a year, or none', () => {
    expect(reasons(checkComingDate, ['', '2026-03-01', '2027-03-01'])).toEqual([undefined, undefined, undefined]);
    expect(reasons(checkComingDate, ['2026-02-28', '2027-03-02', '2026-02-30'])).toEqual(['DATE_IN_PAST', 'DATE_TOO_FAR', 'DATE_INVALID']);
  });

  it('B-6: the date on a paper is not after today', () => {
    expect(reasons(checkPaperDate, ['2026-03-01', '2001-03-01'])).toEqual([undefined, undefined]);
    expect(reasons(checkPaperDate, ['2026-03-02', '2026-02-30', ''])).toEqual(['DATE_IN_FUTURE', 'INVALID_DATE', 'INVALID_DATE']);
  });

  it('B-6: the date of a transfer is not more than a year old either', () => {
    expect(reasons(checkRecentPaperDate, ['2026-03-01', '2025-03-01'])).toEqual([undefined, undefined]);
    expect(reasons(checkRecentPaperDate, ['2025-02-28', '2026-03-02'])).toEqual(['DATE_TOO_OLD', 'DATE_IN_FUTURE']);
  });
});
