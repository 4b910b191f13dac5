import { StocktakeService, type Stocktake, type StocktakeExclusion, type StocktakeLine } from '@aftercare/contracts';
import { localTime, moneyInWords } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { allItems } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import { dealerOf } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

/** Parts on the paper; it says so when there are more. */
const LINES_MAX = 2_000;

/** X-1, H-2, H-6: 《用户借料盘点表》: borrowed 用户借料, returned 用户退料, variance 盘盈盘亏 by part, what is proposed or charged, and what is not in it. */
export async function stocktakeForm(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const stocktake = await bus.call(StocktakeService.method.getStocktake, { id });
  const [dealer, lines, exclusions] = await Promise.all([
    dealerOf(bus, stocktake.dealerId, run),
    allItems(LINES_MAX, (page) => bus.call(StocktakeService.method.listStocktakeLines, { id, page })),
    allItems(LINES_MAX, (page) => bus.call(StocktakeService.method.listStocktakeExclusions, { id, page })),
  ]);
  return formPaper(run, {
    title: run.say('stocktakeForm'),
    number: stocktake.number,
    path: `/stocktakes/${id}`,
    body: [
      fields(run.say('basics'), basics(stocktake, dealer, run)),
      lineTable(lines.items, run),
      fields(run.say('stocktakeSums'), sums(stocktake, run)),
      exclusionTable(exclusions.items, run),
    ],
    notes: [run.say('stocktakeNote'), ...(lines.more || exclusions.more ? [run.say('stocktakeShortened', { max: LINES_MAX })] : [])],
    parties: ['copyManufacturer', 'copyDealer', 'copyFinance'],
    signatures: [run.say('signDealer'), run.say('signService'), run.say('signWarehouse'), run.say('signSupervisor')],
  });
}

function basics(stocktake: Stocktake, dealerName: string, run: PrintRun): Field[][] {
  const time = (at: string): string => (at ? localTime(at, run.locale) : '');
  return [
    [[run.say('dealer'), dealerName], [run.say('state'), run.word('stocktake', stocktake.state)]],
    [[run.say('cutOffOn'), stocktake.cutOffOn], [run.say('returnUntil'), stocktake.returnUntil]],
    [[run.say('objectUntil'), stocktake.objectUntil], [run.say('stocktakeConfirmedAt'), time(stocktake.confirmedAt)]],
    ...(stocktake.cancelReason ? [[[run.say('stateReason'), stocktake.cancelReason]] satisfies Field[]] : []),
  ];
}

function lineTable(lines: StocktakeLine[], run: PrintRun): Block {
  return listing(run.say('stocktakeLines'), {
    headings: [
      run.say('row'), run.say('partNumber'), run.say('partName'), run.say('borrowed'), run.say('returned'), run.say('otherwise'), run.say('variance'),
      run.say('unitPrice'), run.say('netAmount'), run.say('remark'),
    ],
    widths: [8, 23, '*', 14, 14, 12, 14, 16, 19, 20],
    rows: lines.map((line) => [
      String(line.position), line.partNumber, run.part(line), String(line.borrowedQuantity), String(line.returnedQuantity), String(line.otherwiseQuantity),
      signed(line.variance), line.unitPrice, line.outstandingQuantity > 0 ? line.netAmount : '', remarkOf(line, run),
    ]),
    empty: run.say('none'),
  });
}

/** A surplus carries its plus, so that nobody takes it for a deficit. */
const signed = (pieces: number): string => (pieces > 0 ? `+${pieces}` : String(pieces));

function remarkOf({ objection, decision, decisionDueOn }: StocktakeLine, run: PrintRun): string {
  return [
    ...(objection ? [run.say('objected')] : []), ...(decision ? [`${run.word('stocktakeDecision', decision)}${decisionDueOn ? ` ${decisionDueOn}` : ''}`] : []),
  ].join(run.say('comma'));
}

function sums(stocktake: Stocktake, run: PrintRun): Field[][] {
  return [
    [[run.say('borrowed'), String(stocktake.borrowedQuantity)], [run.say('returned'), String(stocktake.returnedQuantity)], [run.say('variance'), signed(stocktake.variance)]],
    [[run.say('stillOut'), String(stocktake.outstandingQuantity)], [run.say('netTotal'), stocktake.netTotal], [run.say('inWords'), moneyInWords(stocktake.netTotal)]],
  ];
}

function exclusionTable(exclusions: StocktakeExclusion[], run: PrintRun): Block {
  return listing(run.say('notCountedIn'), {
    headings: [run.say('row'), run.say('partNumber'), run.say('partName'), run.say('exclusionRule'), run.say('shippedPieces')],
    widths: [8, 30, '*', 55, 18],
    rows: exclusions.map((each) => [String(each.position), each.partNumber, run.part(each), run.word('stocktakeExclusion', each.rule), String(each.quantity)]),
    empty: run.say('none'),
  });
}
