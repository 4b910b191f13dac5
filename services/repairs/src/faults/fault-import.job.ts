import { Injectable } from '@nestjs/common';
import { newId } from '@aftercare/domain';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { FAULT_CODE_KIND } from './fault-code.js';
import { FaultCodeRow } from './fault-code.entity.js';
import type { CodeDraft } from './fault-code.rules.js';
import { checkFaultSheet, placeOf, type FaultSheet } from './fault-import.rules.js';

/** job "import-fault-codes": codes as drafts, all or nothing; the same file again changes nothing. A supervisor publishes them. */
@Injectable()
@JobKind('import-fault-codes', { roles: ['service_clerk', 'quality_engineer'] })
export class FaultImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<FaultSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { fresh, unchanged } = await this.checked(rows, tx);
    for (const [at, draft] of fresh.entries()) {
      const row: FaultCodeRow = { ...draft, id: newId(), state: 'draft', version: 1 };
      await tx.em.insert(FaultCodeRow, row);
      await tx.audit({ action: 'create', kind: FAULT_CODE_KIND, id: row.id, changed: { code: { after: row.code }, state: { after: row.state } } });
      progress(at + 1);
    }
    return { drafted: fresh.length, unchanged };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<FaultSheet> {
    return this.sheets.of(rows, async () => checkFaultSheet(rows, await registered(tx)));
  }
}

/** The whole catalogue: some thousand codes, since a parent may stand in any family of the sheet. */
async function registered(tx: Tx): Promise<Map<string, CodeDraft>> {
  const codes = await tx.sql<CodeDraft>({
    name: 'fault_import_known', values: [],
    text: `select kind, family, code, name, name_en as "nameEn", parent_code as "parentCode" from fault_code`,
  });
  return new Map(codes.map((code) => [placeOf(code), code]));
}
