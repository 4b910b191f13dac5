import { ImportRowReader, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { checkFirstDay, checkPrice, type GivenPrice } from './part-price.rules.js';

/** Columns that are read; the others of an exported list are passed over. The gateway adds the id of the part it found by its number. */
export type PriceColumn = 'partNumber' | 'partId' | 'ownPrice' | 'effectiveFrom';

/** A row of the sheet. */
export type SheetPrice = GivenPrice & { unitPrice: string; effectiveFrom: string };

/** What a sheet holds. */
export interface PriceSheet {
  prices: SheetPrice[];
  faults: ImportFault[];
}

/** X-2, D-3: checks a sheet of own prices cell by cell. A row without an own price says nothing; one without a day holds from today. */
export function* checkPriceSheet(rows: readonly ImportRow[], today: string): Paced<PriceSheet> {
  const faults: ImportFault[] = [];
  const prices = new Map<string, SheetPrice>();
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<PriceColumn>(row, faults);
    const ownPrice = reader.plain('ownPrice');
    if (ownPrice === '') continue;
    const [partNumber, partId] = [reader.needed('partNumber').normalize('NFKC'), reader.plain('partId')];
    if (partNumber !== '' && partId === '') reader.fault('partNumber', 'PART_UNKNOWN');
    reader.check('ownPrice', () => checkPrice(ownPrice));
    const effectiveFrom = reader.date('effectiveFrom') || today;
    reader.check('effectiveFrom', () => checkFirstDay(effectiveFrom, today, 'active'));
    const key = `${partId} ${effectiveFrom}`;
    if (partId !== '' && prices.has(key)) reader.fault('partNumber', 'ROW_DOUBLE');
    prices.set(key, { partId, partNumber, unitPrice: ownPrice, effectiveFrom });
  }
  return { prices: [...prices.values()], faults };
}
