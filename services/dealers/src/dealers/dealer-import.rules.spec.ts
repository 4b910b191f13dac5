import { atOnce } from '@aftercare/domain';
import { checkDealerSheet, type KnownDealer } from './dealer-import.rules.js';

const good = { code: 'SH001', name: '上海阀门', regionCode: '310104' };
const full = {
  ...good, nameEn: 'Shanghai Valves', addressDetail: '漕溪路 1 号', contactName: '王经理', contactPhone: '13900001111', financeContactName: '周会计', financeContactPhone: '021-64000002', territory: '310000、330100',
  taxTitle: '上海阀门有限公司', taxNumber: '91310104MA1FR12345', taxBank: '工行', taxAccount: '1001', agreementNumber: 'AG-1', validFrom: '2026/1/1', validTo: '2027年12月31日',
};
const known: KnownDealer = {
  code: 'SH001', name: '上海阀门', nameEn: 'Shanghai Valves', regionCode: '310104', addressDetail: '漕溪路 1 号',
  contacts: [
    { name: '王经理', position: '店长', phone: '13900001111', mail: '', purpose: 'other', main: true },
    { name: '周会计', position: '', phone: '021-64000002', mail: 'zhou@example.cn', purpose: 'finance', main: false },
  ],
  parentCode: '', territory: ['330100', '310000'], status: 'active',
  taxIdentity: { title: '上海阀门有限公司', taxNumber: '91310104MA1FR12345', bank: '工行', account: '1001', address: '', phone: '' },
  agreements: [{ number: 'AG-1', validFrom: '2026-01-01', validTo: '2027-12-31' }],
};
const check = (sheet: Record<string, string>[], registered: KnownDealer[] = []) =>
  atOnce(checkDealerSheet(sheet.map((cells, at) => ({ row: at + 2, cells })), new Map(registered.map((dealer) => [dealer.code.toLowerCase(), dealer]))));
const faults = (sheet: Record<string, string>[], registered: KnownDealer[] = []): string[] =>
  check(sheet, registered).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('the sheet of dealers', () => {
  it('X-9: a row becomes a dealer with its identity for invoices and its agreement; code, name and region are enough', () => {
    expect(check([good]).fresh).toEqual([expect.objectContaining({ code: 'SH001', territory: [], taxIdentity: null, agreement: null })]);
    expect(check([full])).toMatchObject({
      fresh: [{ territory: ['310000', '330100'], taxIdentity: { bank: '工行' }, agreement: { number: 'AG-1', validFrom: '2026-01-01', validTo: '2027-12-31' } }], faults: [],
    });
  });

  it('X-9: names every fault by row and cell', () => {
    expect(faults([{}])).toEqual(['2 code FIELD_MISSING', '2 name FIELD_MISSING', '2 regionCode FIELD_MISSING']);
    expect(faults([good, { ...full, code: '-', name: 'x'.repeat(201), regionCode: '310000', territory: '310000 999999' }])).toEqual([
      '3 code CODE_INVALID', '3 name NAME_INVALID', '3 regionCode REGION_UNKNOWN', '3 territory REGION_UNKNOWN',
    ]);
    expect(faults([{ ...good, taxBank: '工行' }])).toEqual(['2 taxTitle TAX_IDENTITY_INVALID', '2 taxNumber TAX_IDENTITY_INVALID']);
    expect(faults([{ ...good, agreementNumber: 'A', validFrom: '2026-02-30' }])).toEqual(['2 validFrom INVALID_DATE', '2 validTo FIELD_MISSING']);
    expect(faults([{ ...full, validTo: '2025-01-01' }])).toEqual(['2 validTo AGREEMENT_INVALID']);
    expect(faults([good, good])).toEqual(['3 code ROW_DOUBLE']);
    expect(faults([good, { ...good, code: 'sh001' }])).toEqual(['3 code ROW_DOUBLE']);
  });

  it('X-9, D-1: the main contact and the ones for service, finance and parts stand in columns of their own, whole or not at all', () => {
    expect(check([full]).fresh[0].contacts).toEqual([
      { name: '王经理', position: '', phone: '13900001111', mail: '', purpose: 'other', main: true },
      { name: '周会计', position: '', phone: '021-64000002', mail: '', purpose: 'finance', main: false },
    ]);
    expect(faults([{ ...good, contactName: '王经理', partsContactMail: 'x', serviceContactPhone: 'call me', serviceContactName: '赵' }])).toEqual([
      '2 contactPhone FIELD_MISSING', '2 serviceContactPhone CONTACT_INVALID', '2 partsContactName FIELD_MISSING', '2 partsContactPhone FIELD_MISSING', '2 partsContactMail CONTACT_INVALID',
    ]);
    expect(faults([{ ...full, contactPhone: '13900002222', financeContactMail: 'zhou@example.cn', serviceContactName: '赵', serviceContactPhone: '13900003333' }], [known])).toEqual([
      '2 contactPhone KNOWN_OTHERWISE', '2 serviceContactName KNOWN_OTHERWISE', '2 serviceContactPhone KNOWN_OTHERWISE',
    ]);
  });

  it('X-9, D-1: a parent is registered or stands in the same sheet, before or after, and comes first; it is nobody’s child', () => {
    const child = { ...good, code: 'SH002', parentCode: 'SH001' };
    expect(check([child, good]).fresh.map(({ code }) => code)).toEqual(['SH001', 'SH002']);
    expect(faults([child], [known])).toEqual([]);
    expect(faults([child], [{ ...known, status: 'terminated' }])).toEqual(['2 parentCode PARENT_NOT_ACTIVE']);
    expect(faults([child])).toEqual(['2 parentCode PARENT_UNKNOWN']);
    expect(faults([{ ...good, parentCode: 'SH001' }])).toEqual(['2 parentCode PARENT_UNKNOWN']);
    expect(faults([good, child, { ...good, code: 'SH003', parentCode: 'SH002' }])).toEqual(['4 parentCode PARENT_IS_CHILD']);
  });

  it('X-9: the same row again changes nothing, an empty cell says nothing, another value is a fault of its cell', () => {
    expect(check([full], [known])).toEqual({ fresh: [], unchanged: 1, faults: [] });
    expect(check([good], [known])).toEqual({ fresh: [], unchanged: 1, faults: [] });
    expect(check([{ ...good, code: 'sh001' }], [known])).toEqual({ fresh: [], unchanged: 1, faults: [] });
    expect(faults([{ ...full, name: '别名', territory: '310000', taxBank: '农行', validTo: '2028-01-01' }], [known])).toEqual([
      '2 name KNOWN_OTHERWISE', '2 territory KNOWN_OTHERWISE', '2 taxBank KNOWN_OTHERWISE', '2 validTo KNOWN_OTHERWISE',
    ]);
    expect(faults([{ ...full, agreementNumber: 'AG-2' }], [known])).toEqual(['2 agreementNumber KNOWN_OTHERWISE']);
  });
});
