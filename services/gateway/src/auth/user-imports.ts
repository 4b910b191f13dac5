import { Inject, Injectable } from '@nestjs/common';
import { DealerService, StockService } from '@aftercare/contracts';
import { Bus, callContext, ServiceError } from '@aftercare/messaging';
import { Database, SERVICE_CONFIG, type ServiceConfig } from '@aftercare/service';
import type { SheetRow } from '../imports/sheet-form.rules.js';
import { SheetImports } from '../imports/sheet-imports.js';
import { SpreadsheetPort } from '../imports/spreadsheet.port.js';
import { columnText } from '../texts/texts.js';
import { oneTimePassword } from './passwords.js';

const PAGE_ROWS = 200;
const COLUMNS = ['username', 'name', 'role', 'initialPassword'] as const;

interface NewUser {
  id: string;
  username: string;
  name: string;
  role: string;
}

interface Coded {
  id: string;
  code: string;
}

/** What importing accounts needs of other services before its job begins, and the passwords after it. */
@Injectable()
export class UserImports {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly imports: SheetImports,
    private readonly spreadsheets: SpreadsheetPort,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  /** The rows with the ids of the dealers and sites they name: facts of other services, asked before the job as the caller. */
  async placed(rows: SheetRow[]): Promise<SheetRow[]> {
    const named = (column: string): boolean => rows.some(({ cells }) => (cells[column] ?? '') !== '');
    const dealers = named('dealerCode') ? await codes((page) => this.bus.call(DealerService.method.listDealers, { page })) : new Map<string, string>();
    const sites = named('warehouseCode') ? await codes((page) => this.bus.call(StockService.method.listWarehouses, { page })) : new Map<string, string>();
    const idOf = (known: Map<string, string>, code = ''): string => known.get(code.normalize('NFKC').trim()) ?? '';
    return rows.map(({ row, cells }) => ({
      row, cells: { ...cells, dealerId: idOf(dealers, cells.dealerCode), siteId: idOf(sites, cells.warehouseCode) },
    }));
  }

  /**
   * The one-time passwords of the accounts of an import that hold still: derived as each is shown, kept nowhere, and for who
   * imported them alone. Errors: NOT_FOUND, IMPORT_NOT_DONE.
   */
  async passwords(jobId: string): Promise<Buffer> {
    const ctx = callContext();
    const { job } = await this.imports.importOf('gateway', jobId);
    const { batch } = JSON.parse(job.result || '{}') as { batch?: string };
    if (!batch) throw new ServiceError('failed_precondition', 'IMPORT_NOT_DONE', 'The import opened no accounts.', { state: job.state });
    const users = await this.database.many<NewUser>({ ...ctx, idempotencyKey: undefined }, {
      name: 'user_import_passwords', values: [batch],
      text: `select id, username, name, role from app_user
             where import_batch = $1 and must_change_password and password_serial = 1 and not disabled order by lower(username)`,
    });
    await this.database.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      await tx.audit({ action: 'read-passwords', kind: 'import', id: jobId, dealerId: ctx.dealerId, changed: { accounts: { after: users.length } } });
      return {};
    });
    const secret = this.config.http?.sessionSecret ?? '';
    return this.spreadsheets.write({
      name: 'passwords',
      columns: COLUMNS.map((key) => ({ heading: columnText(ctx.locale, key), width: 26 })),
      rows: users.map(({ id, username, name, role }) => [username, name, role, oneTimePassword(secret, id, 1)]),
    });
  }
}

/** Every row of a list by its code. */
async function codes(list: (page: { limit: number; cursor: string }) => Promise<{ items: Coded[]; nextCursor: string }>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = await list({ limit: PAGE_ROWS, cursor });
    for (const { id, code } of items) found.set(code, id);
    if (nextCursor === '') return found;
    cursor = nextCursor;
  }
}
