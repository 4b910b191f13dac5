import { certificateActions, isStillReminded, reminders, revoke, validity } from './certificate.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;

describe('certificates', () => {
  it('D-5: a certificate is revoked once, with a reason, from a day within its validity on; the day before is the last that counts', () => {
    const certificate = { validFrom: '2026-03-10', validUntil: '2028-03-10', revokedFrom: null };
    expect(revoke(certificate, { reason: '违规', revokedFrom: '2026-08-01' })).toEqual({ holdsUntil: '2026-07-31' });
    expect(revoke(certificate, { reason: '违规', revokedFrom: '2026-03-10' })).toEqual({ holdsUntil: '2026-03-09' });
    for (const revokedFrom of ['2026-03-09', '2028-03-11']) expect(() => revoke(certificate, { reason: 'x', revokedFrom })).toThrow(refusal('DATE_OUTSIDE_VALIDITY'));
    expect(() => revoke(certificate, { reason: 'x', revokedFrom: '2026-02-30' })).toThrow(refusal('INVALID_DATE'));
    expect(() => revoke(certificate, { reason: ' ', revokedFrom: '2026-08-01' })).toThrow(refusal('REASON_MISSING'));
    expect(() => revoke({ ...certificate, revokedFrom: '2026-08-01' }, { reason: 'x', revokedFrom: '2026-08-01' })).toThrow(refusal('CERTIFICATE_REVOKED'));
    expect(certificateActions(certificate, 'service_clerk')).toEqual([{ action: 'revoke' }]);
    expect(certificateActions(certificate, 'dealer_manager')).toEqual([{ action: 'revoke', reason: 'ROLE_NOT_ALLOWED' }]);
    expect(certificateActions({ revokedFrom: '2026-08-01' }, 'service_supervisor')).toEqual([{ action: 'revoke', reason: 'CERTIFICATE_REVOKED' }]);
  });

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
