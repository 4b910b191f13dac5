import { Injectable } from '@nestjs/common';
import { ProductFamilyService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { SheetRow } from './sheet-form.rules.js';

const PAGE_ROWS = 200;

/** The product families that the rows of a sheet name. */
@Injectable()
export class KnownFamilies {
  constructor(private readonly bus: Bus) {}

  /** The rows with what the catalogue says of their family: active, retired, or nothing. A fact of another service, asked before the job. */
  async found(rows: SheetRow[]): Promise<SheetRow[]> {
    const states = await this.states();
    return rows.map(({ row, cells }) => ({ row, cells: { ...cells, familyState: states.get((cells.family ?? '').normalize('NFKC').trim()) ?? '' } }));
  }

  /** As `found`, for rows that name several families in one cell: what is said of each, "faucet:active,bidet:retired". */
  async listed(rows: SheetRow[]): Promise<SheetRow[]> {
    const states = await this.states();
    const said = [...states].map(([code, state]) => `${code}:${state}`).join(',');
    return rows.map(({ row, cells }) => ({ row, cells: { ...cells, familyStates: said } }));
  }

  private async states(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = await this.bus.call(ProductFamilyService.method.listProductFamilies, { page: { limit: PAGE_ROWS, cursor } });
      for (const { code, active } of items) found.set(code, active ? 'active' : 'retired');
      if (nextCursor === '') return found;
      cursor = nextCursor;
    }
  }
}
