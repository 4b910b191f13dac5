import { Controller } from '@nestjs/common';
import {
  QualityReportService,
  type GetQualityReportRequest,
  type ListQualityReportsRequest,
  type SubmitQualityReportRequest,
} from '@aftercare/contracts';
import { allowedActions, isDealerRole, refusalReason, Refusal } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, expectVersion, jsonPage, listStatement, pageOf, seen, type JsonRow, type ListOrder } from '@aftercare/service';
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
    const page = pageOf(request.page, { list: 'quality-reports', key: 'instant' });
    const where = new Conditions().when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`).when(request.state, 's', (state) => `r.state = ${state}`);
    const statement = listStatement({ name: 'quality_reports', table: 'quality_report', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: LINE });
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const LINE = `r.id, r.created_at::text as key, json_build_object('id', r.id, 'number', r.number, 'dealerId', r.dealer_id, 'serial', r.serial,
  'state', r.state, 'dueAt', iso(r.due_at), 'version', r.version)::text as item`;

/** Domain 1: the dealer's people hand a report in. */
function requireDealer(ctx: CallContext): void {
  if (ctx.role === 'customer') throw notFound('quality report');
  if (!isDealerRole(ctx.role)) throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'The dealer hands the report in.');
}
