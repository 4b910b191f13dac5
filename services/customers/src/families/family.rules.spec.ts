import { refusalReason } from '@aftercare/domain';
import { checkFamilyCode, checkFamilyNames, requireFamilyRole } from './family.rules.js';

describe('the catalogue of families', () => {
  it('W-9: a family has a code and names in both languages', () => {
    for (const code of ['toilet', 'Smart-Toilet_2']) expect(refusalReason(() => checkFamilyCode(code, 'code'))).toBeUndefined();
    for (const code of ['', '马桶', '2toilet', 'a b', 'x'.repeat(41)]) expect(refusalReason(() => checkFamilyCode(code, 'code'))).toBe('FAMILY_INVALID');
    expect(refusalReason(() => checkFamilyNames({ name: '坐便器', nameEn: 'Toilets' }))).toBeUndefined();
    for (const names of [{ name: '', nameEn: 'x' }, { name: '坐便器', nameEn: '' }, { name: 'x'.repeat(101), nameEn: 'x' }]) {
      expect(refusalReason(() => checkFamilyNames(names))).toBe('NAME_INVALID');
    }
  });

  it('W-9: clerk, quality engineer and supervisor keep it, nobody of a dealer', () => {
    expect(refusalReason(() => requireFamilyRole('quality_engineer'))).toBeUndefined();
    expect(refusalReason(() => requireFamilyRole('dealer_manager'))).toBe('ROLE_NOT_ALLOWED');
  });
});
