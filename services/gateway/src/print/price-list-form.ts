import { PriceListService, type ComparedPrice } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { allItems } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Paper } from './paper.js';
import type { PrintRun } from './print-run.js';

/** Lines on the paper; it says so when there are more. */
const LINES_MAX = 2_000;

/** X-1, F-7: 《零部件价格表》; for end customers with the suggested prices alone. */
export async function priceListForm(bus: Bus, id: string, { run, suggestedOnly }: { run: PrintRun; suggestedOnly: boolean }): Promise<Paper> {
  const list = await bus.call(PriceListService.method.getPriceList, { id });
  const { items, more } = await allItems(LINES_MAX, (page) => bus.call(PriceListService.method.listPriceListLines, { id, page }));
  return formPaper(run, {
    title: run.say('priceListForm'),
    number: list.number || run.say('priceListDraft'),
    path: `/price-lists/${id}`,
    body: [
      fields(run.say('basics'), [[[run.say('holdsFrom'), list.effectiveFrom], [run.say('publishedAt'), list.publishedAt ? localTime(list.publishedAt, run.locale) : run.say('priceListDraft')]]]),
      lineTable(items, { run, suggestedOnly }),
    ],
    notes: [run.say('priceListNote'), ...(suggestedOnly ? [run.say('suggestedNote')] : []), ...(more ? [run.say('priceListShortened', { max: LINES_MAX })] : [])],
    ...(suggestedOnly ? { signatures: [run.say('signDealer')] } : { parties: ['copyManufacturer', 'copyDealer', 'copyFinance'], signatures: [run.say('signFinance'), run.say('signSupervisor')] }),
  });
}

function lineTable(lines: ComparedPrice[], { run, suggestedOnly }: { run: PrintRun; suggestedOnly: boolean }): Block {
  const priced = <T>(dealer: T, suggested: T): T[] => (suggestedOnly ? [suggested] : [dealer, suggested]);
  return listing(run.say('priceLines'), {
    headings: [run.say('row'), run.say('partNumber'), run.say('partName'), run.say('unitOfMeasure'), ...priced(run.say('dealerPrice'), run.say('suggestedPrice'))],
    widths: [10, 32, '*', 18, ...priced(30, 26)],
    rows: lines.map((line) => [String(line.position), line.partNumber, run.name(line), line.unit, ...priced(line.dealerPrice, line.suggestedPrice)]),
    empty: run.say('none'),
  });
}
