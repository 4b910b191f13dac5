import { Injectable } from '@nestjs/common';
import { ProductModelService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { SheetRow } from './sheet-form.rules.js';

const PAGE_ROWS = 200;
const codeOf = ({ cells }: SheetRow): string => (cells.modelCode ?? '').normalize('NFKC').trim();

/** Adds to the rows of a sheet which models their codes stand for; a code that the catalogue lacks gets none. */
@Injectable()
export class KnownModels {
  constructor(private readonly bus: Bus) {}

  async found(rows: SheetRow[]): Promise<SheetRow[]> {
    const ids = new Map<string, string>();
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = await this.bus.call(ProductModelService.method.listProductModels, { page: { limit: PAGE_ROWS, cursor } });
      for (const { code, id } of items) ids.set(code, id);
      if (nextCursor === '') break;
      cursor = nextCursor;
    }
    return rows.map((row) => ({ ...row, cells: { ...row.cells, modelId: ids.get(codeOf(row)) ?? '' } }));
  }
}
