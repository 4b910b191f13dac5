import { atOnce } from '@aftercare/domain';
import { checkCustomerSheet, type KnownFile, type KnownUnit, type Registry } from './customer-import.rules.js';

const good = { dealerCode: 'SH001', name: '王小明', phones: '138 0000 0001、021-6400 0001', regionCode: '310104', addressDetail: '漕溪路 100 弄', consentService: '是' };
const data = {
  dealerId: 'd1', name: '王小明', phones: ['13800000001', '02164000001'], regionCode: '310104', addressDetail: '漕溪路 100 弄', language: 'zh-CN',
  consentService: true, consentMarketing: false,
};
const file: KnownFile = { id: 'c1', ...data };
const unit: KnownUnit = { id: 'u1', dispatchedOn: '2026-01-05', dispatchedTo: 'd1', purchaseDate: null, sold: false, owners: [] };
const registry: Registry = {
  dealers: new Map([['sh001', { id: 'd1', status: 'active' }], ['sh002', { id: 'd2', status: 'suspended' }]]),
  ownCode: '', files: [], today: '2026-03-01', units: new Map([['SN-1', unit], ['SN-2', { ...unit, id: 'u2' }], ['SN-9', { ...unit, sold: true, purchaseDate: '2026-02-01', owners: ['c1'] }]]),
};
const check = (sheet: Record<string, string>[], with_: Partial<Registry> = {}) =>
  atOnce(checkCustomerSheet(sheet.map((cells, at) => ({ row: at + 2, cells })), { ...registry, ...with_ }));
const faults = (sheet: Record<string, string>[], with_: Partial<Registry> = {}): string[] =>
  check(sheet, with_).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('the sheet of customers', () => {
  it('X-9, C-1: a row is a customer with his phones in one spelling and his consents; without an answer nobody consents', () => {
    expect(check([good])).toEqual({ files: [{ data, existingId: '', sales: [] }], unchanged: 0, faults: [] });
    expect(check([{ ...good, dealerCode: 'sh001' }])).toEqual(check([good]));
    expect(check([{ ...good, consentService: '' }]).files[0]?.data).toMatchObject({ consentService: false, consentMarketing: false });
  });

  it('X-9, C-2: further rows of a customer name his further units', () => {
    const sheet = [{ ...good, serial: 'sn-1', purchaseDate: '2026/2/1', salePrice: '1999.00' }, { dealerCode: 'SH001', name: '王小明', phones: good.phones, serial: 'SN-2' }];
    expect(check(sheet)).toMatchObject({
      files: [{ existingId: '', sales: [{ serial: 'SN-1', purchaseDate: '2026-02-01', salePrice: '1999.00' }, { serial: 'SN-2', purchaseDate: '', salePrice: '' }] }], faults: [],
    });
    expect(faults([good, { ...good, serial: 'SN-1', addressDetail: '别处' }])).toEqual(['3 addressDetail ROWS_DIFFER']);
    expect(faults([good, good])).toEqual(['3 name ROW_DOUBLE']);
  });

  it('X-9: names every fault by row and cell', () => {
    expect(faults([{}])).toEqual(['2 dealerCode FIELD_MISSING', '2 name FIELD_MISSING', '2 phones FIELD_MISSING', '2 regionCode FIELD_MISSING']);
    expect(faults([{ ...good, dealerCode: 'XX', phones: '12', regionCode: '310000', language: 'fr', consentService: '也许' }])).toEqual([
      '2 dealerCode DEALER_UNKNOWN', '2 phones PHONE_INVALID', '2 consentService YES_OR_NO', '2 regionCode REGION_UNKNOWN', '2 language LANGUAGE_UNKNOWN',
    ]);
    expect(faults([{ ...good, dealerCode: 'SH002' }])).toEqual(['2 dealerCode DEALER_NOT_ACTIVE']);
    expect(faults([{ ...good, serial: 'SN-7' }])).toEqual(['2 serial SERIAL_UNKNOWN']);
    expect(faults([{ ...good, purchaseDate: '2026-02-01' }])).toEqual(['2 serial FIELD_MISSING']);
    expect(faults([{ ...good, serial: 'SN-1', purchaseDate: '2025-12-31', salePrice: '-1' }])).toEqual(['2 purchaseDate DATE_BEFORE_DISPATCH', '2 salePrice AMOUNT_INVALID']);
    expect(faults([{ ...good, serial: 'SN-1', purchaseDate: '2026-03-02' }])).toEqual(['2 purchaseDate DATE_IN_FUTURE']);
    expect(faults([{ ...good, serial: 'SN-1' }, { ...good, name: '李四', phones: '13800000002', serial: 'SN-1' }])).toEqual(['3 serial SERIAL_DOUBLE']);
    expect(faults([{ ...good, serial: 'SN-9' }])).toEqual(['2 serial UNIT_ALREADY_SOLD']);
  });

  it('X-9, C-1: a name may be as long as in a form', () => {
    expect(check([{ ...good, name: '长'.repeat(100) }])).toMatchObject({ files: [{ data: { name: '长'.repeat(100) } }], faults: [] });
    expect(faults([{ ...good, name: '长'.repeat(101) }])).toEqual(['2 name NAME_INVALID']);
  });

  it('X-9, D-9: a dealer imports for itself and the units that came through it', () => {
    const own = { ownCode: 'SH001', dealers: new Map([['sh001', { id: 'd1', status: 'active' as const }]]) };
    expect(check([{ ...good, dealerCode: '' }], own)).toMatchObject({ files: [{ data: { dealerId: 'd1' } }], faults: [] });
    expect(faults([{ ...good, dealerCode: 'SH002', serial: 'SN-7' }], own)).toEqual(['2 dealerCode DEALER_UNKNOWN', '2 serial SERIAL_NOT_OF_DEALER']);
  });

  it('X-9, C-1: a phone that another file or row has is a fault unless the row says that it is shared', () => {
    const wife = { ...good, name: '赵敏', phones: '13800000001' };
    expect(faults([wife], { files: [file] })).toEqual(['2 phones CUSTOMER_PHONE_EXISTS']);
    expect(faults([good, wife])).toEqual(['3 phones CUSTOMER_PHONE_EXISTS']);
    expect(check([good, { ...wife, sharedPhone: 'yes' }])).toMatchObject({ files: [{}, {}], faults: [] });
  });

  it('X-9: the same rows again change nothing; a further unit is added; another value is a fault of its cell', () => {
    const files = { files: [file] };
    expect(check([{ ...good, serial: 'SN-9', purchaseDate: '2026-02-01' }], files)).toEqual({ files: [], unchanged: 1, faults: [] });
    expect(check([{ ...good, serial: 'SN-1' }], files)).toMatchObject({ files: [{ existingId: 'c1', sales: [{ serial: 'SN-1' }] }], unchanged: 0 });
    expect(faults([{ ...good, regionCode: '310105', consentService: '否', phones: '13800000001' }], files)).toEqual([
      '2 phones KNOWN_OTHERWISE', '2 regionCode KNOWN_OTHERWISE', '2 consentService KNOWN_OTHERWISE',
    ]);
    expect(faults([{ ...good, serial: 'SN-9', purchaseDate: '2026-02-02' }], files)).toEqual(['2 purchaseDate KNOWN_OTHERWISE']);
    const soldFor = (salePrice: string | null) => ({ ...files, units: new Map([['SN-9', { ...unit, sold: true, owners: ['c1'], salePrice }]]) });
    const priced = (salePrice: string): Record<string, string>[] => [{ ...good, serial: 'SN-9', salePrice }];
    expect(check(priced('100'), soldFor('100.00'))).toEqual({ files: [], unchanged: 1, faults: [] });
    for (const other of ['101.00', 'x']) expect(faults(priced(other), soldFor('100.00'))).toEqual(['2 salePrice KNOWN_OTHERWISE']);
    expect(faults(priced('100.00'), soldFor(null))).toEqual(['2 salePrice KNOWN_OTHERWISE']);
  });

  it('C-2: of a sale by another dealer the price is not told, whatever the row says', () => {
    expect(check([{ ...good, serial: 'SN-9', salePrice: '101.00' }], { files: [file] })).toEqual({ files: [], unchanged: 1, faults: [] });
  });
});
