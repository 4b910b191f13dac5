import { atOnce } from '@aftercare/domain';
import { checkUserSheet, type KnownUser } from './user-import.rules.js';

const admin = { role: 'admin', dealerId: null };
const clerk = { role: 'service_clerk', dealerId: null };
const manager = { role: 'dealer_manager', dealerId: 'd1' };
const technician = { username: 'sh.tech', name: '李工', role: 'dealer_technician', dealerCode: 'SH001', dealerId: 'd1' };
const keeper = { username: 'keeper2', name: '仓库', role: 'warehouse_keeper', warehouseCode: 'TZ', siteId: 's1' };
const known: KnownUser = { username: 'sh.tech', name: '李工', role: 'dealer_technician', dealerId: 'd1', siteId: null };

function check(sheet: Record<string, string>[], given: { actor?: typeof admin | typeof manager; known?: KnownUser[]; taken?: string[] } = {}) {
  const { actor = admin, known: registered = [], taken = registered.map(({ username }) => username) } = given;
  const accounts = { known: new Map(registered.map((user) => [user.username.toLowerCase(), user])), taken: new Set(taken) };
  return atOnce(checkUserSheet(sheet.map((cells, at) => ({ row: at + 2, cells })), accounts, actor));
}
const faults = (...given: Parameters<typeof check>): string[] => check(...given).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('the sheet of users', () => {
  it('X-9: a row becomes an account with its dealer or site', () => {
    expect(check([technician, keeper])).toEqual({
      fresh: [{ row: 2, ...known }, { row: 3, username: 'keeper2', name: '仓库', role: 'warehouse_keeper', dealerId: null, siteId: 's1' }], unchanged: 0, faults: [],
    });
  });

  it('X-9: names every fault by row and cell', () => {
    expect(faults([{}])).toEqual(['2 username FIELD_MISSING', '2 name FIELD_MISSING', '2 role FIELD_MISSING']);
    expect(faults([{ username: '王', name: 'x'.repeat(61), role: 'boss' }])).toEqual(['2 username CODE_INVALID', '2 name NAME_INVALID', '2 role ROLE_UNKNOWN']);
    expect(faults([{ ...technician, dealerCode: 'XX', dealerId: '' }])).toEqual(['2 dealerCode DEALER_UNKNOWN']);
    expect(faults([{ ...technician, dealerCode: '', dealerId: '' }])).toEqual(['2 dealerCode DEALER_REQUIRED']);
    expect(faults([{ ...keeper, dealerCode: 'SH001', dealerId: 'd1' }])).toEqual(['2 dealerCode DEALER_NOT_FOR_ROLE']);
    expect(faults([{ ...keeper, role: 'auditor' }])).toEqual(['2 warehouseCode SITE_NOT_FOR_ROLE']);
    expect(faults([{ ...keeper, siteId: '' }])).toEqual(['2 warehouseCode WAREHOUSE_UNKNOWN']);
    expect(faults([technician, { ...technician, username: 'SH.Tech' }])).toEqual(['3 username ROW_DOUBLE']);
  });

  it('X-9: the manufacturer’s accounts are the admin’s, a dealer’s are the clerk’s and its manager’s too', () => {
    expect(faults([technician, keeper], { actor: clerk })).toEqual(['3 role ROLE_NOT_ALLOWED']);
    expect(faults([{ ...technician, dealerCode: '', dealerId: '' }], { actor: manager })).toEqual([]);
    expect(faults([{ ...technician, dealerId: 'd2' }, keeper], { actor: manager })).toEqual(['2 dealerCode DEALER_UNKNOWN', '3 role ROLE_NOT_ALLOWED']);
  });

  it('X-9: the same row again changes nothing; another value and a name of somebody else are faults of their cells', () => {
    expect(check([technician], { known: [known] })).toEqual({ fresh: [], unchanged: 1, faults: [] });
    expect(faults([{ ...technician, name: '张工', role: 'dealer_manager' }], { known: [known] })).toEqual(['2 name KNOWN_OTHERWISE', '2 role KNOWN_OTHERWISE']);
    expect(faults([technician], { taken: ['sh.tech'] })).toEqual(['2 username USERNAME_TAKEN']);
  });
});
