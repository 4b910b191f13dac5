import { addMoney, splitByLargestRemainder } from '@aftercare/domain';
import fc from 'fast-check';
import {
  allocationsToUndo, assertBankDate, assertFits, assertInDeposit, assertInPayment, assertReceiptMethod, assertStillPaid, assertUndoable, assertUnmatched, exactMatches, mergeAllocations, paymentState, restAfter, suggest, type OpenSlip,
} from './payment.rules.js';

const refuses = (reason: string) => expect.objectContaining({ reason });
const slips: OpenSlip[] = [
  { slipId: 'a', slipNumber: 'CS-2026-000001', outstanding: '120.00' }, { slipId: 'b', slipNumber: 'CS-2026-000002', outstanding: '41.86' },
];

describe('B-4: payments', () => {
  const exact = (amount: string, reference: string) => exactMatches({ amount, reference }, slips).map(({ slipId }) => slipId).join('');

  it('B-4: an exact reference and amount posts by itself', () => {
    expect(exact('41.86', ' cs-2026-000002 ')).toBe('b');
    expect(exact('41.85', 'CS-2026-000002')).toBe('');
    expect(exact('41.86', 'CS-2026-000001')).toBe('');
    expect(exact('41.86', '')).toBe('');
  });

  it('B-4: a reference may name its slips within a text, and several of them; one that names a slip which is not open posts nothing', () => {
    expect(exact('41.86', '付 CS-2026-000002 货款')).toBe('b');
    expect(exact('161.86', 'CS-2026-000001、CS-2026-000002')).toBe('ab');
    expect(exact('161.85', 'CS-2026-000001、CS-2026-000002')).toBe('');
    expect(exact('41.86', 'CS-2026-000002 CS-2026-000009')).toBe('');
  });

  it('B-4: all else is a suggestion with its reason: what the reference names, the exact amount, else the oldest first', () => {
    const made = (unmatched: string, reference = '') => suggest({ unmatched, reference }, slips).map(({ slipId, amount, reason }) => [slipId, amount, reason]);
    expect(made('100.00', '部分 CS-2026-000002')).toEqual([['b', '41.86', 'named']]);
    expect(suggest({ unmatched: '41.86', reference: '' }, slips)).toEqual([{ slipId: 'b', slipNumber: 'CS-2026-000002', amount: '41.86', reason: 'exact_amount' }]);
    expect(made('130.00')).toEqual([['a', '120.00', 'oldest_first'], ['b', '10.00', 'oldest_first']]);
    expect(made('0.00')).toEqual([]);
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

  it('B-4: a match is taken back once, and only as far as the slip still has the money', () => {
    const posted = [{ id: 'x', slipId: 'a', amount: '5.00', undone: false }, { id: 'y', slipId: 'b', amount: '6.00', undone: true }];
    expect(allocationsToUndo(posted, ['x', 'x'], false)).toEqual([posted[0]]);
    expect(allocationsToUndo(posted, [], true)).toEqual([]);
    expect(() => allocationsToUndo(posted, [], false)).toThrow(refuses('NOTHING_TO_UNDO'));
    expect(() => allocationsToUndo(posted, ['z'], false)).toThrow(refuses('ALLOCATION_UNKNOWN'));
    expect(() => allocationsToUndo(posted, ['y'], false)).toThrow(refuses('ALREADY_UNDONE'));
    expect(() => assertStillPaid('4.99', '5.00')).toThrow(refuses('PAID_MOVED'));
    expect(() => assertStillPaid('5.00', '5.00')).not.toThrow();
  });

  it('B-4: something is taken back while one match is on its slip still, or the deposit holds what went to it; else it is refused as the step is', () => {
    const on = (amount: string, paidTotal: string, undone = false) => ({ id: amount, slipId: 'a', amount, paidTotal, undone });
    const undoable = (posted: ReturnType<typeof on>[], toDeposit = '0.00', deposit = '0.00') => () => assertUndoable({ posted, toDeposit, deposit });
    expect(undoable([on('5.00', '5.00')])).not.toThrow();
    expect(undoable([on('5.00', '4.99'), on('6.00', '6.00')])).not.toThrow();
    expect(undoable([on('5.00', '4.99')], '1.00', '1.00')).not.toThrow();
    expect(undoable([on('5.00', '4.99')], '1.00', '0.99')).toThrow(refuses('PAID_MOVED'));
    expect(undoable([], '1.00', '0.99')).toThrow(refuses('DEPOSIT_SHORT'));
    expect(undoable([on('5.00', '5.00', true)])).toThrow(refuses('NOTHING_TO_UNDO'));
  });

  it('B-4: no more is paid back than the deposit holds, or than the payment has left', () => {
    expect(() => assertInDeposit('10.00', '10.00')).not.toThrow();
    expect(() => assertInDeposit('9.99', '10.00')).toThrow(refuses('DEPOSIT_SHORT'));
    expect(() => assertInPayment('10.00', '10.00')).not.toThrow();
    expect(() => assertInPayment('9.99', '10.00')).toThrow(refuses('OVER_ALLOCATED'));
  });

  it('B-4: suggestions never exceed the payment nor what a slip owes', () => {
    const fen = fc.integer({ min: 1, max: 100_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(fc.property(fen, fc.array(fen, { maxLength: 8 }), (unmatched, owed) => {
      const open = owed.map((outstanding, index) => ({ slipId: `s${index}`, slipNumber: `CS-${index}`, outstanding }));
      const made = suggest({ unmatched, reference: '' }, open);
      for (const each of made) expect(Number(each.amount)).toBeLessThanOrEqual(Number(open.find((slip) => slip.slipId === each.slipId)?.outstanding));
      if (made.every((each) => each.reason === 'oldest_first')) expect(Number(addMoney(...made.map((each) => each.amount)))).toBeLessThanOrEqual(Number(unmatched));
    }));
  });
});
