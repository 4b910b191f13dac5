import { Controller } from '@nestjs/common';
import {
  QualityReportService,
  type GetQualityReportRequest,
  type ListQualityReportsRequest,
  type SubmitQualityReportRequest,
} from '@aftercare/contracts';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, type JsonRow } from '@aftercare/service';
import { changeReport, REPORT_DEADLINE, seenReport, tellOfReport } from './quality-report.js';
import { reportMessage, reportPage } from './quality-report-read.js';
import { refuseIncompleteReport, spelledSerials } from './quality-report.rules.js';

type Reports = Handlers<typeof QualityReportService>;

/** Written reports about unboxing problems and design defects. */
@Controller()
export class QualityReportHandlers implements Reports {
  constructor(private readonly db: Database) {}

  @Rpc(QualityReportService.method.submitQualityReport)
  async submitQualityReport(request: SubmitQualityReportRequest, ctx: CallContext): ReturnType<Reports['submitQualityReport']> {
    if (ctx.role === 'customer') throw notFound('quality report');
    return this.db.command(ctx, (tx) => changeReport(tx, 'submit', request, async (report, now) => {
      refuseIncompleteReport(request, report.serial);
      const { description, cause, action, lot, visibleDamage } = request;
      const affectedSerials = spelledSerials(request.affectedSerials);
      const photos = request.photos.map(({ id, sha256 }) => ({ id, sha256 }));
      Object.assign(report, { description, cause, action, affectedSerials, lot, visibleDamage, photos, submittedAt: now, submittedBy: ctx.userId });
      await tx.cancelDeadline(REPORT_DEADLINE, report.id);
      await tellOfReport(tx, report, 'quality_report.submitted', [{ recipientRole: 'quality_engineer' }]);
    }), { request });
  }

  @Rpc(QualityReportService.method.getQualityReport)
  async getQualityReport(request: GetQualityReportRequest, ctx: CallContext): ReturnType<Reports['getQualityReport']> {
    return this.db.read(ctx, async (tx) => reportMessage(tx, await seenReport(tx, request.id, { locked: false })));
  }

  @Rpc(QualityReportService.method.listQualityReports)
  async listQualityReports(request: ListQualityReportsRequest, ctx: CallContext): ReturnType<Reports['listQualityReports']> {
    const page = pageOf(request.page, { list: 'quality-reports', key: 'instant' });
    return jsonPage(await this.db.many<JsonRow>(ctx, reportPage(request, ctx, page)), page);
  }
}
