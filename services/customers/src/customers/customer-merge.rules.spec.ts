import fc from 'fast-check';
import { checkMerge, mergedPhones, requireMergeRole } from './customer-merge.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const file = (id: string, given: object = {}) => ({ id, dealerId: 'd1', mergedInto: null, anonymisedAt: null, ...given });

describe('a merge', () => {
  it('C-1: joins two different files of one dealer that are both in use', () => {
    expect(() => checkMerge(file('c1'), file('c2'))).not.toThrow();
    expect(() => checkMerge(file('c1'), file('c1'))).toThrow(refusal('CUSTOMER_SAME'));
    expect(() => checkMerge(file('c1'), file('c2', { dealerId: 'd2' }))).toThrow(refusal('DEALER_MISMATCH'));
    for (const pair of [[file('c1', { mergedInto: 'c3' }), file('c2')], [file('c1'), file('c2', { mergedInto: 'c3' })]] as const) {
      expect(() => checkMerge(...pair)).toThrow(expect.objectContaining({ reason: 'CUSTOMER_MERGED', details: { mergedInto: 'c3' } }));
    }
  });

  it('C-1: keeps every phone, the surviving file’s first, or is refused', () => {
    expect(mergedPhones(['1', '2'], ['3', '1'])).toEqual(['1', '2', '3']);
    expect(() => mergedPhones(['1', '2', '3'], ['4', '5', '6'])).toThrow(refusal('CUSTOMER_PHONES_TOO_MANY'));
    fc.assert(fc.property(fc.array(fc.stringMatching(/^\d{3}$/), { maxLength: 2 }), fc.array(fc.stringMatching(/^\d{3}$/), { maxLength: 3 }), (surviving, merged) => {
      const phones = mergedPhones(surviving, merged);
      expect(new Set(phones)).toEqual(new Set([...surviving, ...merged]));
      expect(phones.length).toBe(new Set(phones).size);
    }));
  });

  it('C-1: is the dealer manager’s or the clerk’s to do', () => {
    for (const role of ['dealer_manager', 'service_clerk']) expect(() => requireMergeRole(role)).not.toThrow();
    for (const role of ['dealer_technician', 'service_supervisor', 'auditor']) expect(() => requireMergeRole(role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
  });
});
