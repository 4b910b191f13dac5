import { InvoiceService, type Invoice } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import { dealerOf } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

/** Slips on the paper; it says so when there are more. */
const LINES_MAX = 2_000;

/** X-1, B-1: 《开票清单》, the slips that an invoice is made of; of a run over the stub register 《合并开票清单》. No tax invoice itself. */
export async function invoiceStatementForm(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const invoice = await bus.call(InvoiceService.method.getInvoice, { id });
  const dealer = await dealerOf(bus, invoice.dealerId, run);
  return formPaper(run, {
    title: run.say(invoice.consolidationId ? 'consolidatedStatement' : 'invoiceStatement'),
    number: invoice.number,
    path: `/invoices/${id}`,
    body: [fields(run.say('basics'), basics(invoice, dealer, run)), slips(invoice, run), fields(run.say('invoiceSums'), sums(invoice, run))],
    notes: [run.say('invoiceStatementNote'), ...(invoice.slips.length > LINES_MAX ? [run.say('tieOutShortened', { max: LINES_MAX })] : [])],
    parties: ['copyDealer', 'copyFinance'],
    signatures: [run.say('signFinance'), run.say('signDealer')],
  });
}

function basics(invoice: Invoice, dealer: string, run: PrintRun): Field[][] {
  return [
    [[run.say('dealer'), dealer], [run.say('state'), run.word('invoice', invoice.state)]],
    [[run.say('invoiceTitle'), invoice.title], [run.say('taxNumber'), invoice.taxNumber]],
    [[run.say('invoiceKind'), run.word('invoiceKind', invoice.kind)], [run.say('requestedAt'), localTime(invoice.createdAt, run.locale)]],
    [[run.say('invoiceNumber'), invoice.invoiceNumber], [run.say('invoiceDate'), invoice.invoiceDate]],
  ];
}

function slips({ slips: all }: Invoice, run: PrintRun): Block {
  return listing(run.say('invoiceSlips'), {
    headings: [run.say('row'), run.say('slipNumber'), run.say('netAmount'), run.say('taxAmount'), run.say('grossTotal')],
    widths: [12, '*', 34, 30, 34],
    rows: all.slice(0, LINES_MAX).map(({ slipNumber, netAmount, taxAmount, grossAmount }, at) => [String(at + 1), slipNumber, netAmount, taxAmount, grossAmount]),
    empty: run.say('none'),
  });
}

function sums({ netTotal, taxTotal, grossTotal, grossInWords, redTotal, slips: all }: Invoice, run: PrintRun): Field[][] {
  return [
    [[run.say('invoiceSlipCount'), String(all.length)], [run.say('netSum'), netTotal], [run.say('taxAmount'), taxTotal]],
    [[run.say('grossTotal'), grossTotal], [run.say('inWords'), grossInWords]],
    ...(/[1-9]/.test(redTotal) ? [[[run.say('redTotal'), redTotal]] satisfies Field[]] : []),
  ];
}
