import { DealerService, PartsRequestService, StockService, type OrderLine } from '@aftercare/contracts';
import type { Bus } from '@aftercare/messaging';
import { allItems, ifVisible } from '../http/all-items.js';
import { listing, type Block } from './paper.js';
import type { PrintRun } from './print-run.js';

/** Sites that are looked through for a name. */
const SITES_MAX = 1_000;

/** The dealer of a document as papers name it; empty where the caller may not read it. */
export async function dealerOf(bus: Bus, id: string, run: PrintRun): Promise<string> {
  const dealer = await ifVisible(bus.call(DealerService.method.getDealerStanding, { id }));
  return dealer ? `${run.name(dealer)} (${dealer.code})` : '';
}

/** A dealer whom a document names in Chinese, in the paper's language. */
export async function dealerNamed(bus: Bus, { dealerId, dealerName }: { dealerId: string; dealerName: string }, run: PrintRun): Promise<string> {
  const dealer = run.locale === 'en' ? await ifVisible(bus.call(DealerService.method.getDealerStanding, { id: dealerId })) : undefined;
  return run.name({ name: dealerName, nameEn: dealer?.nameEn ?? '' });
}

/** Every site, to be named. */
export async function sites(bus: Bus) {
  const { items } = await allItems(SITES_MAX, (page) => bus.call(StockService.method.listWarehouses, { page }));
  return items;
}

/** A site by its name and code; empty for one that is not among them. */
export async function siteOf(bus: Bus, id: string, run: PrintRun): Promise<string> {
  const site = (await sites(bus)).find((each) => each.id === id);
  return site ? `${run.name(site)} (${site.code})` : '';
}

/** The number of the parts request behind an order. */
export async function requestNumberOf(bus: Bus, id: string): Promise<string> {
  const request = await ifVisible(bus.call(PartsRequestService.method.getPartsRequest, { id }));
  return request?.number ?? '';
}

/** Lines of a picking or shipping order; the last column is left empty, to be filled in by hand. */
export function orderLines(lines: OrderLine[], run: PrintRun, byHand: string): Block {
  return listing(run.say('orderLines'), {
    headings: [run.say('row'), run.say('partNumber'), run.say('partName'), run.say('quantity'), run.say('supplyKind'), run.say('returnDue'), byHand],
    widths: [9, 32, '*', 15, 23, 17, 23],
    rows: lines.map((line, at) => [
      String(at + 1), line.partNumber, run.part(line), String(line.quantity), run.word('supplyKind', line.supplyKind), run.yesNo(line.returnDue), '',
    ]),
    empty: run.say('none'),
  });
}

/** Pieces of all lines together. */
export const piecesOf = (lines: { quantity: number }[]): string => String(lines.reduce((sum, { quantity }) => sum + quantity, 0));
