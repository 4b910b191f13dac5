import { Injectable } from '@nestjs/common';
import { codeKey, ImportRowReader, newId } from '@aftercare/domain';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobOptions, type JobRow, type Tx } from '@aftercare/service';
import { keepDraft } from './dealer-change.js';
import { checkDealerSheet, type DealerColumn, type DealerRow, type DealerSheet, type KnownDealer } from './dealer-import.rules.js';

/** job "import-dealers": applicants from a sheet, all or nothing; the same file again changes nothing. A supervisor activates them. */
@Injectable()
@JobKind('import-dealers', { roles: ['service_clerk'] })
export class DealerImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<DealerSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  /** Runs in the transaction that validated; whoever else drafts a code of the sheet meanwhile waits for it or makes it fail whole. */
  async apply(rows: JobRow[], { jobId }: JobOptions, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { fresh, unchanged } = await this.checked(rows, tx);
    const { ids } = await registered(rows, tx);
    const createdAt = await tx.now();
    for (const [at, row] of fresh.entries()) {
      const id = newId();
      ids.set(codeKey(row.code), id);
      await keepDraft(tx, draftOf(row, { id, parentId: ids.get(codeKey(row.parentCode)) ?? null, draftedBy: tx.ctx.userId, importJobId: jobId, createdAt }));
      progress(unchanged + at + 1);
    }
    return { drafted: fresh.length, unchanged };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<DealerSheet> {
    return this.sheets.of(rows, async () => checkDealerSheet(rows, (await registered(rows, tx)).dealers));
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
    return [codeKey(reader.plain('code')), codeKey(reader.plain('parentCode'))];
  });
  const found = await tx.sql<KnownDealer & { id: string }>({ name: 'dealer_import_known', text: KNOWN, values: [[...new Set(codes)]] });
  return { dealers: new Map(found.map((dealer) => [codeKey(dealer.code), dealer])), ids: new Map(found.map(({ code, id }) => [codeKey(code), id])) };
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
  where lower(d.code) = any($1::text[])`;
