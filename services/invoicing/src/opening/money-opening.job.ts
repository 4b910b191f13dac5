import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { CheckedSheets, JobKind, JobRefusal, jobErrors, postgresError, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { MoneyOpeningLineRow, MoneyOpeningRow } from './money-opening.entity.js';
import { checkMoneyOpening, moneyOpeningSteps, type MoneyOpeningDraft, type MoneyOpeningSheet } from './money-opening.rules.js';

const UNIQUE_VIOLATION = '23505';

/** job "import-opening-money": what dealers owed, had and were allowed to owe, as a draft for each, all or nothing. */
@Injectable()
@JobKind('import-opening-money', { roles: ['finance_clerk'] })
export class MoneyOpeningImport implements JobHandler {
  private readonly sheets = new CheckedSheets<MoneyOpeningSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<object> {
    const { drafts, cutOverOn } = await this.checked(rows, tx);
    const byDealer = new Map<string, MoneyOpeningDraft[]>();
    for (const draft of drafts) byDealer.set(draft.dealerId, [...(byDealer.get(draft.dealerId) ?? []), draft]);
    const documents: string[] = [];
    for (const [dealerId, lines] of byDealer) documents.push(await this.draft(tx, { dealerId, cutOverOn, lines }));
    return { documents, lines: drafts.length };
  }

  private async draft(tx: Tx, { dealerId, cutOverOn, lines }: { dealerId: string; cutOverOn: string; lines: MoneyOpeningDraft[] }): Promise<string> {
    const number = await tx.nextNumber('money_opening', { prefix: 'OM', gapFree: false });
    const opening: MoneyOpeningRow = {
      id: newId(), number, dealerId, cutOverOn, state: moneyOpeningSteps.initial, reason: '', createdBy: tx.ctx.userId, createdAt: await tx.now(), approvedBy: null, version: 1,
    };
    await tx.em.insert(MoneyOpeningRow, opening).catch((error: unknown) => {
      if (postgresError(error)?.code !== UNIQUE_VIOLATION) throw error;
      // Another sheet came in between: what was checked holds no more.
      throw new JobRefusal(jobErrors(tx.ctx, [{ row: 0, column: '', code: 'OPENED_ALREADY' }]));
    });
    await tx.em.insert(MoneyOpeningLineRow, lines.map((line) => ({ id: newId(), openingId: opening.id, ...line })));
    await tx.audit({ action: 'draft', kind: 'money_opening', id: opening.id, dealerId, changed: { cutOverOn: { after: cutOverOn }, lines: { after: lines.length } } });
    await tx.announce(NoticeRequestedSchema, {
      kind: 'opening.drafted', recipientRole: 'service_supervisor', documentKind: 'money_opening', documentId: opening.id, documentNumber: number, severity: 'info', params: '{}',
    });
    return number;
  }

  private checked(rows: JobRow[], tx: Tx): Promise<MoneyOpeningSheet> {
    return this.sheets.of(rows, async () => {
      const dealers = await tx.em.query<{ code: string; dealerId: string }[]>('select lower(code) as code, dealer_id as "dealerId" from dealer_account where dealer_version > 0');
      const opened = await tx.em.query<{ dealerId: string }[]>(`select dealer_id as "dealerId" from money_opening where state in ('draft', 'approved')`);
      const named = [...new Set(rows.map(({ cells }) => (cells.documentNumber ?? '').normalize('NFKC').trim().toUpperCase()))];
      const numbers = await tx.em.query<{ number: string }[]>('select slip_number as number from receivable where slip_number = any($1)', [named]);
      return checkMoneyOpening(rows, {
        today: businessDate(await tx.now()), dealers: new Map(dealers.map(({ code, dealerId }) => [code, dealerId])), opened: new Set(opened.map(({ dealerId }) => dealerId)),
        numbers: new Set(numbers.map(({ number }) => number)),
      });
    });
  }
}
