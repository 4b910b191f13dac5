import { atOnce } from '@aftercare/domain';
import { assertColumns, dateOf, readBankFile, type BankColumnNames } from './bank-file.rules.js';

const COLUMNS: BankColumnNames = { date: '交易日期', amount: '贷方金额', reference: '摘要', payerName: '对方户名', payerAccount: '对方账号', transactionNumber: '', direction: '', incoming: '' };
const refuses = (reason: string) => expect.objectContaining({ reason });
const HEADINGS = ['交易日期', '借方金额', '贷方金额', '摘要', '对方户名', '对方账号'];
const sheet = (...rows: string[][]) => rows.map((cells, at) => ({ row: at + 1, cells: Object.fromEntries(cells.map((cell, column) => [String.fromCharCode(65 + column), cell])) }));
const read = (rows: string[][], columns = COLUMNS) => atOnce(readBankFile(sheet(...rows), columns, '2026-03-31'));
const faults = (rows: string[][], columns = COLUMNS): string[] => read(rows, columns).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);
const LINE = ['20260330', '', '1,113.00', '货款 CS-2026-000001', '上海某公司', '1001 0000 0001'];

describe('B-4: a bank’s file is read by its format', () => {
  it('B-4: titles above the headings, empty rows, money out and sums below are passed over', () => {
    const { lines, faults: wrong } = read([['某银行交易明细'], HEADINGS, LINE, ['2026-03-30', '50.00', '', '手续费', '', ''], ['2026-03-30', '', '0.00', '', '', ''], ['合计', '', '1,113.00', '', '', ''].map((cell, at) => (at === 0 ? '' : cell))]);
    expect(wrong).toEqual([]);
    const words = ['合计', '本页小计', '总计：', 'Total', 'Grand total'].map((word) => [word, '', '1,113.00', '', '', '']);
    expect(read([HEADINGS, LINE, ...words])).toMatchObject({ faults: [], lines: [{ row: 2 }] });
    expect(lines).toMatchObject([{ row: 3, bankDate: '2026-03-30', amount: '1113.00', reference: '货款 CS-2026-000001', payerName: '上海某公司', payerAccount: '1001 0000 0001' }]);
  });

  it('B-4: money in may be told by a word beside it', () => {
    const columns = { ...COLUMNS, direction: '借方金额', incoming: '贷' };
    expect(read([HEADINGS, ['20260330', '贷', '1.00', '', '', ''], ['20260330', '借', '2.00', '', '', '']], columns).lines.map(({ amount }) => amount)).toEqual(['1.00']);
    expect(() => assertColumns({ ...columns, incoming: '' })).toThrow(refuses('FIELD_MISSING'));
    expect(() => assertColumns({ ...COLUMNS, date: ' ' })).toThrow(refuses('FIELD_MISSING'));
    expect(() => assertColumns(COLUMNS)).not.toThrow();
  });

  it('B-4: what is wrong is named cell by cell', () => {
    expect(faults([['别的表']])).toEqual(['0  BANK_HEADINGS_MISSING']);
    expect(faults([HEADINGS, ['20260230', '', '1.00', '', '', ''], ['20260401', '', '1.00', '', '', ''], ['20260330', '', '1.005', '', '', ''], ['20260330', '', '一元', '', '', '']])).toEqual([
      '2 A INVALID_DATE', '3 A DATE_IN_FUTURE', '4 C AMOUNT_INVALID', '5 C AMOUNT_INVALID',
    ]);
    // As a payment that is typed in.
    expect(faults([HEADINGS, ['20250331', '', '1.00', '', '', ''], ['19991128', '', '1.00', '', '', ''], ['合同款', '', '1.00', '', '', '']])).toEqual(['3 A DATE_TOO_OLD', '4 A INVALID_DATE']);
    expect([dateOf('2026/3/1'), dateOf('20260301'), dateOf('2026年3月1日'), dateOf('2026-03-01 10:00:00'), dateOf('x')]).toEqual(['2026-03-01', '2026-03-01', '2026-03-01', '2026-03-01', 'x']);
  });

  it('B-4: a line is kept once: by the bank’s number with date and amount, else by all it says and which of its like it is', () => {
    const keys = (rows: string[][], columns = COLUMNS): string[] => read([HEADINGS, ...rows], columns).lines.map(({ lineKey }) => lineKey);
    const [first, second] = keys([LINE, LINE]);
    expect(first).not.toBe(second);
    expect(keys([['20260329', '', '5.00', '别的', '', ''], LINE])[1]).toBe(first);
    expect(keys([LINE, LINE])).toEqual([first, second]);
    const numbered = { ...COLUMNS, transactionNumber: '借方金额' };
    expect(keys([['20260330', 'N1', '1.00', '甲', '', '']], numbered)).toEqual(keys([['20260330', 'N1', '1.00', '乙', '', '']], numbered));
    expect(new Set(keys([['20260330', 'N1', '1.00', '', '', ''], ['20260329', 'N1', '1.00', '', '', ''], ['20260328', 'N1', '2.00', '', '', '']], numbered)).size).toBe(3);
  });

  it('B-4: a number is of one line a day', () => {
    const numbered = { ...COLUMNS, transactionNumber: '借方金额' };
    const twice = (second: string[]) => faults([HEADINGS, ['20260330', 'N1', '1.00', '', '甲', ''], second], numbered);
    expect(twice(['20260330', 'N1', '1.00', '', '', ''])).toEqual(['3 B ROW_DOUBLE']);
    expect(twice(['20260330', 'N1', '2.00', '', '甲', ''])).toEqual(['3 B ROWS_DIFFER']);
    expect(twice(['20260330', 'N1', '1.00', '', '乙', ''])).toEqual(['3 B ROWS_DIFFER']);
    expect(twice(['20260329', 'N1', '2.00', '', '乙', ''])).toEqual([]);
  });
});
