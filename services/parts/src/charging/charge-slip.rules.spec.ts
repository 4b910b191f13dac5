import { addMoney, isZeroMoney, moneyInWords } from '@aftercare/domain';
import fc from 'fast-check';
import {
  assertInvoiceWish, assertPaymentMethod, assertPrice, assertSlipRole, discardedState, earnsAtConfirmation, isWhollyReversed, leftOf, lineAmounts, planReversal, slipRefusal, slipSteps, totalsOf,
  type LineLeft, type Reversed,
} from './charge-slip.rules.js';

const refuses = (reason: string) => expect.objectContaining({ reason });
const CHARGE = { direction: 'charge' } as const;

describe('F-2: what a slip costs', () => {
  it('F-2: 12.345 × 3 is 37.04, tax 13 % is 4.82, together 41.86 = 肆拾壹元捌角陆分', () => {
    const line = lineAmounts({ unitPrice: '12.345', quantity: 3 }, '13');
    expect(line).toEqual({ netAmount: '37.04', taxAmount: '4.82' });
    expect(totalsOf([line])).toEqual({ netTotal: '37.04', taxTotal: '4.82', grossTotal: '41.86' });
    expect(moneyInWords('41.86')).toBe('肆拾壹元捌角陆分');
  });

  it('F-2: totals are sums of rounded lines', () => {
    const lines = ['37.04', '100.00', '0.30'].map((netAmount) => ({ netAmount, taxAmount: lineAmounts({ unitPrice: netAmount, quantity: 1 }, '13').taxAmount }));
    expect(totalsOf(lines)).toEqual({ netTotal: '137.34', taxTotal: '17.86', grossTotal: '155.20' });
  });

  it('F-3, F-4: payment method and wish come from closed lists, a price has up to 4 decimals', () => {
    expect([assertPaymentMethod('deposit'), assertInvoiceWish('later'), assertPrice('12.3450', 'unitPrice')]).toEqual(['deposit', 'later', '12.3450']);
    expect(() => assertPaymentMethod('gold')).toThrow(refuses('PAYMENT_METHOD_UNKNOWN'));
    expect(() => assertInvoiceWish('')).toThrow(refuses('INVOICE_WISH_UNKNOWN'));
    for (const bad of ['-1', '1.23456', '1e308', '', 'NaN']) expect(() => assertPrice(bad, 'unitPrice')).toThrow(refuses('PRICE_INVALID'));
  });
});

describe('F-5: draft, confirmed, void', () => {
  it('F-5: every state is reached, and nothing leads out of void', () => {
    expect([slipSteps.unreachable(), slipSteps.deadEnds()]).toEqual([[], []]);
    expect(() => slipSteps.next('confirm', 'confirmed')).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('F-5: clerk and finance confirm, supervisor and finance reverse, and a reversal is never reversed', () => {
    expect(slipRefusal('confirm', { ...CHARGE, state: 'draft', origin: 'request' }, 'service_clerk')).toBeUndefined();
    expect(slipRefusal('confirm', { ...CHARGE, state: 'draft', origin: 'request' }, 'dealer_manager')).toBe('ROLE_NOT_ALLOWED');
    expect(slipRefusal('reverse', { ...CHARGE, state: 'confirmed', origin: 'manual' }, 'service_supervisor')).toBeUndefined();
    expect(slipRefusal('reverse', { ...CHARGE, state: 'confirmed', origin: 'manual' }, 'service_clerk')).toBe('ROLE_NOT_ALLOWED');
    expect(slipRefusal('reverse', { ...CHARGE, state: 'confirmed', origin: 'reversal' }, 'finance_clerk')).toBe('STEP_NOT_ALLOWED');
    expect(slipRefusal('reverse', { ...CHARGE, state: 'draft', origin: 'manual' }, 'finance_clerk')).toBe('STEP_NOT_ALLOWED');
  });

  it('F-6, R-14: a reimbursement is confirmed and dropped by finance alone, reversed as any slip', () => {
    const draft = { state: 'draft', origin: 'reimbursement', direction: 'reimbursement' } as const;
    for (const action of ['confirm', 'discard'] as const) {
      expect([slipRefusal(action, draft, 'finance_clerk'), slipRefusal(action, draft, 'service_clerk')]).toEqual([undefined, 'ROLE_NOT_ALLOWED']);
    }
    expect(() => assertSlipRole('reverse', 'service_supervisor', 'reimbursement')).not.toThrow();
  });

  it('X-6: a draft by hand or of a claim is dropped without a number; any other ends with its document', () => {
    for (const origin of ['manual', 'reimbursement'] as const) expect(discardedState({ state: 'draft', origin })).toBe('void');
    for (const origin of ['request', 'exclusion', 'stocktake'] as const) expect(() => discardedState({ state: 'draft', origin })).toThrow(refuses('SLIP_OF_DOCUMENT'));
    expect(() => discardedState({ state: 'confirmed', origin: 'manual' })).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('F-8: conversions, what was found after the fact and what was entered by hand are revenue when confirmed; a request’s lines ship first, a reimbursement never is', () => {
    for (const origin of ['exclusion', 'stocktake', 'manual'] as const) expect(earnsAtConfirmation({ ...CHARGE, origin })).toBe(true);
    expect(earnsAtConfirmation({ ...CHARGE, origin: 'request' })).toBe(false);
    expect(earnsAtConfirmation({ origin: 'reimbursement', direction: 'reimbursement' })).toBe(false);
  });

  const line: LineLeft = { id: 'a', quantity: 3, netAmount: '37.04', taxAmount: '4.82' };

  it('F-5: nothing named reverses everything left; the slip is void only then', () => {
    const all = planReversal([line], []);
    expect(all).toEqual([{ lineId: 'a', quantity: 3, netAmount: '37.04', taxAmount: '4.82' }]);
    expect(isWhollyReversed([line], all)).toBe(true);
    const part = planReversal([line], [{ lineId: 'a', quantity: 1 }]);
    expect(isWhollyReversed([line], part)).toBe(false);
    expect(leftOf(line, part)).toMatchObject({ quantity: 2 });
  });

  it('F-5, F-8: a shipped line may be reversed as well, but never more than is left', () => {
    expect(() => planReversal([line], [{ lineId: 'a', quantity: 4 }])).toThrow(expect.objectContaining({ reason: 'MORE_THAN_LEFT', details: { lineId: 'a', left: 3 } }));
    expect(() => planReversal([{ ...line, quantity: 0 }], [{ lineId: 'a', quantity: 1 }])).toThrow(refuses('ALREADY_REVERSED'));
    expect(() => planReversal([{ ...line, quantity: 0 }], [])).toThrow(refuses('ALREADY_REVERSED'));
    expect(() => planReversal([line], [{ lineId: 'b', quantity: 1 }])).toThrow(refuses('LINE_UNKNOWN'));
    expect(() => planReversal([line], [{ lineId: 'a', quantity: -1 }])).toThrow(refuses('QUANTITY_INVALID'));
  });

  it('F-5: reversed in whatever parts, a line comes to exactly zero and never below', () => {
    const price = fc.integer({ min: 0, max: 999_999_999 }).map((tenThousandths) => (tenThousandths / 10_000).toFixed(4));
    fc.assert(fc.property(price, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }), (unitPrice, parts) => {
      const quantity = parts.reduce((a, b) => a + b, 0);
      const whole: LineLeft = { id: 'a', quantity, ...lineAmounts({ unitPrice, quantity }, '13') };
      const taken: Reversed[] = [];
      for (const each of parts) taken.push(...planReversal([leftOf(whole, taken)], [{ lineId: 'a', quantity: each }]));
      const rest = leftOf(whole, taken);
      expect(rest.quantity).toBe(0);
      expect(isZeroMoney(rest.netAmount) && isZeroMoney(rest.taxAmount)).toBe(true);
      expect(addMoney(...taken.map((each) => each.netAmount))).toBe(whole.netAmount);
      expect(taken.some((each) => each.netAmount.startsWith('-') || each.taxAmount.startsWith('-'))).toBe(false);
    }));
  });
});
