import { addMoney, compareMoney } from '@aftercare/domain';
import fc from 'fast-check';
import {
  afterReversal, assertWishOpen, decideRelease, invoiceable, isInvoiced, isPaid, outstandingOf, payable, type InvoiceableLine,
} from './receivable.rules.js';

const owed = (paidTotal: string, reversedTotal = '0.00') => ({ grossTotal: '120.00', reversedTotal, paidTotal });
const line = (more: Partial<InvoiceableLine> = {}): InvoiceableLine => ({
  lineId: 'a', quantity: 3, netAmount: '37.04', taxAmount: '4.82', releasedQuantity: 0, releasedNet: '0.00', releasedTax: '0.00', invoiceId: '', requested: false, ...more,
});

describe('receivables', () => {
  it('P-9: of 120.00 with tax, 60.00 paid is not enough, another 60.00 is', () => {
    expect([outstandingOf(owed('60.00')), isPaid(owed('60.00'))]).toEqual(['60.00', false]);
    expect([outstandingOf(owed('120.00')), isPaid(owed('120.00'))]).toEqual(['0.00', true]);
  });

  it('F-5: what was paid goes to the deposit on a reversal', () => {
    expect(afterReversal(owed('120.00'), '120.00')).toEqual({ grossTotal: '120.00', reversedTotal: '120.00', paidTotal: '0.00', toDeposit: '120.00' });
    expect(afterReversal(owed('100.00'), '40.00')).toMatchObject({ paidTotal: '80.00', toDeposit: '20.00' });
    expect(afterReversal(owed('60.00'), '40.00')).toMatchObject({ paidTotal: '60.00', toDeposit: '0.00' });
  });

  it('F-5: released lines can no longer be invoiced, the rest can; on an invoice a red letter comes first', () => {
    expect(decideRelease([line()], [{ lineId: 'a', quantity: 3 }])).toEqual({ shares: [{ lineId: 'a', quantity: 3, netAmount: '37.04', taxAmount: '4.82' }] });
    expect(decideRelease([line({ invoiceId: 'i' })], [{ lineId: 'a', quantity: 1 }])).toEqual({ refused: 'RED_LETTER_FIRST' });
    expect(decideRelease([line({ invoiceId: 'i', requested: true })], [{ lineId: 'a', quantity: 1 }])).toEqual({ refused: 'INVOICE_REQUESTED' });
    expect(decideRelease([line({ releasedQuantity: 2 })], [{ lineId: 'a', quantity: 2 }])).toEqual({ refused: 'ALREADY_RELEASED_OTHERWISE' });
    expect(() => decideRelease([line()], [{ lineId: 'b', quantity: 1 }])).toThrow(expect.objectContaining({ code: 'not_found' }));
    expect(invoiceable(line({ releasedQuantity: 1, releasedNet: '12.35', releasedTax: '1.61' }))).toEqual({ quantity: 2, netAmount: '24.69', taxAmount: '3.21' });
  });

  it('F-5: released in whatever parts, a line comes to exactly zero', () => {
    const fen = fc.integer({ min: 0, max: 1_000_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(fc.property(fen, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }), (netAmount, parts) => {
      const whole = line({ netAmount, quantity: parts.reduce((a, b) => a + b, 0) });
      for (const quantity of parts) {
        const answer = decideRelease([whole], [{ lineId: 'a', quantity }]);
        if (!('shares' in answer)) throw new Error('not released');
        whole.releasedQuantity += quantity;
        whole.releasedNet = addMoney(whole.releasedNet, answer.shares[0].netAmount);
        whole.releasedTax = addMoney(whole.releasedTax, answer.shares[0].taxAmount);
      }
      expect(invoiceable(whole)).toEqual({ quantity: 0, netAmount: '0.00', taxAmount: '0.00' });
    }));
  });

  it('F-4: a wish can change until invoiced', () => {
    expect(() => assertWishOpen([line()])).not.toThrow();
    expect(() => assertWishOpen([line({ invoiceId: 'i', requested: true }), line({ lineId: 'b', invoiceId: 'j' })])).toThrow(expect.objectContaining({ reason: 'ALREADY_INVOICED' }));
    expect(() => assertWishOpen([line(), line({ lineId: 'b', invoiceId: 'i', requested: true })])).toThrow(expect.objectContaining({ reason: 'INVOICE_REQUESTED' }));
    expect([isInvoiced([line()]), isInvoiced([line({ invoiceId: 'i' })]), isInvoiced([line({ invoiceId: 'i' }), line({ lineId: 'b' })])]).toEqual([false, true, false]);
  });

  it('X-9: what was owed before the platform went live has no lines, and no wish: no invoice is over it', () => {
    expect(() => assertWishOpen([])).toThrow(expect.objectContaining({ reason: 'NOTHING_TO_INVOICE' }));
  });

  it('F-3: the deposit pays at most what is owed and at most what is there', () => {
    expect([payable('50.00', '120.00'), payable('500.00', '120.00'), payable('0.00', '120.00')]).toEqual(['50.00', '120.00', '0.00']);
    expect(compareMoney(payable('10', '10.00'), '10.00')).toBe(0);
  });
});
