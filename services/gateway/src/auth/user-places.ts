import { Injectable } from '@nestjs/common';
import { DealerService, StockService } from '@aftercare/contracts';
import { codeKey } from '@aftercare/domain';
import { Bus } from '@aftercare/messaging';
import type { SheetRow } from '../imports/sheet-form.rules.js';

const PAGE_ROWS = 200;

interface Coded {
  id: string;
  code: string;
}

/** Where the accounts of a sheet belong. */
@Injectable()
export class UserPlaces {
  constructor(private readonly bus: Bus) {}

  /** The rows with the ids of the dealers and sites they name: facts of other services, asked before the job as the caller. */
  async placed(rows: SheetRow[]): Promise<SheetRow[]> {
    const named = (column: string): boolean => rows.some(({ cells }) => (cells[column] ?? '') !== '');
    const dealers = named('dealerCode') ? await codes((page) => this.bus.call(DealerService.method.listDealers, { page })) : new Map<string, string>();
    const sites = named('warehouseCode') ? await codes((page) => this.bus.call(StockService.method.listWarehouses, { page })) : new Map<string, string>();
    const idOf = (known: Map<string, string>, code = ''): string => known.get(codeKey(code.normalize('NFKC').trim())) ?? '';
    return rows.map(({ row, cells }) => ({
      row, cells: { ...cells, dealerId: idOf(dealers, cells.dealerCode), siteId: idOf(sites, cells.warehouseCode) },
    }));
  }
}

/** Every row of a list by its code without case. */
async function codes(list: (page: { limit: number; cursor: string }) => Promise<{ items: Coded[]; nextCursor: string }>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = await list({ limit: PAGE_ROWS, cursor });
    for (const { id, code } of items) found.set(codeKey(code), id);
    if (nextCursor === '') return found;
    cursor = nextCursor;
  }
}
