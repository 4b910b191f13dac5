import { Injectable } from '@nestjs/common';
import { ImportRowReader, newId } from '@aftercare/domain';
import { jobErrors, JobKind, type JobError, type JobHandler, type JobOptions, type JobRow, type Tx } from '@aftercare/service';
import { keepDraft } from './dealer-change.js';
import { checkDealerSheet, type DealerColumn, type DealerRow, type KnownDealer } from './dealer-import.rules.js';

/** job "import-dealers": applicants from a sheet, all or nothing; the same file again changes nothing. A supervisor activates them. */
@Injectable()
@JobKind('import-dealers', { roles: ['service_clerk'] })
export class DealerImportJob implements JobHandler {
  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, checkDealerSheet(rows, (await registered(rows, tx)).dealers).faults);
  }

  /** Runs in the transaction that validated; whoever else drafts a code of the sheet meanwhile waits for it or makes it fail whole. */
  async apply(rows: JobRow[], { jobId }: JobOptions, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { dealers, ids } = await registered(rows, tx);
    const { fresh, unchanged } = checkDealerSheet(rows, dealers);
    const createdAt = await tx.now();
    for (const [at, row] of fresh.entries()) {
      const id = newId();
      ids.set(row.code, id);
      await keepDraft(tx, draftOf(row, { id, parentId: ids.get(row.parentCode) ?? null, draftedBy: tx.ctx.userId, importJobId: jobId, createdAt }));
      progress(unchanged + at + 1);
    }
    return { drafted: fresh.length, unchanged };
  }
}

function draftOf(row: DealerRow, given: { id: string; parentId: string | null; draftedBy: string; importJobId: string; createdAt: string }) {
  const { taxIdentity, agreement, contacts, parentCode: _parent, ...data } = row;
  return {
    dealer: { ...data, ...given, status: 'applicant' as const, statusReason: '', successorDealerId: null, version: 1 },
    taxIdentity, contacts,
    agreement: agreement && { ...agreement, signedFile: null },
  };
}

/** The dealers that the sheet names, themselves or as parents. */
async function registered(rows: JobRow[], tx: Tx): Promise<{ dealers: Map<string, KnownDealer>; ids: Map<string, string> }> {
  const codes = rows.flatMap((row) => {
    const reader = new ImportRowReader<DealerColumn>(row, []);
    return [reader.plain('code'), reader.plain('parentCode')];
  });
  const found = await tx.sql<KnownDealer & { id: string }>({ name: 'dealer_import_known', text: KNOWN, values: [[...new Set(codes)]] });
  return { dealers: new Map(found.map((dealer) => [dealer.code, dealer])), ids: new Map(found.map(({ code, id }) => [code, id])) };
}

const KNOWN = `
  select d.id, d.code, d.name, d.name_en as "nameEn", d.region_code as "regionCode", d.address_detail as "addressDetail",
    coalesce(p.code, '') as "parentCode", d.territory, d.status,
    c.tax_identity as "taxIdentity",
    coalesce((select json_agg(json_build_object('number', a.number, 'validFrom', a.valid_from, 'validTo', a.valid_to))
      from dealer_agreement a where a.dealer_id = d.id), '[]') as agreements,
    coalesce((select json_agg(json_build_object('name', k.name, 'position', k.position, 'phone', k.phone, 'mail', k.mail, 'purpose', k.purpose, 'main', k.main) order by k.main desc, k.id)
      from dealer_contact k where k.dealer_id = d.id), '[]') as contacts
  from dealer d left join dealer p on p.id = d.parent_id left join dealer_contract c on c.dealer_id = d.id
  where d.code = any($1::text[])`;
