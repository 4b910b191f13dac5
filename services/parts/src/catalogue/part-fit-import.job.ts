import { Injectable } from '@nestjs/common';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { checkFitSheet, type FitSheet } from './part-fit-import.rules.js';

const ADD = `
  with fit as (
    insert into part_model (part_id, model_id, model_code, position)
    select f."partId", f."modelId", f."modelCode", f.position
      from jsonb_to_recordset($1::jsonb) as f ("partId" uuid, "modelId" uuid, "modelCode" text, position text)
    on conflict do nothing returning part_id),
  touched as (update part set version = version + 1 where id in (select part_id from fit) returning id)
  select (select count(*)::int from fit) as added, (select coalesce(array_agg(id order by id), '{}') from touched) as parts`;

/** job "import-part-models": what parts fit from a sheet, added to what is known; the same file again changes nothing. */
@Injectable()
@JobKind('import-part-models', { roles: ['service_clerk', 'service_supervisor', 'admin'] })
export class PartFitImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<FitSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<object> {
    const { fits } = await this.checked(rows);
    const [{ added, parts }] = await tx.sql<{ added: number; parts: string[] }>({ name: 'part_fits_add', text: ADD, values: [JSON.stringify(fits)] });
    for (const id of parts) await tx.audit({ action: 'change', kind: 'part', id, changed: { models: { after: 'imported' } } });
    return { added, unchanged: fits.length - added };
  }

  private checked(rows: JobRow[]): Promise<FitSheet> {
    return this.sheets.of(rows, () => Promise.resolve(checkFitSheet(rows)));
  }
}
