import { Injectable } from '@nestjs/common';
import { InstallationFailedSchema, type InstallationFailed } from '@aftercare/contracts';
import { OnDeadline, OnEvent, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { openQualityReport, REPORT_DEADLINE, tellOfReport } from './quality-report.js';
import { QualityReportRow } from './quality-report.entity.js';

/** What happens elsewhere, or with time, to a quality report. */
@Injectable()
export class QualityReportEvents {
  /** C-4, R-7: a failed installation opens a report at the unboxing stage at once. */
  @OnEvent(InstallationFailedSchema)
  async installationFailed(event: InstallationFailed, em: EntityManager): Promise<void> {
    await openQualityReport(txOf(em), {
      dealerId: event.dealerId, originKind: 'installation', originId: event.installationId, unitId: event.unitId || null, serial: event.serial,
      technicianUserId: event.technicianUserId || null, basis: 'failed_installation',
    });
  }

  /** a report that is overdue is told to supervisor and quality engineer. */
  @OnDeadline(REPORT_DEADLINE)
  async overdue(deadline: Deadline, em: EntityManager): Promise<void> {
    const report = await em.findOneByOrFail(QualityReportRow, { id: deadline.ref });
    if (report.state !== 'due') return;
    await tellOfReport(txOf(em), report, 'quality_report.overdue', [{ recipientRole: 'service_supervisor' }, { recipientRole: 'quality_engineer' }]);
  }
}
