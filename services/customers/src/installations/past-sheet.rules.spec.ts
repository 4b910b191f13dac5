import { atOnce } from '@aftercare/domain';
import { checkPastSheet, PAST_COLUMNS, type KnownUnit, type PastRegistry } from './past-sheet.rules.js';

const unsold: KnownUnit = { sold: false, acceptedOn: null, openInstallation: false, ownerId: null, dispatchedOn: '2026-01-10', purchaseDate: null, salePrice: null, ownerPhones: [] };
const sold: KnownUnit = { ...unsold, sold: true, ownerId: 'c-1', purchaseDate: '2026-03-01', salePrice: '1999.00', ownerPhones: ['13900000001'] };
const registry: PastRegistry = {
  units: new Map([
    ['SN-1', unsold], ['SN-2', unsold], ['SN-3', sold], ['SN-4', { ...sold, acceptedOn: '2026-03-10' }], ['SN-5', { ...unsold, sold: true }], ['SN-6', { ...sold, openInstallation: true }],
  ]),
  customers: new Map([['CU-1', 'c-1'], ['CU-2', 'c-2']]),
  files: new Map([
    ['c-1', { name: '王小明', phones: ['13900000001', '13811112222'], regionCode: '310104', addressDetail: '漕溪路 1 号' }],
    ['c-2', { name: '王小明', phones: ['13811112222'], regionCode: '310104', addressDetail: '漕溪路 1 号' }],
  ]),
  phones: new Map([['13900000001', 'CU-1']]),
  frame: { month: '2026-03', activeDays: [{ firstDay: '2026-03-01', lastDay: '2026-03-20' }], servingDays: [{ firstDay: '2026-03-01', lastDay: '2026-03-31' }] },
  today: '2026-04-02',
};
const cells = (given: Partial<Record<(typeof PAST_COLUMNS)[number], string>>): Record<string, string> => ({
  serial: 'sn-1', customerNumber: '', customerName: '王小明', phone: '138 1111 2222', regionCode: '310104', addressDetail: '漕溪路 1 号', purchaseDate: '2026-03-01', acceptedOn: '2026-03-10', salePrice: '', ...given,
});
const check = (...rows: Record<string, string>[]) => atOnce(checkPastSheet(rows.map((row, index) => ({ row: index + 2, cells: row })), registry));
const faultOf = (given: Parameters<typeof cells>[0]) => check(cells(given)).errors.map(({ column, code }) => `${column} ${code}`);

describe('a sheet of past installations', () => {
  it('D-7: a row makes the customer, the sale and the installation; a recorded sale is taken up', () => {
    expect(check(cells({})).fresh).toEqual([{
      row: 2, serial: 'SN-1', customerId: null, customer: { name: '王小明', phone: '13811112222', regionCode: '310104', addressDetail: '漕溪路 1 号' },
      purchaseDate: '2026-03-01', acceptedOn: '2026-03-10', salePrice: '',
    }]);
    const owner = { serial: 'SN-3', customerName: '', phone: '', regionCode: '', addressDetail: '', purchaseDate: '' };
    expect(check(cells(owner)).fresh).toEqual([expect.objectContaining({ customerId: 'c-1', customer: null, purchaseDate: '2026-03-01' })]);
    expect(check(cells({ customerNumber: 'CU-2' })).fresh).toEqual([expect.objectContaining({ customerId: 'c-2', customer: null })]);
  });

  it('D-7: the same file again changes nothing', () => {
    expect(check(cells({ serial: 'SN-4', phone: '13900000001' }), cells({ serial: 'SN-1' }))).toMatchObject({ unchanged: 1, errors: [], fresh: [{ serial: 'SN-1' }] });
    expect(faultOf({ serial: 'SN-4', phone: '13900000001', acceptedOn: '2026-03-11' })).toEqual(['serial INSTALLATION_EXISTS']);
  });

  it('C-1, D-7: a phone that a file has is offered by its number; one new customer may stand in several rows', () => {
    expect(faultOf({ phone: '13900000001' })).toEqual(['phone CUSTOMER_PHONE_EXISTS']);
    expect(check(cells({}), cells({ serial: 'SN-2' }))).toMatchObject({ errors: [], fresh: [{ serial: 'SN-1' }, { serial: 'SN-2' }] });
    expect(check(cells({}), cells({ serial: 'SN-2', customerName: '李四' })).errors).toEqual([{ row: 3, column: 'phone', code: 'PHONE_DOUBLE' }]);
  });

  it('D-7: a row that says otherwise than an earlier one of the same customer is told by its cell, none is left out in silence', () => {
    const second = (given: Parameters<typeof cells>[0]) => check(cells({}), cells({ serial: 'SN-2', ...given })).errors.map(({ row, column, code }) => `${row} ${column} ${code}`);
    expect(second({ addressDetail: '别处 9 号', regionCode: '310105' })).toEqual(['3 regionCode ROWS_DIFFER', '3 addressDetail ROWS_DIFFER']);
    expect(second({ addressDetail: '' })).toEqual([]);
  });

  it('D-7: nor what stands beside a customer’s number, or beside a recorded sale, and says otherwise than they do', () => {
    expect(faultOf({ customerNumber: 'CU-2', customerName: '李四', phone: '13700000000', regionCode: '310105', addressDetail: '别处' })).toEqual([
      'customerName KNOWN_OTHERWISE', 'phone KNOWN_OTHERWISE', 'regionCode KNOWN_OTHERWISE', 'addressDetail KNOWN_OTHERWISE',
    ]);
    expect(faultOf({ serial: 'SN-3', phone: '13900000001', customerName: '李四', purchaseDate: '2026-03-02', salePrice: '1.00' })).toEqual([
      'customerName KNOWN_OTHERWISE', 'purchaseDate KNOWN_OTHERWISE', 'salePrice KNOWN_OTHERWISE',
    ]);
    expect(faultOf({ serial: 'SN-3', phone: '13900000001', salePrice: '1999' })).toEqual([]);
    const again = check(cells({ serial: 'SN-4', phone: '13900000001', addressDetail: '别处', salePrice: '1' }));
    expect([again.unchanged, again.errors.map(({ column, code }) => `${column} ${code}`)]).toEqual([0, ['addressDetail KNOWN_OTHERWISE', 'salePrice KNOWN_OTHERWISE']]);
  });

  it.each([
    [{ serial: '' }, 'serial FIELD_MISSING'],
    [{ serial: 'SN-X' }, 'serial SERIAL_NOT_OF_DEALER'],
    [{ serial: 'SN-5' }, 'serial UNIT_ALREADY_SOLD'],
    [{ serial: 'SN-3' }, 'serial UNIT_ALREADY_SOLD'],
    [{ serial: 'SN-3', customerNumber: 'CU-2' }, 'serial UNIT_ALREADY_SOLD'],
    [{ serial: 'SN-6', customerNumber: 'CU-1' }, 'serial INSTALLATION_OPEN'],
    [{ customerNumber: 'CU-9' }, 'customerNumber CUSTOMER_UNKNOWN'],
    [{ customerName: '' }, 'customerName NAME_INVALID'],
    [{ phone: '12' }, 'phone PHONE_INVALID'],
    [{ regionCode: '999999' }, 'regionCode REGION_UNKNOWN'],
    [{ purchaseDate: '' }, 'purchaseDate INVALID_DATE'],
    [{ purchaseDate: '2026-01-01' }, 'purchaseDate DATE_BEFORE_DISPATCH'],
    [{ acceptedOn: '2026-02-30' }, 'acceptedOn INVALID_DATE'],
    [{ acceptedOn: '2026-04-01' }, 'acceptedOn DATE_OUTSIDE_MONTH'],
    [{ purchaseDate: '2026-03-11' }, 'acceptedOn DATE_BEFORE_SALE'],
    [{ salePrice: '1.234' }, 'salePrice AMOUNT_INVALID'],
  ])('D-7: %j is told by its cell', (given, fault) => {
    expect(faultOf(given)).toEqual([fault]);
  });

  it('D-7, C-1: a new customer\'s name may be as long as in a form', () => {
    expect(faultOf({ customerName: '长'.repeat(100) })).toEqual([]);
    expect(faultOf({ customerName: '长'.repeat(101) })).toEqual(['customerName NAME_INVALID']);
  });

  it('D-7: every fault of a row is told, none hides another', () => {
    const wrong = { serial: 'SN-X', customerName: '长'.repeat(101), phone: '12', regionCode: '999999', purchaseDate: '2026-02-30', acceptedOn: '2026-04-01', salePrice: '1.234' };
    expect(faultOf(wrong)).toEqual([
      'serial SERIAL_NOT_OF_DEALER', 'customerName NAME_INVALID', 'regionCode REGION_UNKNOWN', 'phone PHONE_INVALID', 'purchaseDate INVALID_DATE', 'acceptedOn DATE_OUTSIDE_MONTH',
      'salePrice AMOUNT_INVALID',
    ]);
    expect(faultOf({ customerNumber: 'CU-9', purchaseDate: '2026-01-01', acceptedOn: '' })).toEqual(['customerNumber CUSTOMER_UNKNOWN', 'purchaseDate DATE_BEFORE_DISPATCH', 'acceptedOn INVALID_DATE']);
    expect(faultOf({ serial: 'SN-4', phone: '13811112222', acceptedOn: '2026-02-10' })).toEqual(['serial UNIT_ALREADY_SOLD', 'serial INSTALLATION_EXISTS', 'acceptedOn DATE_OUTSIDE_MONTH']);
    expect(check(cells({}), cells({ customerName: '李四', salePrice: '-1' })).errors).toEqual([
      { row: 3, column: 'serial', code: 'SERIAL_DOUBLE' }, { row: 3, column: 'phone', code: 'PHONE_DOUBLE' }, { row: 3, column: 'salePrice', code: 'AMOUNT_INVALID' },
    ]);
  });

  it('D-7: of a serial that tells nothing only what stands in the row is looked at', () => {
    expect(faultOf({ serial: 'SN-X', customerName: '', phone: '', regionCode: '', addressDetail: '', purchaseDate: '' })).toEqual(['serial SERIAL_NOT_OF_DEALER']);
  });

  it('D-7, D-1: a sale in the sheet is of an active day, its installation and that of a recorded sale of a suspended one as well', () => {
    expect(faultOf({ acceptedOn: '2026-03-31' })).toEqual([]);
    expect(faultOf({ purchaseDate: '2026-03-21', acceptedOn: '2026-03-31' })).toEqual(['purchaseDate DEALER_NOT_ACTIVE_THEN']);
  });

  it('D-7: a serial stands once in a file', () => {
    expect(check(cells({}), cells({ serial: 'SN1'.replace('N', 'N-') })).errors).toEqual([{ row: 3, column: 'serial', code: 'SERIAL_DOUBLE' }]);
  });
});
