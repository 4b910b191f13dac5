import { MonthListService } from '@aftercare/contracts';
import type { Bus } from '@aftercare/messaging';
import { allItems } from '../http/all-items.js';
import { fields, formPaper, listing, type Paper } from '../print/paper.js';
import type { PrintRun } from '../print/print-run.js';
import { dealerOf } from '../print/parts-papers.js';

/** Lines on the paper; it says so when there are more. */
const LINES_MAX = 2_000;

/** F-8, X-1: 《售后服务销售收入》 of a month, without tax, by dealer and part, with its sums. */
export async function revenueForm(bus: Bus, month: string, run: PrintRun): Promise<Paper> {
  const [{ items, more }, { netTotal }] = await Promise.all([
    allItems(LINES_MAX, (page) => bus.call(MonthListService.method.listRevenue, { month, page })), bus.call(MonthListService.method.summariseRevenue, { month, by: 'reason' }),
  ]);
  const names = new Map<string, string>();
  for (const id of new Set(items.map(({ dealerId }) => dealerId))) names.set(id, await dealerOf(bus, id, run));
  const quantity = items.reduce((sum, line) => sum + line.quantity, 0);
  return formPaper(run, {
    title: run.say('revenueForm'),
    number: month,
    path: `/revenue?month=${month}`,
    body: [
      listing(run.say('revenueLines'), {
        headings: [run.say('dealer'), run.say('partNumber'), run.say('partName'), run.say('reason'), run.say('revenueDocument'), run.say('quantity'), run.say('netAmount')],
        widths: [28, 22, '*', 18, 27, 10, 20],
        rows: items.map((line) => [names.get(line.dealerId) ?? '', line.partNumber, line.partName, run.word('slipReason', line.reason), line.documentNumber, String(line.quantity), line.netAmount]),
        empty: run.say('none'),
      }),
      fields(run.say('requestSums'), [[[run.say('quantity'), String(quantity)], [run.say('netSum'), netTotal]]]),
    ],
    notes: [run.say('revenueNote'), ...(more ? [run.say('priceListShortened', { max: LINES_MAX })] : [])],
    signatures: [run.say('signFinance'), run.say('signSupervisor')],
  });
}
