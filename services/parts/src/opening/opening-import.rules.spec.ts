import { atOnce } from '@aftercare/domain';
import { checkOpeningSheet, type OpeningPresent } from './opening-import.rules.js';

const STOCK = { warehouseCode: 'TZ', siteId: 'w', partNumber: 'P-1', partId: 'p', quantity: '5', unitCost: '1.5', cutOverOn: '2026-03-31' };
const HELD = { dealerCode: 'SH001', dealerId: 'd', partNumber: 'P-1', partId: 'p', quantity: '5', unitSerial: 'SN-1', dueOn: '2026/4/30', cutOverOn: '2026-03-31' };
const present = (given: Partial<OpeningPresent> = {}): OpeningPresent => ({ kind: 'stock', today: '2026-04-01', opened: new Set(), transit: new Set(), siteId: null, ...given });
const check = (rows: Record<string, string>[], given: Partial<OpeningPresent> = {}) => atOnce(checkOpeningSheet(rows.map((cells, at) => ({ row: at + 2, cells })), present(given)));
const faults = (rows: Record<string, string>[], given: Partial<OpeningPresent> = {}): string[] => check(rows, given).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('sheets of going live', () => {
  it('X-9: a row of stock has its cost, a row of holdings its unit and due date', () => {
    expect(check([STOCK])).toEqual({ faults: [], cutOverOn: '2026-03-31', drafts: [{ ownerId: 'w', partId: 'p', partNumber: 'P-1', quantity: 5, unitCost: '1.5', unitSerial: '', dueOn: null }] });
    expect(check([HELD], { kind: 'holdings' }).drafts).toEqual([{ ownerId: 'd', partId: 'p', partNumber: 'P-1', quantity: 5, unitCost: null, unitSerial: 'SN-1', dueOn: '2026-04-30' }]);
  });

  it('X-9: nobody is opened twice, neither by two sheets nor by two rows', () => {
    expect(faults([STOCK], { opened: new Set(['w']) })).toEqual(['2 warehouseCode OPENED_ALREADY']);
    expect(faults([HELD], { kind: 'holdings', opened: new Set(['d']) })).toEqual(['2 dealerCode OPENED_ALREADY']);
    expect(faults([STOCK, STOCK])).toEqual(['3 partNumber ROW_DOUBLE']);
    expect(faults([HELD, { ...HELD, dueOn: '2026-05-01' }], { kind: 'holdings' })).toEqual([]);
  });

  it('X-9: a sheet has one cut-over date, which is not in the future', () => {
    expect(faults([STOCK, { ...STOCK, partNumber: 'Q', partId: 'q', cutOverOn: '2026-03-30' }])).toEqual(['3 cutOverOn CUT_OVER_MIXED']);
    expect(faults([{ ...STOCK, cutOverOn: '2026-04-02' }])).toEqual(['2 cutOverOn DATE_IN_FUTURE']);
  });

  it('X-9: what cannot stand is named cell by cell; a keeper opens his own site', () => {
    expect(faults([{ ...STOCK, quantity: '0', unitCost: '1e3', partId: '', siteId: '' }])).toEqual([
      '2 quantity QUANTITY_INVALID', '2 partNumber PART_UNKNOWN', '2 warehouseCode WAREHOUSE_UNKNOWN', '2 unitCost PRICE_INVALID',
    ]);
    expect(faults([STOCK], { transit: new Set(['w']) })).toEqual(['2 warehouseCode SITE_NOT_RECEIVING']);
    expect(faults([{ ...STOCK, unitCost: '9999999999.9999' }])).toEqual(['2 unitCost COST_TOO_HIGH']);
    expect(faults([STOCK], { siteId: 'other' })).toEqual(['2 warehouseCode OTHER_SITE']);
    expect(faults([{ ...HELD, dealerId: '', dueOn: '2026-02-30' }], { kind: 'holdings' })).toEqual(['2 dealerCode DEALER_UNKNOWN', '2 dueOn INVALID_DATE']);
  });
});
