import { isStillReminded, reminders, validity } from './certificate.rules.js';

describe('certificates', () => {
  it('D-5, W-1: a certificate holds from the session’s day for the course’s months, clamped to the month’s last day', () => {
    expect(validity('2026-03-10', 24)).toEqual({ validFrom: '2026-03-10', validUntil: '2028-03-10' });
    expect(validity('2025-01-31', 1)).toEqual({ validFrom: '2025-01-31', validUntil: '2025-02-28' });
  });

  it('D-5: reminders stand 30 days before the last day and on it, local time; what is past is not told', () => {
    expect(reminders('2026-03-31', '2026-01-01T00:00:00.000Z')).toEqual([
      { when: 'before', at: '2026-02-28T16:00:00.000Z' }, { when: 'on_day', at: '2026-03-30T16:00:00.000Z' },
    ]);
    expect(reminders('2026-03-31', '2026-03-15T00:00:00.000Z').map(({ when }) => when)).toEqual(['on_day']);
    expect(reminders('2026-03-31', '2026-03-30T16:00:00.000Z')).toEqual([]);
  });

  it('D-5: a certificate that a longer one has replaced is not reminded of, nor one of somebody who gets no more work', () => {
    const facts = { validUntil: '2026-03-31', technicianActive: true, dealerTerminated: false, longestUntil: '2026-03-31' };
    expect(isStillReminded(facts)).toBe(true);
    expect(isStillReminded({ ...facts, longestUntil: '2028-03-31' })).toBe(false);
    expect(isStillReminded({ ...facts, technicianActive: false })).toBe(false);
    expect(isStillReminded({ ...facts, dealerTerminated: true })).toBe(false);
  });
});
