import { isPartClass, partClassOf, partClassText } from './part-classes.js';

describe('classes of parts', () => {
  it('W-9: have one spelling, however they are typed', () => {
    for (const typed of ['seal', 'SEAL', ' Seal ', 'ＳＥＡＬ']) expect([partClassText(typed), partClassOf(typed)]).toEqual(['seal', 'seal']);
    expect(partClassOf('Ceramic_Body2')).toBe('ceramic_body2');
  });

  it('W-9: what no term can name is no class: it would silently get the term of all others', () => {
    for (const typed of ['', ' ', '*', 'seal-1', 'seal 1', 'seal.1', '1seal', '_seal', '密封圈', `s${'e'.repeat(40)}`]) {
      expect(isPartClass(partClassText(typed))).toBe(false);
      expect(() => partClassOf(typed)).toThrow(expect.objectContaining({ reason: 'PART_CLASS_INVALID', details: { field: 'partClass' } }));
    }
    expect(isPartClass(`s${'e'.repeat(39)}`)).toBe(true);
  });
});
