import { CallService, InstallationService, PartsRequestService, type PartsRequest, type RequestLine } from '@aftercare/contracts';
import { addMoney, moneyInWords, seesPrices } from '@aftercare/domain';
import { callContext, isManufacturer, type Bus } from '@aftercare/messaging';
import { ifVisible } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import { dealerOf, piecesOf } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

/** X-1, P-3, P-5: 《售后服务材料需求表》: what is asked for and what became of it; prices only for who sees this dealer's (F-7). */
export async function partsRequestForm(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const request = await bus.call(PartsRequestService.method.getPartsRequest, { id });
  const [dealer, about] = await Promise.all([dealerOf(bus, request.dealerId, run), aboutOf(bus, request)]);
  return formPaper(run, {
    title: run.say('partsRequestForm'),
    number: request.number || run.say('notHandedIn'),
    path: `/parts-requests/${id}`,
    body: [
      fields(run.say('basics'), basics(request, { dealer, about }, run)), lineTable(request.lines, run), ...(showsPrices(request) ? priced(request.lines, run) : []),
    ],
    notes: [run.say('partsRequestNote')],
    parties: ['copyManufacturer', 'copyDealer', 'copyWarehouse'],
    signatures: [run.say('signDealer'), run.say('signService'), run.say('signSupervisor')],
  });
}

/** The rule by which `parts` answers them: the manufacturer's people, and of the dealer itself who sees prices. */
function showsPrices({ dealerId }: PartsRequest): boolean {
  const caller = callContext();
  return seesPrices(caller.role) && (isManufacturer(caller) || caller.dealerId === dealerId);
}

/** Number of the call or installation it was filed for. */
async function aboutOf(bus: Bus, { callId, installationId }: PartsRequest): Promise<string> {
  if (callId) return (await ifVisible(bus.call(CallService.method.getCall, { id: callId })))?.number ?? '';
  if (installationId) return (await ifVisible(bus.call(InstallationService.method.getInstallation, { id: installationId })))?.number ?? '';
  return '';
}

function basics(request: PartsRequest, { dealer, about }: { dealer: string; about: string }, run: PrintRun): Field[][] {
  return [
    [[run.say('dealer'), dealer], [run.say('state'), run.word('partsRequest', request.state)]],
    [[run.say('requestPurpose'), [run.word('requestPurpose', request.purpose), about].filter(Boolean).join(' ')], [run.say('urgency'), run.word('urgency', request.urgency)]],
    [[run.say('submittedOn'), request.submittedOn], [run.say('wishedDate'), request.wishedDate]],
    ...(request.visitOn ? [[[run.say('visitOn'), request.visitOn]] satisfies Field[]] : []),
    [[run.say('deliveryAddress'), request.deliveryAddress]],
    ...(request.askedBy ? [[[run.say('askedBy'), request.askedBy]] satisfies Field[]] : []),
    [[run.say('piecesAskedFor'), piecesOf(request.lines)], [run.say('lineCount'), String(request.lines.length)]],
  ];
}

function lineTable(lines: RequestLine[], run: PrintRun): Block {
  return listing(run.say('requestLines'), {
    headings: [
      run.say('row'), run.say('partNumber'), run.say('partName'), run.say('quantity'), run.say('serial'), run.say('fault'), run.say('state'), run.say('supplyKind'),
      run.say('returnDue'), run.say('shippedPieces'),
    ],
    widths: [8, 21, '*', 11, 20, 20, 15, 15, 10, 13],
    rows: lines.map((line) => [
      String(line.position), line.partNumber, run.part(line), String(line.quantity), line.unitSerial, line.fault, run.word('requestLine', line.state),
      line.supplyKind ? run.word('supplyKind', line.supplyKind) : '', line.supplyKind ? run.yesNo(line.returnDue) : '', String(line.shippedQuantity),
    ]),
    empty: run.say('none'),
  });
}

const CHARGED_NO_MORE = ['rejected', 'cancelled'];

/** P-5: what is charged, quoted or asked a lower price for; rejected and cancelled lines are in no sum. */
function priced(lines: RequestLine[], run: PrintRun): Block[] {
  const charged = lines.filter((line) => line.netAmount !== '' && !CHARGED_NO_MORE.includes(line.state));
  const net = addMoney('0', ...charged.map((line) => line.netAmount));
  const tax = addMoney('0', ...charged.map((line) => line.taxAmount || '0'));
  const total = addMoney(net, tax);
  return [
    listing(run.say('chargedLines'), {
      headings: [run.say('row'), run.say('partNumber'), run.say('partName'), run.say('quantity'), run.say('priceWithoutTax'), run.say('netAmount'), run.say('taxAmount'), run.say('quoteUntil')],
      widths: [8, 25, '*', 12, 20, 22, 19, 20],
      rows: charged.map((line) => [
        String(line.position), line.partNumber, run.part(line), String(line.quantity), line.unitPrice, line.netAmount, line.taxAmount, line.quoteValidUntil,
      ]),
      empty: run.say('none'),
    }),
    fields(run.say('requestSums'), [[[run.say('netTotal'), net], [run.say('taxAmount'), tax]], [[run.say('grossTotal'), total], [run.say('inWords'), moneyInWords(total)]]]),
  ];
}
