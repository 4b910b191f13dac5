import { CustomerReceiptService, type CustomerReceipt } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import { dealerNamed } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

/** X-1, B-7: the receipt 收据 that a dealer gives its customer, with its total in Chinese capitals; no tax invoice. */
export async function receiptForm(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const receipt = await bus.call(CustomerReceiptService.method.getReceipt, { id });
  const dealer = await dealerNamed(bus, receipt, run);
  return formPaper(run, {
    title: run.say(receipt.state === 'void' ? 'receiptVoid' : 'receiptForm'),
    number: receipt.number,
    path: `/receipts/${id}`,
    body: [fields(run.say('basics'), basics(receipt, dealer, run)), lineTable(receipt, run), fields(run.say('requestSums'), [[[run.say('receiptTotal'), receipt.total], [run.say('inWords'), receipt.totalInWords]]])],
    notes: [run.say('receiptNote')],
    parties: ['copyCustomer', 'copyDealer', 'copyRecord'],
    signatures: [run.say('signDealer'), run.say('signCashier')],
  });
}

function basics(receipt: CustomerReceipt, dealer: string, run: PrintRun): Field[][] {
  return [
    [[run.say('receivedFrom'), receipt.payerName], [run.say('receiptDate'), localTime(receipt.givenAt, run.locale)]],
    [[run.say('dealer'), dealer], [run.say('paymentMethod'), run.word('paymentMethod', receipt.method)]],
    ...(receipt.callNumber ? [[[run.say('claimCall'), receipt.callNumber], [run.say('serial'), receipt.unitSerial]] satisfies Field[]] : []),
    ...(receipt.note ? [[[run.say('receiptRemark'), receipt.note]] satisfies Field[]] : []),
    ...(receipt.voidReason ? [[[run.say('voidReason'), receipt.voidReason]] satisfies Field[]] : []),
  ];
}

function lineTable({ lines }: CustomerReceipt, run: PrintRun): Block {
  return listing(run.say('slipLines'), {
    headings: [run.say('row'), run.say('receiptItem'), run.say('quantity'), run.say('receiptPrice'), run.say('receiptAmount')],
    widths: [10, '*', 16, 26, 28],
    rows: lines.map(({ description, quantity, unitPrice, amount }, index) => [String(index + 1), description, String(quantity), unitPrice, amount]),
    empty: run.say('none'),
  });
}
