import { checkWithinYear, ImportRowReader, isUnitPrice, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import type { DraftPrices } from './price-list.rules.js';

/** Columns of a sheet of prices: a row is one part. `partId` is added by who sends the rows; empty where the catalogue has none. */
export type PriceColumn = 'partNumber' | 'partId' | 'dealerPrice' | 'suggestedPrice' | 'effectiveFrom';

/** What a sheet of prices holds. */
export interface PriceSheet {
  draft: DraftPrices;
  faults: ImportFault[];
}

/** X-2, F-7: checks a sheet of prices cell by cell: each part once, known, with both prices, and one first day for the whole list, as a draft has it. */
export function* checkPriceSheet(rows: readonly ImportRow[], today: string): Paced<PriceSheet> {
  const faults: ImportFault[] = [];
  const seen = new Set<string>();
  const draft: DraftPrices = { effectiveFrom: '', lines: [] };
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<PriceColumn>(row, faults);
    const partId = partOf(reader, seen);
    draft.lines.push({ partId, dealerPrice: priceOf(reader, 'dealerPrice'), suggestedPrice: priceOf(reader, 'suggestedPrice') });
    const day = dayOf(reader, today);
    draft.effectiveFrom ||= day;
    if (day !== '' && day !== draft.effectiveFrom) reader.fault('effectiveFrom', 'FIRST_DAYS_MIXED');
  }
  return { draft, faults };
}

function partOf(reader: ImportRowReader<PriceColumn>, seen: Set<string>): string {
  const partId = reader.text('partId');
  if (reader.needed('partNumber') === '') return partId;
  if (partId === '') reader.fault('partNumber', 'PART_UNKNOWN');
  else if (seen.has(partId)) reader.fault('partNumber', 'PART_DOUBLE');
  seen.add(partId);
  return partId;
}

function priceOf(reader: ImportRowReader<PriceColumn>, column: 'dealerPrice' | 'suggestedPrice'): string {
  const price = reader.plain(column);
  if (reader.needed(column) !== '' && !isUnitPrice(price)) reader.fault(column, 'PRICE_INVALID');
  return price;
}

function dayOf(reader: ImportRowReader<PriceColumn>, today: string): string {
  const day = reader.date('effectiveFrom');
  reader.needed('effectiveFrom');
  if (day !== '' && day < today) reader.fault('effectiveFrom', 'DATE_IN_PAST');
  else if (day !== '') reader.check('effectiveFrom', () => checkWithinYear('effectiveFrom', day, today));
  return day;
}
