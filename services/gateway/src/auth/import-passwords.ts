import { Inject, Injectable } from '@nestjs/common';
import { callContext, ServiceError } from '@aftercare/messaging';
import { Database, SERVICE_CONFIG, type ServiceConfig } from '@aftercare/service';
import { SheetImports } from '../imports/sheet-imports.js';
import { SpreadsheetPort } from '../imports/spreadsheet.port.js';
import { columnText } from '../texts/texts.js';
import { oneTimePassword } from './passwords.js';

const COLUMNS = ['username', 'name', 'role', 'initialPassword'] as const;

interface NewUser {
  id: string;
  username: string;
  name: string;
  role: string;
}

/** The one-time passwords of imported accounts. */
@Injectable()
export class ImportPasswords {
  constructor(
    private readonly database: Database,
    private readonly imports: SheetImports,
    private readonly spreadsheets: SpreadsheetPort,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  /**
   * The one-time passwords of the accounts of an import that hold still: derived as each is shown, kept nowhere, and for who
   * imported them alone. Errors: NOT_FOUND, IMPORT_NOT_DONE.
   */
  async of(jobId: string): Promise<Buffer> {
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
