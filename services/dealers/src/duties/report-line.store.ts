import { NoticeRequestedSchema } from '@aftercare/contracts';
import { isId, monthOf, newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { IsNull } from 'typeorm';
import { firstMonth, openMonth, statusSpans } from './duty-opening.js';
import { owesMonth } from './duty.rules.js';
import { MonthlyReportEntity, ReportLineEntity } from './monthly-report.entity.js';
import { lineChange, monthOfItem, type ToldItem } from './report-line.rules.js';

/** D-7: puts what was told where it belongs: into its open report, or beside its submitted one until an amendment. */
export async function keepItem(tx: Tx, told: ToldItem): Promise<void> {
  const report = await reportOf(tx, told);
  if (!report) return;
  const line = await tx.em.findOneBy(ReportLineEntity, { reportId: report.id, itemId: told.itemId });
  const change = lineChange(report.state, line, told);
  if (change.kind === 'none') return;
  const counts = change.kind === 'counts';
  if (line) await tx.em.save(ReportLineEntity, { ...line, ...change.data });
  else {
    await tx.em.insert(ReportLineEntity, {
      id: newId(), dealerId: report.dealerId, reportId: report.id, source: 'recorded', itemId: told.itemId, ...change.data,
      included: counts, counted: counts, afterSubmission: !counts, note: '', leftOutReason: '', amendmentId: null,
    });
    if (!counts) await tellPending(tx, report);
  }
  await tx.em.update(MonthlyReportEntity, { id: report.id }, { version: report.version + 1 });
}

/** The report of the item's month, locked. What falls into a month that the dealer does not owe is in no report. */
async function reportOf(tx: Tx, told: ToldItem): Promise<MonthlyReportEntity | null> {
  const { dealerId, kind } = told;
  if (!isId(dealerId)) return null;
  const month = monthOfItem(told);
  const find = () => tx.em.findOne(MonthlyReportEntity, { where: { dealerId, month, kind }, lock: { mode: 'pessimistic_write' } });
  const report = await find();
  if (report) return report;
  // The event may be ahead of the deadline that opens the month; months before the first one are nobody's duty.
  const first = await firstMonth(tx, dealerId);
  if (first === null || month < first || month > monthOf(await tx.now()) || !owesMonth(await statusSpans(tx, dealerId), month)) return null;
  await openMonth(tx, dealerId, month);
  return find();
}

/** The dealer is told once that a submitted report needs an amendment, however much is added to it until then. */
async function tellPending(tx: Tx, report: MonthlyReportEntity): Promise<void> {
  const pending = await tx.em.countBy(ReportLineEntity, { reportId: report.id, counted: false, afterSubmission: true, amendmentId: IsNull() });
  if (pending > 1) return;
  const { id: documentId, number, month, kind, dealerId } = report;
  await tx.announce(NoticeRequestedSchema, {
    kind: 'duty.needs_amendment', severity: 'warning', recipientRole: 'dealer_manager', recipientDealerId: dealerId,
    documentKind: 'monthly-report', documentId, documentNumber: number ?? '', params: JSON.stringify({ month, report: kind }),
  });
}
