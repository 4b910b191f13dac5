import { atOnce } from '@aftercare/domain';
import { checkPriceSheet } from './part-price-import.rules.js';

const row = (at: number, cells: Record<string, string>) => ({ row: at, cells });

describe('a sheet of own part prices', () => {
  it('D-3, X-2: each row is an own price from its day or from today; a row without an own price says nothing', () => {
    const { prices, faults } = atOnce(checkPriceSheet([
      row(2, { partNumber: ' P-1 ', partId: 'a', ownPrice: '１２.5', effectiveFrom: '2026/4/1' }),
      row(3, { partNumber: 'P-2', partId: 'b', ownPrice: '' }),
      row(4, { partNumber: 'P-1', partId: 'a', ownPrice: '11' }),
    ], '2026-03-01'));
    expect(faults).toEqual([]);
    expect(prices).toEqual([
      { partId: 'a', partNumber: 'P-1', unitPrice: '12.5', effectiveFrom: '2026-04-01' },
      { partId: 'a', partNumber: 'P-1', unitPrice: '11', effectiveFrom: '2026-03-01' },
    ]);
  });

  it('D-3, X-2: each fault is named by row and cell', () => {
    const { faults } = atOnce(checkPriceSheet([
      row(2, { partNumber: 'P-9', partId: '', ownPrice: '1' }), row(3, { partNumber: '', ownPrice: '1' }), row(4, { partNumber: 'P-1', partId: 'a', ownPrice: '-1' }),
      row(5, { partNumber: 'P-2', partId: 'b', ownPrice: '1', effectiveFrom: '2026-02-28' }), row(6, { partNumber: 'P-3', partId: 'c', ownPrice: '1', effectiveFrom: '2026-02-30' }),
      row(7, { partNumber: 'P-4', partId: 'd', ownPrice: '1' }), row(8, { partNumber: 'P-4', partId: 'd', ownPrice: '2' }),
    ], '2026-03-01'));
    expect(faults.map(({ row: at, column, code }) => [at, column, code])).toEqual([
      [2, 'partNumber', 'PART_UNKNOWN'], [3, 'partNumber', 'FIELD_MISSING'], [4, 'ownPrice', 'PRICE_INVALID'], [5, 'effectiveFrom', 'DATE_IN_PAST'],
      [6, 'effectiveFrom', 'INVALID_DATE'], [8, 'partNumber', 'ROW_DOUBLE'],
    ]);
  });
});
