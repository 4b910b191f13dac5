import { NoticeRequestedSchema } from '@aftercare/contracts';
import { DEALER_ROLES } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { QualityReportRow } from './quality-report.entity.js';
import { QualityReceiptRow, QualityWarningRow } from './quality-warning.entity.js';

/** The audit trail's and the notices' name of the document. */
export const WARNING_KIND = 'quality-warning';

/** publishes the warning of an answer, and tells managers and technicians of the other dealers. */
export async function warnDealers(tx: Tx, report: QualityReportRow, dealerIds: string[]): Promise<void> {
  const { id, number, warning: text, actionSerials: serials, actionLots: lots } = report;
  await tx.em.insert(QualityWarningRow, { id, number, text, serials, lots, publishedAt: await tx.now() });
  await tx.audit({ action: 'publish', kind: WARNING_KIND, id, changed: { serials: { after: serials }, lots: { after: lots }, dealers: { after: dealerIds.length } } });
  for (const recipientDealerId of dealerIds) {
    for (const recipientRole of DEALER_ROLES) {
      await tx.announce(NoticeRequestedSchema, {
        kind: 'quality_report.warning', recipientRole, recipientDealerId, documentKind: WARNING_KIND, documentId: id, documentNumber: number,
        severity: 'warning', params: '{}',
      });
    }
  }
}

/** One receipt per user, of the first time. */
export async function keepReceipt(tx: Tx, kind: 'answer' | 'warning', reportId: string): Promise<void> {
  const { userId, dealerId } = tx.ctx;
  const receipt: QualityReceiptRow = { kind, reportId, userId, dealerId: dealerId ?? '', readAt: await tx.now() };
  const { raw } = await tx.em.createQueryBuilder().insert().into(QualityReceiptRow).values(receipt).orIgnore().returning('user_id').execute();
  if ((raw as unknown[]).length === 0) return;
  const of = kind === 'answer' ? 'quality-report' : WARNING_KIND;
  await tx.audit({ action: 'read', kind: of, id: reportId, dealerId, changed: { readAt: { after: receipt.readAt } } });
}
