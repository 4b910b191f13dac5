import { addDays } from '@aftercare/domain';
import fc from 'fast-check';
import { checkExtension, checkWithdrawal, longestExtension, type Extension } from './extension.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const asked = { until: '2025-09-30', reason: '投诉补偿', basis: 'settlement', reference: 'TS-2025-0007' };
const today = '2025-01-10';
const both = (end: string | null) => ({ first: end, last: end });
const extension = (until: string, given: Partial<Extension> = {}): Extension => ({ until, basis: 'campaign', withdrawnAt: null, ...given });

describe('extensions', () => {
  it('W-10: an extension lengthens the warranty, as a settlement or a campaign, and says why', () => {
    expect(checkExtension(asked, both('2025-03-15'), today)).toBe('settlement');
    expect(checkExtension({ ...asked, basis: 'campaign', reference: '' }, both(null), today)).toBe('campaign');
    expect(() => checkExtension({ ...asked, until: '2025-03-15' }, both('2025-03-15'), today)).toThrow(refusal('EXTENSION_SHORTENS'));
    expect(() => checkExtension({ ...asked, until: '2035-03-15' }, both('2025-03-15'), today)).not.toThrow();
    for (const [until, end] of [['2035-03-16', '2025-03-15'], ['2035-01-11', '2020-01-01'], ['9999-12-31', null]] as const) {
      expect(() => checkExtension({ ...asked, until }, both(end), today)).toThrow(refusal('EXTENSION_TOO_LONG'));
    }
    expect(() => checkExtension({ ...asked, reason: ' ' }, both(null), today)).toThrow(refusal('REASON_MISSING'));
    expect(() => checkExtension({ ...asked, until: '2025-09-31' }, both(null), today)).toThrow(refusal('INVALID_DATE'));
    for (const basis of ['', 'gift']) expect(() => checkExtension({ ...asked, basis }, both(null), today)).toThrow(refusal('EXTENSION_BASIS_UNKNOWN'));
    expect(() => checkExtension({ ...asked, reference: ' ' }, both(null), today)).toThrow(refusal('REFERENCE_MISSING'));
  });

  it('W-10: it lengthens the terms that end before it, also when another runs longer; what lengthens none is refused', () => {
    const present = { first: '2025-03-15', last: '2029-03-15' };
    expect(checkExtension(asked, present, today)).toBe('settlement');
    expect(() => checkExtension({ ...asked, until: '2025-03-15' }, present, today)).toThrow(expect.objectContaining({ reason: 'EXTENSION_SHORTENS', details: { field: 'until', presentEnd: '2025-03-15' } }));
    expect(() => checkExtension({ ...asked, until: '2039-03-15' }, present, today)).not.toThrow();
    expect(() => checkExtension({ ...asked, until: '2039-03-16' }, present, today)).toThrow(refusal('EXTENSION_TOO_LONG'));
  });

  it('W-10: one granted by mistake is withdrawn once, with a reason', () => {
    expect(() => checkWithdrawal({ withdrawnAt: null }, '录错产品')).not.toThrow();
    expect(() => checkWithdrawal({ withdrawnAt: null }, ' ')).toThrow(refusal('REASON_MISSING'));
    expect(() => checkWithdrawal({ withdrawnAt: '2025-04-01T00:00:00.000Z' }, 'x')).toThrow(refusal('EXTENSION_WITHDRAWN'));
  });

  it('W-10: the longest of those that hold applies, with its basis', () => {
    const granted = [extension('2025-06-30', { basis: 'settlement' }), extension('2025-12-31', { withdrawnAt: '2025-04-01T00:00:00.000Z' }), extension('2025-03-31')];
    expect(longestExtension(granted)).toMatchObject({ until: '2025-06-30', basis: 'settlement' });
    expect(longestExtension([])).toBeNull();
    expect(longestExtension([extension('2025-06-30', { withdrawnAt: '2025-04-01T00:00:00.000Z' })])).toBeNull();
  });

  it('W-10: whatever is granted and withdrawn, nothing granted shortens, and a withdrawal leaves what the others gave', () => {
    const day = fc.integer({ min: 0, max: 3_000 }).map((days) => addDays('2024-01-01', days));
    const list = fc.array(fc.record({ until: day, basis: fc.constantFrom('settlement', 'campaign', null), withdrawnAt: fc.constantFrom(null, '2025-01-01T00:00:00.000Z') }));
    fc.assert(fc.property(list, day, (granted, until) => {
      const before = longestExtension(granted)?.until ?? '';
      const after = longestExtension([...granted, extension(until)])?.until ?? '';
      expect(after >= before && after >= until).toBe(true);
      expect(longestExtension([...granted, extension(until, { withdrawnAt: '2025-01-01T00:00:00.000Z' })])?.until ?? '').toBe(before);
    }));
  });
});
