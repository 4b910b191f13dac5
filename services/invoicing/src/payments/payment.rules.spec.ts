import { addMoney, splitByLargestRemainder } from '@aftercare/domain';
import fc from 'fast-check';
import {
  assertBankDate, assertFits, assertReceiptMethod, assertUnmatched, exactMatch, mergeAllocations, paymentState, restAfter, suggest, type OpenSlip,
} from './payment.rules.js';

const refuses = (reason: string) => expect.objectContaining({ reason });
const slips: OpenSlip[] = [
  { slipId: 'a', slipNumber: 'CS-2026-000001', outstanding: '120.00' }, { slipId: 'b', slipNumber: 'CS-2026-000002', outstanding: '41.86' },
];

describe('B-4: payments', () => {
  it('B-4: an exact reference and amount posts by itself', () => {
    expect(exactMatch({ amount: '41.86', reference: ' cs-2026-000002 ' }, slips)?.slipId).toBe('b');
    expect(exactMatch({ amount: '41.85', reference: 'CS-2026-000002' }, slips)).toBeUndefined();
    expect(exactMatch({ amount: '41.86', reference: 'CS-2026-000001' }, slips)).toBeUndefined();
    expect(exactMatch({ amount: '41.86', reference: '' }, slips)).toBeUndefined();
  });

  it('B-4: all else is a suggestion with its reason: the exact amount, else the oldest first', () => {
    expect(suggest('41.86', slips)).toEqual([{ slipId: 'b', slipNumber: 'CS-2026-000002', amount: '41.86', reason: 'exact_amount' }]);
    expect(suggest('130.00', slips).map(({ slipId, amount, reason }) => [slipId, amount, reason])).toEqual([
      ['a', '120.00', 'oldest_first'], ['b', '10.00', 'oldest_first'],
    ]);
    expect(suggest('0.00', slips)).toEqual([]);
  });

  it('B-6: the date on the bank\'s paper is of the last twelve months, or not given', () => {
    for (const date of ['', '2026-03-31', '2025-03-31']) expect(() => assertBankDate(date, '2026-03-31')).not.toThrow();
    expect(() => assertBankDate('2026-04-01', '2026-03-31')).toThrow(refuses('DATE_IN_FUTURE'));
    expect(() => assertBankDate('2006-03-31', '2026-03-31')).toThrow(refuses('DATE_TOO_OLD'));
  });

  it('B-4: partly, by hand, the rest to the deposit, and never more than there is', () => {
    expect(restAfter('100.00', [{ slipId: 'a', amount: '60.00' }], false)).toBe('40.00');
    expect(restAfter('100.00', [], true)).toBe('100.00');
    expect(() => restAfter('100.00', [{ slipId: 'a', amount: '100.01' }], false)).toThrow(refuses('OVER_ALLOCATED'));
    expect(() => restAfter('100.00', [], false)).toThrow(refuses('ALLOCATIONS_MISSING'));
    expect(() => assertFits('120.01', '120.00')).toThrow(refuses('OVER_ALLOCATED'));
    expect(() => assertFits('0.01', '0.00')).toThrow(refuses('SLIP_PAID'));
    expect(() => assertUnmatched('0.00')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(mergeAllocations([{ slipId: 'a', amount: '1.00' }, { slipId: 'a', amount: '2.50' }])).toEqual([{ slipId: 'a', amount: '3.50' }]);
    expect([paymentState('5.00', '5.00'), paymentState('5.00', '1.00'), paymentState('5.00', '0.00')]).toEqual(['open', 'partly_matched', 'matched']);
  });

  it('F-2: a payment of 100.00 over three equal slips is 33.34, 33.33, 33.33', () => {
    expect(splitByLargestRemainder('100.00', ['50.00', '50.00', '50.00'])).toEqual(['33.34', '33.33', '33.33']);
  });

  it('F-3: deposit and account are no receipts', () => {
    expect(assertReceiptMethod('cash')).toBe('cash');
    for (const method of ['deposit', 'account', '']) expect(() => assertReceiptMethod(method)).toThrow(refuses('PAYMENT_METHOD_UNKNOWN'));
  });

  it('B-4: suggestions never exceed the payment nor what a slip owes', () => {
    const fen = fc.integer({ min: 1, max: 100_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(fc.property(fen, fc.array(fen, { maxLength: 8 }), (unmatched, owed) => {
      const open = owed.map((outstanding, index) => ({ slipId: `s${index}`, slipNumber: `CS-${index}`, outstanding }));
      const made = suggest(unmatched, open);
      for (const each of made) expect(Number(each.amount)).toBeLessThanOrEqual(Number(open.find((slip) => slip.slipId === each.slipId)?.outstanding));
      if (made.every((each) => each.reason === 'oldest_first')) expect(Number(addMoney(...made.map((each) => each.amount)))).toBeLessThanOrEqual(Number(unmatched));
    }));
  });
});
