import { Injectable } from '@nestjs/common';
import { PartCataloguedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { checkPartSheet, type PartDraft, type PartSheet } from './part-import.rules.js';
import { Part } from './part.entity.js';
import { lockSupersession } from './supersession-links.js';

const KNOWN = `
  select part.number, part.name, part.name_en as "nameEn", part.unit, part.part_class as "partClass", part.families,
         part.return_required as "returnRequired", part.weight_grams as "weightGrams", coalesce(replaced.number, '') as "supersedesNumber"
    from part left join part replaced on replaced.id = part.supersedes_part_id`;

/** job "import-parts": the catalogue from a sheet, all or nothing; the same file again changes nothing. */
@Injectable()
@JobKind('import-parts', { roles: ['service_clerk', 'service_supervisor', 'admin'] })
export class PartImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<PartSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { fresh, unchanged } = await this.checked(rows, tx);
    const ids = await idsByNumber(tx, fresh.map(({ supersedesNumber }) => supersedesNumber));
    for (const [at, { supersedesNumber, ...draft }] of fresh.entries()) {
      const id = newId();
      ids.set(draft.number, id);
      await tx.em.insert(Part, { ...draft, id, supersedesPartId: ids.get(supersedesNumber) ?? null, createdAt: await tx.now(), version: 1 });
      await tx.announce(PartCataloguedSchema, { partId: id, number: draft.number, name: draft.name, nameEn: draft.nameEn, version: 1 });
      await tx.audit({ action: 'create', kind: 'part', id, changed: { number: { after: draft.number }, returnRequired: { after: draft.returnRequired } } });
      progress(at + 1);
    }
    return { added: fresh.length, unchanged };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<PartSheet> {
    return this.sheets.of(rows, async () => {
      await lockSupersession(tx);
      const known = await tx.sql<PartDraft>({ name: 'part_import_known', text: KNOWN, values: [] });
      return checkPartSheet(rows, new Map(known.map((part) => [part.number, part])));
    });
  }
}

async function idsByNumber(tx: Tx, numbers: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.sql<{ id: string; number: string }>({ name: 'part_ids_by_number', text: 'select id, number from part where number = any($1::text[])', values: [numbers] });
  return new Map(rows.map(({ id, number }) => [number, id]));
}
