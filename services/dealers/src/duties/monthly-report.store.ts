import { MonthlyReportChangedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { isLate } from './duty.rules.js';
import { MonthlyReportEntity, ReportLineEntity } from './monthly-report.entity.js';

/** Tells where a report stands. */
export async function reportTold(tx: Tx, report: MonthlyReportEntity): Promise<void> {
  const { id: reportId, dealerId, month, kind, state, nil, dueOn, submittedAt, version } = report;
  await tx.announce(MonthlyReportChangedSchema, {
    reportId, dealerId, month, kind, state, nil, dueOn, late: isLate(report, await tx.now()), submittedAt: submittedAt ?? '', counted: await countedLines(tx, report.id), version,
  });
}

export function countedLines(tx: Tx, reportId: string): Promise<number> {
  return tx.em.countBy(ReportLineEntity, { reportId, counted: true });
}
