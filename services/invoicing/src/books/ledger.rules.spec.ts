import { addMoney, compareMoney, isZeroMoney, negateMoney } from '@aftercare/domain';
import fc from 'fast-check';
import { confirmedSlip, revenueOfShipment, reversalSplit, trialBalance, voucherEntries, type RevenueLine, type Signed } from './ledger.rules.js';

const fen = fc.integer({ min: 0, max: 10_000_000 }).map((value) => (value / 100).toFixed(2));
const line = (more: Partial<RevenueLine> = {}): RevenueLine => ({
  quantity: 2, netAmount: '200.00', shippedQuantity: 0, reversedNet: '0.00', revenueNet: '0.00', ...more,
});

describe('B-4: the double-entry ledger', () => {
  it('B-4: a voucher whose sides differ is refused', () => {
    expect(() => voucherEntries([['receivable', '1.00'], ['revenue', '-0.99']])).toThrow(expect.objectContaining({ reason: 'VOUCHER_UNBALANCED' }));
    expect(voucherEntries([['receivable', '1.00'], ['revenue', '-1.00'], ['tax_payable', '0.00']])).toEqual([
      { account: 'receivable', debit: '1.00', credit: '0.00' }, { account: 'revenue', debit: '0.00', credit: '1.00' },
    ]);
  });

  it('F-8: a charged line of a request is a prepayment until it ships, a manual one is revenue at confirmation', () => {
    const slip = { netTotal: '37.04', taxTotal: '4.82', grossTotal: '41.86' };
    expect(confirmedSlip({ ...slip, origin: 'request' })).toEqual([['receivable', '41.86'], ['unearned_revenue', '-37.04'], ['tax_payable', '-4.82']]);
    expect(confirmedSlip({ ...slip, origin: 'manual' })[1]).toEqual(['revenue', '-37.04']);
  });

  it("F-8: of 2 pieces one shipped in March and one in April, half is March's revenue and half April's", () => {
    expect(revenueOfShipment(line(), 1)).toBe('100.00');
    expect(revenueOfShipment(line({ shippedQuantity: 1, revenueNet: '100.00' }), 1)).toBe('100.00');
  });

  it('F-8: a line reversed before shipment never enters, a later reversal takes revenue back', () => {
    expect(reversalSplit(line(), '200.00')).toEqual({ unearned: '200.00', revenue: '0.00' });
    expect(reversalSplit(line({ shippedQuantity: 1, revenueNet: '100.00' }), '200.00')).toEqual({ unearned: '100.00', revenue: '100.00' });
    expect(revenueOfShipment(line({ reversedNet: '200.00' }), 1)).toBe('0.00');
  });

  it('F-8: shipped in whatever parts, revenue comes to exactly the line', () => {
    fc.assert(fc.property(fen, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }), (netAmount, parts) => {
      const state = line({ netAmount, quantity: parts.reduce((a, b) => a + b, 0) });
      for (const pieces of parts) {
        state.revenueNet = addMoney(state.revenueNet, revenueOfShipment(state, pieces));
        state.shippedQuantity += pieces;
      }
      expect(state.revenueNet).toBe(addMoney(netAmount));
    }));
  });

  it('B-4: after any sequence of vouchers debit equals credit', () => {
    const step = fc.tuple(fc.constantFrom('confirm', 'pay', 'deposit', 'ship'), fen, fen);
    fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const entries = steps.flatMap(([kind, net, tax]) => {
        const voucher: Record<string, Signed[]> = {
          confirm: confirmedSlip({ netTotal: net, taxTotal: tax, grossTotal: addMoney(net, tax), origin: 'request' }),
          pay: [['bank_transfer', net], ['unmatched', negateMoney(net)]],
          deposit: [['unmatched', net], ['deposit', negateMoney(net)]],
          ship: [['unearned_revenue', net], ['revenue', negateMoney(net)]],
        };
        return voucherEntries(voucher[kind]);
      });
      const balance = trialBalance(entries);
      expect(balance.balanced).toBe(true);
      expect(isZeroMoney(addMoney(...balance.accounts.map((row) => row.balance)))).toBe(true);
      expect(compareMoney(balance.debitTotal, balance.creditTotal)).toBe(0);
    }));
  });
});
