import { Controller } from '@nestjs/common';
import {
  QualityReportService,
  type GetQualityReportRequest,
  type ListQualityReportsRequest,
  type SubmitQualityReportRequest,
} from '@aftercare/contracts';
import { allowedActions, isDealerRole, refusalReason, Refusal } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, pageOf, scopeValues, seen, type JsonRow } from '@aftercare/service';
import { REPORT_DEADLINE, REPORT_KIND } from './quality-report.js';
import { QualityReportRow } from './quality-report.entity.js';
import { qualityReportSteps, refuseIncompleteReport } from './quality-report.rules.js';

type Reports = Handlers<typeof QualityReportService>;

/** Written reports about unboxing problems and design defects. */
@Controller()
export class QualityReportHandlers implements Reports {
  constructor(private readonly db: Database) {}

  @Rpc(QualityReportService.method.submitQualityReport)
  async submitQualityReport(request: SubmitQualityReportRequest, ctx: CallContext): ReturnType<Reports['submitQualityReport']> {
    return this.db.command(ctx, async (tx) => {
      const found = await tx.em.findOne(QualityReportRow, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
      const report = seen(ctx, found, 'quality report');
      requireDealer(ctx);
      expectVersion(report, request.version, { state: report.state });
      const state = qualityReportSteps.next('submit', report.state);
      refuseIncompleteReport(request);
      const { description, cause, action, affectedSerials, lot, visibleDamage } = request;
      const photos = request.photos.map(({ id, sha256 }) => ({ id, sha256 }));
      const submittedAt = await tx.now();
      Object.assign(report, { description, cause, action, affectedSerials, lot, visibleDamage, photos, state, submittedAt });
      report.version += 1;
      await tx.em.save(QualityReportRow, report);
      await tx.cancelDeadline(REPORT_DEADLINE, report.id);
      await tx.audit({ action: 'submit', kind: REPORT_KIND, id: report.id, dealerId: report.dealerId, changed: { state: { after: state } } });
      return { id: report.id, number: report.number, state, version: report.version };
    }, { request });
  }

  @Rpc(QualityReportService.method.getQualityReport)
  async getQualityReport(request: GetQualityReportRequest, ctx: CallContext): ReturnType<Reports['getQualityReport']> {
    return this.db.read(ctx, async (tx) => {
      const report = seen(ctx, await tx.em.findOneBy(QualityReportRow, { id: request.id }), 'quality report');
      const { createdAt: _createdAt, ...fields } = report;
      return {
        ...fields,
        unitId: report.unitId ?? '',
        submittedAt: report.submittedAt ?? '',
        overdue: report.state === 'due' && Date.parse(report.dueAt) <= Date.parse(await tx.now()),
        allowedActions: allowedActions(ctx, [
          { action: 'submit', reason: refusalReason(() => { requireDealer(ctx); qualityReportSteps.next('submit', report.state); }) },
        ]),
      };
    });
  }

  @Rpc(QualityReportService.method.listQualityReports)
  async listQualityReports(request: ListQualityReportsRequest, ctx: CallContext): ReturnType<Reports['listQualityReports']> {
    const page = pageOf(request.page, 'instant');
    const rows = await this.db.many<JsonRow>(ctx, {
      name: 'list_quality_reports',
      text: LIST,
      values: [...scopeValues(ctx), request.dealerId || null, request.state || null, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1],
    });
    return jsonPage(rows, page);
  }
}

const LIST = `
  select id, created_at::text as key, json_build_object('id', id, 'number', number, 'dealerId', dealer_id, 'serial', serial,
    'state', state, 'dueAt', iso(due_at), 'version', version)::text as item
  from quality_report
  where ($1::boolean or dealer_id = any($2::uuid[]))
    and ($3::uuid is null or dealer_id = $3) and ($4::text is null or state = $4)
    and ($5::timestamptz is null or (created_at, id) < ($5::timestamptz, $6::uuid))
  order by created_at desc, id desc limit $7`;

/** Domain 1: the dealer's people hand a report in. */
function requireDealer(ctx: CallContext): void {
  if (ctx.role === 'customer') throw notFound('quality report');
  if (!isDealerRole(ctx.role)) throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'The dealer hands the report in.');
}
