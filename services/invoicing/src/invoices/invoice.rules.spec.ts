import { taxOf } from '@aftercare/domain';
import fc from 'fast-check';
import type { InvoiceableLine } from '../receivables/receivable.rules.js';
import {
  assertInvoiceDate, assertInvoiceKind, assertInvoicePaper, assertOneDealer, assertOverEach, assertSomething, assertTaxIdentity, invoiceSteps, invoiceTotals, linesToInvoice, slipsWithout, withPapers,
  type SlipToInvoice,
} from './invoice.rules.js';

const refuses = (reason: string) => expect.objectContaining({ reason });
const line = (lineId: string, netAmount: string, more: Partial<InvoiceableLine> = {}): InvoiceableLine => ({
  lineId, quantity: 1, netAmount, taxAmount: taxOf(netAmount, '13'), releasedQuantity: 0, releasedNet: '0.00', releasedTax: '0.00', invoiceId: '', requested: false, ...more,
});
const slip = (slipId: string, netAmount: string, invoiceWish: SlipToInvoice['invoiceWish'] = 'later'): SlipToInvoice => ({
  slipId, slipNumber: `CS-${slipId}`, dealerId: 'A', invoiceWish, lines: [line(`l${slipId}`, netAmount)],
});

describe('F-4, B-1: one invoice over several slips', () => {
  const slips = [slip('1', '37.04'), slip('2', '100.00'), slip('3', '0.30'), slip('4', '50.00', 'never')];

  it('B-1: three slips `later` and one `never`: 137.34 net, tax 17.86 and not 17.85, together 155.20; the `never` slip is not in it', () => {
    const totals = invoiceTotals(slips, linesToInvoice(slips, { named: false }));
    expect(totals).toMatchObject({ netTotal: '137.34', taxTotal: '17.86', grossTotal: '155.20' });
    expect(totals.slips.map((each) => each.slipId)).toEqual(['1', '2', '3']);
    expect(totals.slips.map((each) => each.taxAmount)).toEqual(['4.82', '13.00', '0.04']);
  });

  it('F-2, B-1: slips that come to more than a document holds are not invoiced together', () => {
    const many = [slip('1', '500000000000.00'), slip('2', '400000000000.00')];
    expect(() => invoiceTotals(many, linesToInvoice(many, { named: true }))).toThrow(expect.objectContaining({ reason: 'AMOUNT_TOO_LARGE', details: { field: 'slipIds' } }) as Error);
  });

  it('B-1: a line on a live invoice, or wholly released, is not invoiced again', () => {
    const one: SlipToInvoice = { ...slip('1', '1.00'), lines: [line('a', '1.00', { invoiceId: 'i' }), line('b', '2.00', { releasedQuantity: 1, releasedNet: '2.00', releasedTax: '0.26' }), line('c', '3.00')] };
    expect(linesToInvoice([one], { named: false }).map((each) => each.lineId)).toEqual(['c']);
    expect(() => assertSomething([])).toThrow(refuses('NOTHING_TO_INVOICE'));
  });

  it('F-4, B-1: named slips are each on the invoice; of those that are not named one of which nothing is to be paid is left out', () => {
    const free = slip('5', '0.00');
    expect(linesToInvoice([free, slip('1', '1.00')], { named: false }).map(({ slipId }) => slipId)).toEqual(['1']);
    expect(linesToInvoice([free], { named: true }).map(({ slipId }) => slipId)).toEqual(['5']);
    expect(slipsWithout(linesToInvoice(slips, { named: true }), slips).map(({ invoiceWish }) => invoiceWish)).toEqual(['never']);
    expect(() => assertOverEach(slipsWithout(linesToInvoice(slips, { named: true }), slips))).toThrow(refuses('NOTHING_TO_INVOICE'));
    expect(() => assertOverEach([])).not.toThrow();
  });

  it('B-1: requested in whatever order, each slip line is on at most one live invoice', () => {
    fc.assert(fc.property(fc.array(fc.subarray(['1', '2', '3']), { maxLength: 6 }), (requests) => {
      const present = slips.map((each) => ({ ...each, lines: each.lines.map((one) => ({ ...one })) }));
      const seen: string[] = [];
      for (const [index, wanted] of requests.entries()) {
        for (const chosen of linesToInvoice(present.filter((each) => wanted.includes(each.slipId)), { named: true })) {
          seen.push(chosen.lineId);
          for (const each of present.flatMap((one) => one.lines)) if (each.lineId === chosen.lineId) each.invoiceId = `i${index}`;
        }
      }
      expect(new Set(seen).size).toBe(seen.length);
    }));
  });

  it('B-1: one dealer, one tax identity, general or special', () => {
    expect(() => assertOneDealer(slips, 'A')).not.toThrow();
    expect(() => assertOneDealer(slips, 'B')).toThrow(refuses('DEALER_MISMATCH'));
    expect(() => assertTaxIdentity({ title: '某公司', taxNumber: '' })).toThrow(refuses('TAX_IDENTITY_MISSING'));
    expect(assertInvoiceKind('special')).toBe('special');
    expect(() => assertInvoiceKind('paper')).toThrow(refuses('INVOICE_KIND_UNKNOWN'));
  });
});

describe('B-2, B-3: the life of an invoice', () => {
  it('B-2: requested, issued, delivered, and taken back; only a request that is not issued is withdrawn', () => {
    expect([invoiceSteps.unreachable(), invoiceSteps.deadEnds()]).toEqual([[], []]);
    expect(() => invoiceSteps.next('deliver', 'requested')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(invoiceSteps.next('withdraw', 'requested')).toBe('withdrawn');
    expect(() => invoiceSteps.next('withdraw', 'issued')).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('B-3: papers are added to what is issued, each once and at most 20', () => {
    expect(withPapers(true, [{ id: 'a' }], [{ id: 'a' }, { id: 'b' }])).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(() => withPapers(false, [], [{ id: 'a' }])).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(() => withPapers(true, [{ id: 'a' }], [])).toThrow(refuses('PAPERS_MISSING'));
    expect(() => withPapers(true, [], Array.from({ length: 21 }, (_, at) => ({ id: String(at) })))).toThrow(refuses('PAPERS_TOO_MANY'));
  });

  it('B-3: the clerk types a number of 20 digits and a real date', () => {
    expect(() => assertInvoicePaper('25312000000012345678', '2026-03-31')).not.toThrow();
    for (const bad of ['2531200000001234567', '2531200000001234567A', '']) expect(() => assertInvoicePaper(bad, '2026-03-31')).toThrow(refuses('INVOICE_NUMBER_INVALID'));
    expect(() => assertInvoicePaper('25312000000012345678', '2026-02-30')).toThrow(refuses('INVALID_DATE'));
  });

  it('B-6: the date on the paper is not after the day it is entered', () => {
    expect(() => assertInvoiceDate('2026-03-31', '2026-03-31')).not.toThrow();
    expect(() => assertInvoiceDate('2026-04-01', '2026-03-31')).toThrow(refuses('DATE_IN_FUTURE'));
  });
});
