import { atOnce } from '@aftercare/domain';
import { checkFaultSheet, placeOf } from './fault-import.rules.js';

const inUse = { family: 'faucet', familyState: 'active' };
const fault = { ...inUse, kind: '故障', code: 'F01', name: '滴水', nameEn: 'Drips' };
const cause = { ...inUse, kind: 'cause', code: 'C01', name: '阀芯磨损', parentCode: 'F01' };
const action = { ...inUse, kind: '措施', code: 'A01', name: '更换阀芯', parentCode: 'C01' };
const known = { kind: 'fault', family: 'faucet', code: 'F01', name: '滴水', nameEn: 'Drips', parentCode: '' };
const check = (sheet: Record<string, string>[], registered: (typeof known)[] = []) =>
  atOnce(checkFaultSheet(sheet.map((cells, at) => ({ row: at + 2, cells })), new Map(registered.map((each) => [placeOf(each), each]))));
const faults = (sheet: Record<string, string>[], registered: (typeof known)[] = []): string[] =>
  check(sheet, registered).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('the sheet of fault codes', () => {
  it('X-9, R-16: codes in any order become drafts, faults before causes before actions; the kind in either language', () => {
    const { fresh, unchanged, faults: wrong } = check([action, cause, fault]);
    expect([fresh.map(({ kind, code, parentCode }) => `${kind} ${code} ${parentCode}`), unchanged, wrong]).toEqual([['fault F01 ', 'cause C01 F01', 'action A01 C01'], 0, []]);
  });

  it('X-9: names every fault by row and cell', () => {
    expect(faults([{}])).toEqual(['2 kind FIELD_MISSING', '2 family FIELD_MISSING', '2 code FIELD_MISSING', '2 name FIELD_MISSING']);
    expect(faults([{ ...fault, kind: 'mood', code: '=1', family: '龙头' }])).toEqual(['2 kind KIND_UNKNOWN', '2 family FAMILY_INVALID', '2 code CODE_INVALID']);
    expect(faults([fault, fault, { ...cause, parentCode: '' }, { ...action, parentCode: 'C09' }, { ...fault, code: 'F02', parentCode: 'F01' }])).toEqual(
      ['3 code ROW_DOUBLE', '4 parentCode FIELD_MISSING', '5 parentCode PARENT_UNKNOWN', '6 parentCode PARENT_UNKNOWN']);
    expect(faults([{ ...cause, family: 'toilet' }, fault])).toEqual(['2 parentCode PARENT_UNKNOWN']);
  });

  it('X-9, W-9: the family of a new code is one of the catalogue in use; of a code that is there it is what it was', () => {
    expect(faults([{ ...fault, familyState: '' }, { ...fault, code: 'F02', familyState: 'retired' }])).toEqual(['2 family FAMILY_UNKNOWN', '3 family FAMILY_RETIRED']);
    expect(faults([{ ...fault, familyState: '' }], [known])).toEqual([]);
  });

  it('X-9: what is registered the same changes nothing and may be a parent; another text is a fault of its cell', () => {
    expect(check([fault], [known])).toEqual({ fresh: [], unchanged: 1, faults: [] });
    expect(check([cause], [known])).toMatchObject({ fresh: [{ code: 'C01' }], faults: [] });
    expect(faults([{ ...fault, name: '漏水' }], [known])).toEqual(['2 name KNOWN_OTHERWISE']);
  });
});
