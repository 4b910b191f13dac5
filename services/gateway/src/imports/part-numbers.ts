import { Injectable } from '@nestjs/common';
import { PartService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { SheetRow } from './sheet-form.rules.js';

/** Numbers looked up at once. */
const NUMBERS_MAX = 500;
const numberOf = ({ cells }: SheetRow): string => (cells.partNumber ?? '').normalize('NFKC').trim();

/** Adds to the rows of a sheet which parts their numbers stand for; a number that the catalogue lacks gets none. */
@Injectable()
export class PartNumbers {
  constructor(private readonly bus: Bus) {}

  async found(rows: SheetRow[]): Promise<SheetRow[]> {
    const numbers = [...new Set(rows.map(numberOf))].filter((number) => number !== '');
    const ids = new Map<string, string>();
    for (let at = 0; at < numbers.length; at += NUMBERS_MAX) {
      const { items } = await this.bus.client(PartService).findParts({ numbers: numbers.slice(at, at + NUMBERS_MAX) });
      for (const { number, id } of items) ids.set(number, id);
    }
    return rows.map((row) => ({ ...row, cells: { ...row.cells, partId: ids.get(numberOf(row)) ?? '' } }));
  }
}
