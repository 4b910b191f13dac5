import { NoticeRequestedSchema, QualityReportOpenedSchema } from '@aftercare/contracts';
import { addHours, businessDate, newId } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { heirOf } from '../handover/succession.js';
import { QualityReportRow } from './quality-report.entity.js';

/** The audit trail's and the notices' name of the document. */
export const REPORT_KIND = 'quality-report';
/** Fires when a due report was not handed in; its ref is the report's id. */
export const REPORT_DEADLINE = 'quality-report-due';

/** Where a report comes from: a call or an installation. */
export interface ReportOrigin {
  dealerId: string;
  originKind: 'repair-call' | 'installation';
  originId: string;
  unitId: string | null;
  serial: string;
}

/** opens the report that is due, once per origin; the quality engineer and the dealer are told at once. */
export async function openQualityReport(tx: Tx, told: ReportOrigin): Promise<void> {
  // Of a dealer that left, its successor hands it in (D-1).
  const origin = { ...told, dealerId: (await heirOf(tx, told.dealerId)) ?? told.dealerId };
  const { originKind, originId } = origin;
  if (await tx.em.existsBy(QualityReportRow, { originKind, originId })) return;
  const now = await tx.now();
  const dueHours = await settingAt(tx, 'qualityReport.dueHours', businessDate(now));
  const report: QualityReportRow = {
    ...origin,
    id: newId(),
    number: await tx.nextNumber('quality_report', { prefix: 'QR', gapFree: false }),
    state: 'due',
    dueAt: addHours(now, dueHours),
    description: '',
    cause: '',
    action: '',
    affectedSerials: [],
    lot: '',
    visibleDamage: false,
    photos: [],
    createdAt: now,
    submittedAt: null,
    version: 1,
  };
  await tx.em.insert(QualityReportRow, report);
  await tx.deadline({ kind: REPORT_DEADLINE, ref: report.id, dueAt: report.dueAt });
  await tx.audit({ action: 'open', kind: REPORT_KIND, id: report.id, dealerId: report.dealerId, changed: { originId: { after: originId } } });
  await tx.announce(QualityReportOpenedSchema, {
    reportId: report.id, number: report.number, dealerId: report.dealerId, unitId: report.unitId ?? '', originKind, originId, dueAt: report.dueAt,
  });
  await tellOfReport(tx, report, 'quality_report.due', [{ recipientRole: 'quality_engineer' }, { recipientRole: 'dealer_manager', recipientDealerId: report.dealerId }]);
}

/** Tells each recipient something about a report. */
export async function tellOfReport(
  tx: Tx,
  report: QualityReportRow,
  kind: string,
  recipients: { recipientRole: string; recipientDealerId?: string }[],
): Promise<void> {
  for (const recipient of recipients) {
    await tx.announce(NoticeRequestedSchema, {
      ...recipient,
      kind,
      documentKind: REPORT_KIND,
      documentId: report.id,
      documentNumber: report.number,
      severity: kind === 'quality_report.overdue' ? 'alarm' : 'warning',
      params: JSON.stringify({ dueAt: report.dueAt }),
    });
  }
}
