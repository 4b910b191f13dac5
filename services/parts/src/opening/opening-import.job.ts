import { Injectable } from '@nestjs/common';
import { businessDate, newId, type ImportFault } from '@aftercare/domain';
import { CheckedSheets, JobKind, JobRefusal, jobErrors, postgresError, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { groupBy } from '../group-by.js';
import { notify } from '../notices.js';
import { checkOpeningSheet, type OpeningDraft, type OpeningSheet } from './opening-import.rules.js';
import { OpeningRow } from './opening.entity.js';
import { openingSteps, type OpeningKind } from './opening.rules.js';

const OPENED = `select coalesce(warehouse_id, dealer_id) as owner from opening_document where kind = $1 and reverses_id is null and state in ('draft', 'approved')`;

const LINES = `
  insert into opening_line (id, document_id, dealer_id, part_id, part_number, quantity, unit_cost, unit_serial, due_on)
  select l.id, $1, $2, l."partId", part.number, l.quantity, l."unitCost", l."unitSerial", l."dueOn"
    from jsonb_to_recordset($3::jsonb) as l (id uuid, "partId" uuid, quantity int, "unitCost" numeric, "unitSerial" text, "dueOn" date) join part on part.id = l."partId"`;

abstract class OpeningImport implements JobHandler {
  private readonly sheets = new CheckedSheets<OpeningSheet>();

  constructor(private readonly kind: OpeningKind) {}

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  /** One draft for each warehouse or dealer of the sheet; who books them is somebody else. */
  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<object> {
    const { drafts, cutOverOn } = await this.checked(rows, tx);
    const numbers: string[] = [];
    for (const [ownerId, lines] of groupBy(drafts, (draft) => draft.ownerId)) numbers.push(await this.draft(tx, { ownerId, cutOverOn, lines }));
    return { documents: numbers, lines: drafts.length };
  }

  private async draft(tx: Tx, { ownerId, cutOverOn, lines }: { ownerId: string; cutOverOn: string; lines: OpeningDraft[] }): Promise<string> {
    const number = await tx.nextNumber('opening_document', { prefix: 'OP', gapFree: false });
    const dealerId = this.kind === 'holdings' ? ownerId : null;
    const row: OpeningRow = {
      id: newId(), number, kind: this.kind, warehouseId: this.kind === 'stock' ? ownerId : null, dealerId, cutOverOn, state: openingSteps.initial, reversesId: null, reason: '',
      createdBy: tx.ctx.userId, createdAt: await tx.now(), approvedBy: null, approvedAt: null, version: 1,
    };
    await tx.em.insert(OpeningRow, row).catch((error: unknown) => {
      if (postgresError(error)?.code !== '23505') throw error;
      // Another sheet came in between: what was checked holds no more.
      const fault: ImportFault = { row: 0, column: '', code: 'OPENED_ALREADY' };
      throw new JobRefusal(jobErrors(tx.ctx, [fault]));
    });
    await tx.sql({ name: 'opening_lines', text: LINES, values: [row.id, dealerId, JSON.stringify(lines.map((line) => ({ ...line, id: newId() })))] });
    await tx.audit({ action: 'draft', kind: 'opening_document', id: row.id, dealerId, changed: { kind: { after: row.kind }, cutOverOn: { after: cutOverOn }, lines: { after: lines.length } } });
    await notify(tx, { kind: 'opening.drafted', role: 'service_supervisor', document: { kind: 'opening_document', id: row.id, number } });
    return number;
  }

  private checked(rows: JobRow[], tx: Tx): Promise<OpeningSheet> {
    return this.sheets.of(rows, async () => {
      const opened = await tx.sql<{ owner: string }>({ name: 'openings_present', text: OPENED, values: [this.kind] });
      const transit = await tx.sql<{ id: string }>({ name: 'sites_of_transit', text: `select id from warehouse where kind <> 'receiving'`, values: [] });
      return checkOpeningSheet(rows, {
        kind: this.kind, today: businessDate(await tx.now()), opened: new Set(opened.map(({ owner }) => owner)), transit: new Set(transit.map(({ id }) => id)), siteId: tx.ctx.siteId,
      });
    });
  }
}

/** job "import-opening-stock": what lay in warehouses at the cut-over date, as drafts, all or nothing. */
@Injectable()
@JobKind('import-opening-stock', { roles: ['service_clerk', 'warehouse_keeper'] })
export class OpeningStockImport extends OpeningImport {
  constructor() {
    super('stock');
  }
}

/** job "import-opening-holdings": what dealers still had to return at the cut-over date, as drafts, all or nothing. */
@Injectable()
@JobKind('import-opening-holdings', { roles: ['service_clerk'] })
export class OpeningHoldingsImport extends OpeningImport {
  constructor() {
    super('holdings');
  }
}
