import { ChargeSlipService, type ChargeSlip, type SlipLine } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import { dealerOf, requestNumberOf } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

/** X-1, F-2, F-6: 《售后服务材料收费暨报销单》 in both directions, its total also in Chinese capitals. */
export async function slipForm(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const slip = await bus.call(ChargeSlipService.method.getChargeSlip, { id });
  const [dealer, request] = await Promise.all([dealerOf(bus, slip.dealerId, run), slip.requestId ? requestNumberOf(bus, slip.requestId) : '']);
  const paidOut = slip.direction === 'reimbursement';
  return formPaper(run, {
    title: run.say('slipForm'),
    number: slip.number || run.say('numberNotTaken'),
    path: `/charge-slips/${id}`,
    body: [fields(run.say('basics'), basics(slip, { dealer, request }, run)), lineTable(slip.lines, run), fields(run.say('requestSums'), sums(slip, run))],
    notes: [run.say(paidOut ? 'reimbursementNote' : 'chargeNote')],
    parties: ['copyFinance', 'copyDealer', 'copyRecord'],
    signatures: [run.say('signService'), run.say('signFinance'), run.say(paidOut ? 'signPayee' : 'signDealer')],
  });
}

function basics(slip: ChargeSlip, { dealer, request }: { dealer: string; request: string }, run: PrintRun): Field[][] {
  return [
    [[run.say('dealer'), dealer], [run.say('state'), run.word('slip', slip.state)]],
    [[run.say('slipDirection'), run.word('slipDirection', slip.direction)], [run.say('slipOrigin'), [run.word('slipOrigin', slip.origin), request].filter(Boolean).join(' ')]],
    [[run.say('confirmedAt'), slip.confirmedAt ? localTime(slip.confirmedAt, run.locale) : ''], [run.say('voucherMonth'), slip.month]],
    ...(slip.direction === 'reimbursement' ? claimed(slip, run) : [[[run.say('paymentMethod'), run.word('paymentMethod', slip.paymentMethod)], [run.say('invoiceWish'), run.word('invoiceWish', slip.invoiceWish)]]] satisfies Field[][]),
    ...(slip.reversesSlipNumber ? [[[run.say('reversesSlip'), slip.reversesSlipNumber]] satisfies Field[]] : []),
    ...(slip.reason ? [[[run.say('slipReason'), slip.origin === 'reversal' ? run.word('reversalReason', slip.reason) : slip.reason]] satisfies Field[]] : []),
  ];
}

function claimed(slip: ChargeSlip, run: PrintRun): Field[][] {
  return [
    [[run.say('claimNumber'), slip.claimNumber], [run.say('claimCall'), slip.callNumber]],
    [[run.say('payee'), run.word('payee', slip.payeeKind)], [run.say('paymentMethod'), run.word('paymentMethod', slip.paymentMethod)]],
  ];
}

function lineTable(lines: SlipLine[], run: PrintRun): Block {
  return listing(run.say('slipLines'), {
    headings: [run.say('row'), run.say('partNumber'), run.say('partName'), run.say('quantity'), run.say('priceWithoutTax'), run.say('netAmount'), run.say('taxAmount'), run.say('reason')],
    widths: [8, 25, '*', 12, 20, 22, 19, 24],
    rows: lines.map((line) => [
      String(line.position), line.partNumber, run.part(line), String(line.quantity), line.unitPrice, line.netAmount, line.taxAmount, run.word('slipReason', line.reason),
    ]),
    empty: run.say('none'),
  });
}

function sums(slip: ChargeSlip, run: PrintRun): Field[][] {
  return [
    [[run.say('netSum'), slip.netTotal], [run.say('taxRate'), `${slip.taxRate} %`], [run.say('taxAmount'), slip.taxTotal]],
    [[run.say('grossTotal'), slip.grossTotal], [run.say('inWords'), slip.grossInWords]],
  ];
}
