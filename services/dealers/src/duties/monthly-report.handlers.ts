import { Controller } from '@nestjs/common';
import {
  DutyService,
  type GetAdditionScopeRequest, type GetMonthlyReportRequest, type ListDutiesRequest, type ListMonthlyReportLinesRequest, type ListMonthlyReportsRequest,
} from '@aftercare/contracts';
import { allowedActions, isId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, scopeCondition, type JsonRow, type Tx } from '@aftercare/service';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { statusSpans } from './duty-opening.js';
import { activeDays, isLate, servingDays } from './duty.rules.js';
import { MonthlyReportEntity } from './monthly-report.entity.js';
import { listDuties, listLines, listReports, reportFigures } from './monthly-report.queries.js';
import { reportActions, requireInstallationReport, requireReader } from './monthly-report.rules.js';

type Reads = 'listMonthlyReports' | 'getMonthlyReport' | 'listMonthlyReportLines' | 'getAdditionScope' | 'listDuties';

/** What of a report is counted together. */
interface Figures {
  counted: number;
  included: number;
  pending: number;
  leftOut: number;
  outcomes: { outcome: string; lines: number }[];
  amendments: { id: string; number: string; reason: string; amendedAt: string; amendedBy: string; takenIn: number; leftOut: number }[];
}

/** D-7: the monthly reports as they stand, and who owes what. */
@Controller()
export class MonthlyReportHandlers implements Pick<Handlers<typeof DutyService>, Reads> {
  constructor(private readonly database: Database) {}

  @Rpc(DutyService.method.listMonthlyReports)
  async listMonthlyReports(request: ListMonthlyReportsRequest, ctx: CallContext) {
    requireReader(ctx.role);
    const { page, ...statement } = listReports(request, ctx);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  @Rpc(DutyService.method.getMonthlyReport)
  async getMonthlyReport(request: GetMonthlyReportRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const report = await seenReport(tx, request.id);
      const dealer = await tx.em.findOneByOrFail(DealerEntity, { id: report.dealerId });
      const [{ included, ...figures }] = await tx.sql<Figures>(reportFigures(report.id));
      const now = await tx.now();
      const { createdAt: _createdAt, ...shown } = report;
      return {
        ...shown, ...figures,
        number: report.number ?? '', submittedAt: report.submittedAt ?? '', submittedBy: report.submittedBy ?? '', late: isLate(report, now),
        dealerCode: dealer.code, dealerName: dealer.name, submittedLines: report.state === 'submitted' ? included : 0,
        allowedActions: allowedActions(ctx, reportActions({ ...report, counted: figures.counted }, ctx.role, now), { afterTermination: true }),
      };
    });
  }

  @Rpc(DutyService.method.listMonthlyReportLines)
  async listMonthlyReportLines(request: ListMonthlyReportLinesRequest, ctx: CallContext) {
    await this.database.read(ctx, (tx) => seenReport(tx, request.id));
    const { page, ...statement } = listLines(request);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  /** Asked by the gateway before it asks `customers` to create customer, sale and installation. */
  @Rpc(DutyService.method.getAdditionScope)
  async getAdditionScope(request: GetAdditionScopeRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const { dealerId, month, state, kind } = await seenReport(tx, request.id);
      requireInstallationReport(kind);
      const spans = await statusSpans(tx, dealerId);
      return { dealerId, month, state, activeDays: activeDays(spans, month), servingDays: servingDays(spans, month) };
    });
  }

  @Rpc(DutyService.method.listDuties)
  async listDuties(request: ListDutiesRequest, ctx: CallContext) {
    requireReader(ctx.role);
    const { page, ...statement } = listDuties(request, ctx);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

/** A report the caller may see; a foreign one looks like a missing one. */
export async function seenReport(tx: Tx, id: string, lock?: 'pessimistic_write'): Promise<MonthlyReportEntity> {
  const scope = scopeCondition(tx.ctx, 'report.dealer_id');
  const query = tx.em.createQueryBuilder(MonthlyReportEntity, 'report').where('report.id = :id', { id }).andWhere(scope.where, scope.parameters);
  const report = isId(id) ? await (lock ? query.setLock(lock) : query).getOne() : null;
  if (!report) throw notFound('monthly report');
  requireReader(tx.ctx.role);
  return report;
}
