import { Injectable } from '@nestjs/common';
import { businessDate } from '@aftercare/domain';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { draftPriceList } from './draft-price-list.js';
import { checkPriceSheet, type PriceSheet } from './price-import.rules.js';

/** X-2, F-7: job "import-price-list": a sheet of prices becomes one draft, all or nothing; the supervisor publishes it. */
@Injectable()
@JobKind('import-price-list', { roles: ['finance_clerk'] })
export class PriceImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<PriceSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<object> {
    const { draft } = await this.checked(rows, tx);
    const { id } = await draftPriceList(tx, draft);
    return { priceListId: id, lines: draft.lines.length };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<PriceSheet> {
    return this.sheets.of(rows, async () => checkPriceSheet(rows, businessDate(await tx.now())));
  }
}
