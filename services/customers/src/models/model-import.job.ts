import { Injectable } from '@nestjs/common';
import { codeKey, ImportRowReader, newId } from '@aftercare/domain';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { familiesByCode } from '../families/family.queries.js';
import { draftModel } from './model-draft.js';
import { checkModelSheet, type CheckedModels, type ModelColumn, type ModelSheet } from './model-import.rules.js';

/** job "import-models": models with their terms as drafts, all or nothing; the same file again changes nothing. A supervisor publishes them. */
@Injectable()
@JobKind('import-models', { roles: ['service_clerk', 'quality_engineer'] })
export class ModelImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<CheckedModels>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { fresh, unchanged } = await this.checked(rows, tx);
    const createdAt = await tx.now();
    for (const [at, { terms, ...model }] of fresh.entries()) {
      await draftModel(tx, { ...model, id: newId(), state: 'draft', draftedBy: tx.ctx.userId, version: 1, createdAt }, terms);
      progress(at + 1);
    }
    return { drafted: fresh.length, unchanged };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<CheckedModels> {
    return this.sheets.of(rows, async () => checkModelSheet(rows, await registered(rows, tx), await familiesOf(rows, tx)));
  }
}

const familiesOf = (rows: JobRow[], tx: Tx) => familiesByCode(tx, rows.map((row) => new ImportRowReader<ModelColumn>(row, []).text('family')));

/** The models that the sheet names, with their latest terms. */
async function registered(rows: JobRow[], tx: Tx): Promise<Map<string, ModelSheet>> {
  const codes = [...new Set(rows.map((row) => codeKey(new ImportRowReader<ModelColumn>(row, []).plain('code'))))];
  const models = await tx.sql<ModelSheet>({
    name: 'model_import_known', values: [codes],
    text: `select distinct on (m.code) m.code, m.name, m.name_en as "nameEn", m.family, t.terms
           from product_model m join model_terms t on t.model_id = m.id where lower(m.code) = any($1::text[]) order by m.code, t.version desc`,
  });
  return new Map(models.map((model) => [codeKey(model.code), model]));
}
