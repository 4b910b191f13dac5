import { atOnce } from '@aftercare/domain';
import { assertApproverOfOpening, assertBookable, assertUnused, checkMoneyOpening, isCreditOfOpening, moneyOpeningSteps, type MoneyOpeningPresent } from './money-opening.rules.js';

const OWED = { dealerCode: 'sh001', kind: '应收', documentNumber: 'old-1', documentDate: '2026/2/1', amount: '1,130.00', cutOverOn: '2026-03-31' };
const DEPOSIT = { dealerCode: 'SH001', kind: 'deposit', amount: '50', cutOverOn: '2026-03-31' };
const LIMIT = { dealerCode: 'SH001', kind: '信用额度', amount: '0', cutOverOn: '2026-03-31' };
const present = (more: Partial<MoneyOpeningPresent> = {}): MoneyOpeningPresent => ({ today: '2026-04-01', dealers: new Map([['sh001', 'd']]), opened: new Set(), numbers: new Set(), ...more });
const check = (rows: Record<string, string>[], more: Partial<MoneyOpeningPresent> = {}) => atOnce(checkMoneyOpening(rows.map((cells, at) => ({ row: at + 2, cells })), present(more)));
const faults = (rows: Record<string, string>[], more: Partial<MoneyOpeningPresent> = {}): string[] => check(rows, more).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('X-9: what dealers owed and had when the platform went live', () => {
  it('X-9: a receivable has its number and date, a deposit and a credit line an amount', () => {
    expect(check([OWED, DEPOSIT, LIMIT])).toEqual({
      faults: [], cutOverOn: '2026-03-31',
      drafts: [
        { dealerId: 'd', kind: 'receivable', documentNumber: 'OLD-1', documentDate: '2026-02-01', amount: '1130.00' }, { dealerId: 'd', kind: 'deposit', documentNumber: '', documentDate: null, amount: '50.00' },
        { dealerId: 'd', kind: 'credit_line', documentNumber: '', documentDate: null, amount: '0.00' },
      ],
    });
  });

  it('X-9: nobody is opened twice, no number is two slips', () => {
    expect(faults([DEPOSIT], { opened: new Set(['d']) })).toEqual(['2 dealerCode OPENED_ALREADY']);
    expect(faults([OWED, OWED, DEPOSIT, DEPOSIT])).toEqual(['3 documentNumber ROW_DOUBLE', '5 kind ROW_DOUBLE']);
    expect(faults([OWED], { numbers: new Set(['OLD-1']) })).toEqual(['2 documentNumber NUMBER_TAKEN']);
    expect(faults([{ ...OWED, documentNumber: 'cs-2026-000900' }])).toEqual(['2 documentNumber NUMBER_TAKEN']);
  });

  it('X-9: what cannot stand is named cell by cell', () => {
    expect(faults([{ dealerCode: 'x', kind: '欠条', amount: '-1', cutOverOn: '2026-04-02' }])).toEqual([
      '2 cutOverOn DATE_IN_FUTURE', '2 dealerCode DEALER_UNKNOWN', '2 kind KIND_UNKNOWN', '2 amount AMOUNT_INVALID',
    ]);
    expect(faults([{ ...DEPOSIT, amount: '0' }, { ...OWED, documentNumber: '', documentDate: '' }, { ...OWED, documentDate: '2026-04-01', cutOverOn: '2026-03-30' }])).toEqual([
      '2 amount AMOUNT_INVALID', '3 documentNumber FIELD_MISSING', '3 documentDate FIELD_MISSING', '4 cutOverOn CUT_OVER_MIXED', '4 documentDate DATE_AFTER_CUT_OVER',
    ]);
  });

  it('X-9: a second person approves it, and it is taken back only while nothing of it was used', () => {
    expect([moneyOpeningSteps.unreachable(), moneyOpeningSteps.deadEnds()]).toEqual([[], []]);
    expect(() => moneyOpeningSteps.next('reverse', 'draft')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect(() => assertApproverOfOpening('f', 'f')).toThrow(expect.objectContaining({ reason: 'APPROVER_IS_REQUESTER' }));
    expect(() => assertApproverOfOpening('f', 's')).not.toThrow();
    expect(() => assertUnused(false)).toThrow(expect.objectContaining({ reason: 'OPENING_IN_USE' }));
    expect(() => assertUnused(true)).not.toThrow();
  });

  it('X-9: a credit line is granted where none is, and taken back only as the opening left it', () => {
    const book = (limitAmount: string | null, takenNumber = '') => () => assertBookable({ takenNumber, limitAmount });
    expect(book(null)).not.toThrow();
    expect(book('0.00')).not.toThrow();
    expect(book('800.00')).toThrow(expect.objectContaining({ reason: 'CREDIT_LINE_APPROVED' }));
    expect(book(null, 'OLD-1')).toThrow(expect.objectContaining({ reason: 'NUMBER_TAKEN', details: { number: 'OLD-1' } }));
    const opening = { limitAmount: '500.00', approvedBy: 's' };
    expect(isCreditOfOpening({ limitAmount: '500.00', approvedBy: 's' }, opening)).toBe(true);
    expect(isCreditOfOpening({ limitAmount: '800.00', approvedBy: 's' }, opening)).toBe(false);
    expect(isCreditOfOpening({ limitAmount: '500.00', approvedBy: 't' }, opening)).toBe(false);
    expect(isCreditOfOpening({ limitAmount: null, approvedBy: null }, opening)).toBe(false);
  });
});
