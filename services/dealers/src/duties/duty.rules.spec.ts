import { addDays, businessDate, lastDayOfMonth, monthOf, startOfDay } from '@aftercare/domain';
import fc from 'fast-check';
import { activeDays, dueOn, isLate, isOwing, monthEnd, nextMonth, owesMonth, previousMonth, servingDays, type StatusSpan } from './duty.rules.js';

const span = (status: StatusSpan['status'], since: string, until: string | null = null): StatusSpan => ({ status, since, until });
const at = (local: string): string => new Date(`${local}+08:00`).toISOString();

describe('the duties of a month', () => {
  it('D-7: the reports of March are due 2026-04-03 23:59:59; a submission at 2026-04-04 00:00:00 is late', () => {
    const march = dueOn('2026-03', 3);
    expect(march).toBe('2026-04-03');
    const late = (local: string): boolean => isLate({ dueOn: march, submittedAt: at(local) }, at('2026-12-31T00:00:00'));
    expect([late('2026-04-03T23:59:59.999'), late('2026-04-04T00:00:00')]).toEqual([false, true]);
  });

  it('D-7: what is not handed in is late from the 4th 00:00 on, local time', () => {
    const open = { dueOn: '2026-04-03', submittedAt: null };
    expect([isLate(open, at('2026-04-03T23:59:59')), isLate(open, at('2026-04-04T00:00:00'))]).toEqual([false, true]);
  });

  it('D-7: a due day that the next month lacks is its last day', () => {
    expect([dueOn('2026-01', 31), dueOn('2026-01', 28), dueOn('2028-01', 30), dueOn('2026-12', 3)]).toEqual(['2026-02-28', '2026-02-28', '2028-02-29', '2027-01-03']);
  });

  it('D-7: a month is over at the first moment of the next one', () => {
    expect([nextMonth('2026-12'), previousMonth('2027-01'), monthEnd('2026-12')]).toEqual(['2027-01', '2026-12', '2026-12-31T16:00:00.000Z']);
    expect(() => nextMonth('2026-13')).toThrow(expect.objectContaining({ reason: 'MONTH_INVALID' }) as Error);
  });

  it('D-7: every dealer active or suspended on any day of the month owes both', () => {
    expect(['applicant', 'active', 'suspended', 'terminated'].map((status) => isOwing(status as StatusSpan['status']))).toEqual([false, true, true, false]);
    expect(owesMonth([span('applicant', at('2025-01-01T00:00:00'))], '2026-03')).toBe(false);
    expect(owesMonth([span('active', at('2026-03-31T23:59:59'))], '2026-03')).toBe(true);
    expect(owesMonth([span('active', at('2026-04-01T00:00:00'))], '2026-03')).toBe(false);
    expect(owesMonth([span('suspended', at('2025-01-01T00:00:00'), at('2026-03-01T10:00:00'))], '2026-03')).toBe(true);
    expect(owesMonth([span('active', at('2025-01-01T00:00:00'), at('2026-03-01T00:00:00'))], '2026-03')).toBe(false);
  });

  it('D-7, D-1: sales of a month can be added for the days on which the dealer was active, installations for those on which it was suspended as well', () => {
    const spans = [
      span('active', at('2026-01-01T09:00:00'), at('2026-03-10T15:00:00')), span('suspended', at('2026-03-10T15:00:00'), at('2026-03-20T00:00:00')),
      span('active', at('2026-03-20T00:00:00'), at('2026-03-22T00:00:00')), span('terminated', at('2026-03-22T00:00:00')),
    ];
    expect(activeDays(spans, '2026-03')).toEqual([{ firstDay: '2026-03-01', lastDay: '2026-03-10' }, { firstDay: '2026-03-20', lastDay: '2026-03-21' }]);
    expect(activeDays(spans, '2026-02')).toEqual([{ firstDay: '2026-02-01', lastDay: '2026-02-28' }]);
    expect(activeDays(spans, '2026-04')).toEqual([]);
    expect(servingDays(spans, '2026-03')).toEqual([{ firstDay: '2026-03-01', lastDay: '2026-03-21' }]);
    expect([servingDays(spans, '2026-04'), servingDays([span('suspended', at('2025-01-01T00:00:00'))], '2026-04')]).toEqual([[], [{ firstDay: '2026-04-01', lastDay: '2026-04-30' }]]);
    const interrupted = [span('active', at('2026-03-01T00:00:00'), at('2026-03-05T10:00:00')), span('active', at('2026-03-05T12:00:00'))];
    expect(activeDays(interrupted, '2026-03')).toEqual([{ firstDay: '2026-03-01', lastDay: '2026-03-31' }]);
  });

  it('D-7: in the month of the first activation the days before it count, in that of a later one they do not', () => {
    const spans = [span('applicant', at('2026-03-02T09:00:00'), at('2026-03-10T15:00:00')), span('active', at('2026-03-10T15:00:00'), at('2026-03-20T09:00:00')), span('suspended', at('2026-03-20T09:00:00'), at('2026-04-10T09:00:00')), span('active', at('2026-04-10T09:00:00'))];
    expect(activeDays(spans, '2026-02')).toEqual([]);
    expect(activeDays(spans, '2026-03')).toEqual([{ firstDay: '2026-03-01', lastDay: '2026-03-20' }]);
    expect(activeDays(spans, '2026-04')).toEqual([{ firstDay: '2026-04-10', lastDay: '2026-04-30' }]);
  });

  it('D-7: a day of the month is active exactly when a moment of it was, or when it comes before the first activation, whatever the history', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 24 * 90 }), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(hours, (changes) => {
      const start = Date.parse(startOfDay('2026-02-01'));
      const points = [...changes].sort((a, b) => a - b).map((hour) => new Date(start + hour * 3_600_000).toISOString());
      const spans = points.map((since, index) => span(index % 2 === 0 ? 'active' : 'suspended', since, points[index + 1] ?? null));
      const days = activeDays(spans, '2026-03');
      for (let day = '2026-03-01'; day <= lastDayOfMonth('2026-03'); day = addDays(day, 1)) {
        const [from, to] = [Date.parse(startOfDay(day)), Date.parse(startOfDay(addDays(day, 1)))];
        const active = spans.some(({ status, since, until }) => status === 'active' && Date.parse(since) < to && (until === null || Date.parse(until) > from));
        const before = monthOf(points[0]) === '2026-03' && days.length > 0 && day < businessDate(points[0]);
        expect(days.some(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay)).toBe(active || before);
      }
    }));
  });
});
