import { checkDraft, priceListSteps, publish, type DraftPrices } from './price-list.rules.js';

const draft = (change: Partial<DraftPrices> = {}): DraftPrices => ({
  effectiveFrom: '2026-03-01',
  lines: [{ partId: 'p', dealerPrice: '12.3456', suggestedPrice: '20' }],
  ...change,
});

describe('price list', () => {
  it('F-7: every state of a price list is reached and only the published one ends it', () => {
    expect(priceListSteps.unreachable()).toEqual([]);
    expect(priceListSteps.deadEnds()).toEqual([]);
  });

  it('F-7: prices hold from a day that is not past, up to 4 decimals, each part once', () => {
    expect(() => checkDraft(draft(), '2026-03-01')).not.toThrow();
    expect(() => checkDraft(draft(), '2026-03-02')).toThrow(expect.objectContaining({ reason: 'DATE_INVALID' }));
    expect(() => checkDraft(draft({ effectiveFrom: '2026-02-30' }), '2026-01-01')).toThrow(expect.objectContaining({ reason: 'DATE_INVALID' }));
    expect(() => checkDraft(draft({ lines: [] }), '2026-03-01')).toThrow(expect.objectContaining({ reason: 'PRICES_MISSING' }));
    for (const dealerPrice of ['-1', '1.23456', '1e3', '', 'x']) {
      const lines = [{ partId: 'p', dealerPrice, suggestedPrice: '1' }];
      expect(() => checkDraft(draft({ lines }), '2026-03-01')).toThrow(expect.objectContaining({ reason: 'PRICE_INVALID' }));
    }
    const twice = [...draft().lines, ...draft().lines];
    expect(() => checkDraft(draft({ lines: twice }), '2026-03-01')).toThrow(expect.objectContaining({ reason: 'PART_DOUBLE' }));
  });

  it('F-7: somebody other than the drafter publishes, once', () => {
    expect(publish({ state: 'draft', draftedBy: 'a' }, 'b')).toBe('published');
    expect(() => publish({ state: 'draft', draftedBy: 'a' }, 'a')).toThrow(expect.objectContaining({ reason: 'APPROVER_IS_REQUESTER' }));
    expect(() => publish({ state: 'published', draftedBy: 'a' }, 'b')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });
});
