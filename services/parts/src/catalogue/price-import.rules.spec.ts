import { atOnce, type ImportRow } from '@aftercare/domain';
import { checkPriceSheet } from './price-import.rules.js';

const SOUND = { partNumber: 'P-1', partId: 'one', dealerPrice: '12.345', suggestedPrice: '20', effectiveFrom: '2026/4/1' };
const check = (...cells: Record<string, string>[]) => atOnce(checkPriceSheet(cells.map((each, at): ImportRow => ({ row: at + 2, cells: each })), '2026-03-31'));
const faults = (...cells: Record<string, string>[]): string[] => check(...cells).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('a sheet of prices', () => {
  it('X-2, F-7: a row is a part with both prices, the list holds from one day on', () => {
    expect(check(SOUND, { ...SOUND, partNumber: 'P-2', partId: 'two', dealerPrice: '９', effectiveFrom: '2026-04-01' })).toEqual({
      faults: [],
      draft: { effectiveFrom: '2026-04-01', lines: [{ partId: 'one', dealerPrice: '12.345', suggestedPrice: '20' }, { partId: 'two', dealerPrice: '9', suggestedPrice: '20' }] },
    });
  });

  it('X-2: every cell that cannot stand is named with its row', () => {
    expect(faults({ ...SOUND, partNumber: '', partId: '', dealerPrice: '', suggestedPrice: '1.23456' })).toEqual(['2 partNumber FIELD_MISSING', '2 dealerPrice FIELD_MISSING', '2 suggestedPrice PRICE_INVALID']);
    expect(faults({ ...SOUND, partId: '' }, SOUND, SOUND)).toEqual(['2 partNumber PART_UNKNOWN', '4 partNumber PART_DOUBLE']);
    expect(faults({ ...SOUND, dealerPrice: '-1', effectiveFrom: '2026-02-30' })).toEqual(['2 dealerPrice PRICE_INVALID', '2 effectiveFrom INVALID_DATE']);
  });

  it('F-7: the first day is not past, within a year, and the same in all rows', () => {
    expect(faults({ ...SOUND, effectiveFrom: '2026-03-30' })).toEqual(['2 effectiveFrom DATE_IN_PAST']);
    expect(faults({ ...SOUND, effectiveFrom: '' })).toEqual(['2 effectiveFrom FIELD_MISSING']);
    expect(faults({ ...SOUND, effectiveFrom: '2028-01-01' })).toEqual(['2 effectiveFrom DATE_TOO_FAR']);
    expect(faults(SOUND, { ...SOUND, partId: 'two', effectiveFrom: '2026-04-02' })).toEqual(['3 effectiveFrom FIRST_DAYS_MIXED']);
  });
});
