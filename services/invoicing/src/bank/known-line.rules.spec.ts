import type { BankLineTold } from './bank-file.rules.js';
import { newLines } from './known-line.rules.js';

const told = (more: Partial<BankLineTold> = {}): BankLineTold =>
  ({ bankDate: '2026-03-30', amount: '1.00', reference: '货款', payerName: '', payerAccount: '', transactionNumber: '', ...more });
const check = (lines: BankLineTold[], kept: BankLineTold[]) => {
  const { lines: fresh, faults } = newLines({ lines: lines.map((line, at) => ({ row: at + 2, lineKey: String(at), ...line })), numberColumn: 'F' }, kept);
  return { rows: fresh.map(({ row }) => row), faults: faults.map(({ row, column, code }) => `${row} ${column} ${code}`) };
};
const none = { rows: [], faults: [] };
const N1 = told({ transactionNumber: 'N1' });

describe('B-4: which lines are kept already', () => {
  it('B-4: with a number it is the number, the date, the amount and the payer where both name one', () => {
    expect(check([N1], [N1])).toEqual(none);
    expect(check([{ ...N1, reference: '别的', payerName: '甲' }], [N1])).toEqual(none);
    expect(check([{ ...N1, payerAccount: '6222-0000' }], [{ ...N1, payerAccount: '6222 0000' }])).toEqual(none);
  });

  it('B-4: a number that comes again on another day is another line; on the same day with another amount or payer it is a fault', () => {
    expect(check([{ ...N1, bankDate: '2026-03-31' }], [N1])).toEqual({ rows: [2], faults: [] });
    expect(check([N1, { ...N1, bankDate: '2026-03-31', amount: '9.00' }], [N1])).toEqual({ rows: [3], faults: [] });
    expect(check([{ ...N1, amount: '9.00' }], [N1])).toEqual({ rows: [], faults: ['2 F KNOWN_OTHERWISE'] });
    expect(check([{ ...N1, payerName: '甲' }], [{ ...N1, payerName: '乙' }])).toEqual({ rows: [], faults: ['2 F KNOWN_OTHERWISE'] });
  });

  it('B-4: without a number it is known as often as it is kept', () => {
    expect(check([told(), told(), told()], [told(), told()])).toEqual({ rows: [4], faults: [] });
    expect(check([told({ reference: '别的' })], [told()])).toEqual({ rows: [2], faults: [] });
  });

  it('B-4: a format that is given the number, or loses it, knows what was kept before', () => {
    expect(check([N1, { ...N1, transactionNumber: 'N2' }], [told(), told()])).toEqual(none);
    expect(check([N1, { ...N1, transactionNumber: 'N2' }], [told()])).toEqual({ rows: [3], faults: [] });
    expect(check([told(), told()], [N1, told()])).toEqual(none);
    expect(check([{ ...N1, amount: '2.00' }], [told()])).toEqual({ rows: [2], faults: [] });
  });

  it('B-4: what is kept of a line’s own kind is for that line', () => {
    expect(check([{ ...N1, transactionNumber: 'N2' }, told()], [told()])).toEqual({ rows: [2], faults: [] });
    expect(check([told(), N1], [N1])).toEqual({ rows: [2], faults: [] });
  });
});
