import { EXCLUSIONS } from '@aftercare/domain';
import { coverageSentence, type CoverageReason } from './coverage-sentences.rules.js';

describe('the sentence of a verdict', () => {
  it('W-6: every reason has a sentence in both languages', () => {
    const reasons: CoverageReason[] = [
      'within_term', 'extension', 'replaced_part_term', 'not_sold', 'term_over', 'no_term', 'parts_not_covered', 'unknown_serial',
      'purchase_date_unknown', ...EXCLUSIONS.map((exclusion) => `exclusion_${exclusion}` as const),
    ];
    for (const reason of reasons) {
      const { zh, en } = coverageSentence(reason, { event: '2025-03-16', last: '2025-03-15' });
      expect(zh).toMatch(/[一-鿿].*。$/);
      expect(en).toMatch(/^[\x20-\x7e]+\.$/);
    }
    expect(coverageSentence('term_over', { event: '2025-03-16', last: '2025-03-15' }).en).toBe('The warranty ended on 2025-03-15, so 2025-03-16 is charged.');
  });
});
