import { CHART, chartOf } from './chart.rules.js';
import { LEDGER_ACCOUNTS } from './ledger.rules.js';

describe('X-9: vouchers for the finance package', () => {
  it('X-9: every account of the ledger has an account of the chart of its own', () => {
    expect(Object.keys(CHART).sort()).toEqual([...LEDGER_ACCOUNTS].sort());
    const codes = LEDGER_ACCOUNTS.map((account) => chartOf(account).code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.every((code) => /^\d{4,6}$/.test(code))).toBe(true);
    expect(chartOf('receivable')).toEqual({ code: '1122', name: '应收账款' });
  });
});
