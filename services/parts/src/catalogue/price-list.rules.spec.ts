import { checkDraft, priceChange, priceListSteps, publish, type DraftPrices } from './price-list.rules.js';

const draft = (change: Partial<DraftPrices> = {}): DraftPrices => ({
  effectiveFrom: '2026-03-01',
  lines: [{ partId: 'p', dealerPrice: '12.3456', suggestedPrice: '20' }],
  ...change,
});

describe('price list', () => {
  it('F-7: every state of a price list is reached; published and withdrawn end it', () => {
    expect(priceListSteps.unreachable()).toEqual([]);
    expect(priceListSteps.deadEnds()).toEqual([]);
    expect(priceListSteps.next('withdraw', 'draft')).toBe('withdrawn');
    for (const state of ['published', 'withdrawn'] as const) expect(() => priceListSteps.next('withdraw', state)).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('F-7: a line is new, raised, lowered, changed in its suggestion alone, or the same as what holds without it', () => {
    const present = { dealerPrice: '12.3450', suggestedPrice: '20.0000' };
    const of = (dealerPrice: string, suggestedPrice = '20'): string => priceChange({ dealerPrice, suggestedPrice }, present);
    expect([of('12.345'), of('12.3451'), of('9'), of('12.345', '21'), priceChange(present, null)]).toEqual(['same', 'raised', 'lowered', 'suggested_only', 'new']);
  });

  it('F-7: prices hold from a day that is not past, up to 4 decimals, each part once', () => {
    expect(() => checkDraft(draft(), '2026-03-01')).not.toThrow();
    expect(() => checkDraft(draft(), '2026-03-02')).toThrow(expect.objectContaining({ reason: 'DATE_IN_PAST' }));
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
    const list = { state: 'draft', draftedBy: 'a', effectiveFrom: '2026-03-01' } as const;
    const today = '2026-03-01';
    expect(publish(list, { userId: 'b', today })).toBe('published');
    expect(() => publish(list, { userId: 'a', today })).toThrow(expect.objectContaining({ reason: 'APPROVER_IS_REQUESTER' }));
    expect(() => publish({ ...list, state: 'published' }, { userId: 'b', today })).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('F-7: no price changes for days that have passed: a list is published on its first day at the latest', () => {
    const list = { state: 'draft', draftedBy: 'a', effectiveFrom: '2026-03-01' } as const;
    expect(() => publish(list, { userId: 'b', today: '2026-03-02' })).toThrow(expect.objectContaining({ reason: 'FIRST_DAY_PAST' }));
  });
});
