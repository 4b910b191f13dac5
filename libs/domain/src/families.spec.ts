import { requireFamilyInUse } from './families.js';
import { refusalReason } from './refusal.js';

describe('product families', () => {
  it('W-9: what is newly kept by a family names one of the catalogue that is in use', () => {
    expect(refusalReason(() => requireFamilyInUse({ active: true }))).toBeUndefined();
    expect(refusalReason(() => requireFamilyInUse({ active: false }))).toBe('FAMILY_RETIRED');
    expect(refusalReason(() => requireFamilyInUse(null))).toBe('FAMILY_UNKNOWN');
  });
});
