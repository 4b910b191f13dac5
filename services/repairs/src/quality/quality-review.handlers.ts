import { Controller } from '@nestjs/common';
import {
  DealerService, InstallationService, QualityActionDefinedSchema, QualityReviewService,
  type CloseQualityReportRequest, type DefineQualityActionRequest, type MarkCallDesignDefectRequest, type MarkInstallationDesignDefectRequest,
  type ReadQualityAnswerRequest, type ReviewQualityReportRequest,
} from '@aftercare/contracts';
import { compareInstant, Refusal } from '@aftercare/domain';
import { Bus, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, seen, type Tx } from '@aftercare/service';
import { runningClock, technicianSees } from '../calls/call-change.js';
import { RepairCall } from '../calls/call.entity.js';
import { tellDefect } from '../calls/confirmation-told.js';
import { requireReason } from '../calls/call.rules.js';
import { newestRecord } from '../calls/newest-record.js';
import { changeReport, openQualityReport, refOf, seenReport, takingReport, technicianOf, tellOfReport, type ReportOrigin } from './quality-report.js';
import { QualityReportRow } from './quality-report.entity.js';
import { refuseIncompleteAnswer, refuseSecondMark, refuseUnanswered, requireReportRole, spelledSerials } from './quality-report.rules.js';
import { keepReceipt, warnDealers } from './quality-warning.js';

type Reviews = Pick<Handlers<typeof QualityReviewService>,
  'markCallDesignDefect' | 'markInstallationDesignDefect' | 'reviewQualityReport' | 'defineQualityAction' | 'closeQualityReport' | 'readQualityAnswer'>;
const DEALERS_PAGE = 200;

/** What becomes of reports, and design defects that anybody marks. */
@Controller()
export class QualityReviewHandlers implements Reviews {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(QualityReviewService.method.markCallDesignDefect)
  async markCallDesignDefect(request: MarkCallDesignDefectRequest, ctx: CallContext): ReturnType<Reviews['markCallDesignDefect']> {
    const reason = requireReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const found = await tx.em.findOne(RepairCall, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
      const call = seen(ctx, found, 'repair call');
      if (ctx.role === 'customer' || !technicianSees(call, ctx)) throw notFound('repair call');
      const { id: originId, dealerId, unitId, unitSerial: serial } = call;
      if (dealerId === null) throw new Refusal('failed_precondition', 'CALL_NOT_ROUTED', 'No dealer has this call yet.');
      const report = await mark(tx, { dealerId, originKind: 'repair-call', originId, unitId, serial, technicianUserId: null, foundAt: await lastFound(tx, call) }, reason);
      await tellDefect(tx, call);
      await tx.em.save(RepairCall, call);
      return report;
    }, { request });
  }

  @Rpc(QualityReviewService.method.markInstallationDesignDefect)
  async markInstallationDesignDefect(request: MarkInstallationDesignDefectRequest, ctx: CallContext): ReturnType<Reviews['markInstallationDesignDefect']> {
    const reason = requireReason(request.reason);
    if (ctx.role === 'customer') throw notFound('installation');
    const { id: originId, dealerId, unitId, serial, technicianUserId } = await this.bus.client(InstallationService).getInstallation({ id: request.id });
    const origin = { dealerId, originKind: 'installation', originId, unitId: unitId || null, serial, technicianUserId: technicianUserId || null } as const;
    return this.db.command(ctx, (tx) => mark(tx, origin, reason), { request });
  }

  @Rpc(QualityReviewService.method.reviewQualityReport)
  async reviewQualityReport(request: ReviewQualityReportRequest, ctx: CallContext): ReturnType<Reviews['reviewQualityReport']> {
    return this.db.command(ctx, (tx) => changeReport(tx, 'review', request, (report, now) => {
      Object.assign(report, { reviewedAt: now, reviewedBy: ctx.userId });
      return Promise.resolve();
    }), { request });
  }

  @Rpc(QualityReviewService.method.defineQualityAction)
  async defineQualityAction(request: DefineQualityActionRequest, ctx: CallContext): ReturnType<Reviews['defineQualityAction']> {
    const dealerIds = request.warnsOthers && ctx.role === 'quality_engineer' ? await this.dealersInBusiness() : [];
    return this.db.command(ctx, (tx) => changeReport(tx, 'define-action', request, async (report, now) => {
      refuseIncompleteAnswer(request);
      const { answer, actionLots, warnsOthers } = request;
      const actionSerials = spelledSerials(request.actionSerials);
      const answerFiles = request.answerFiles.map(({ id, sha256 }) => ({ id, sha256 }));
      const warning = warnsOthers ? request.warning : '';
      Object.assign(report, { answer, actionSerials, actionLots, warnsOthers, warning, answerFiles, answeredAt: now, answeredBy: ctx.userId });
      await tellDealer(tx, report, 'quality_report.answered');
      await tx.announce(QualityActionDefinedSchema, {
        reportId: report.id, number: report.number, dealerId: report.dealerId, unitId: report.unitId ?? '', originKind: report.originKind,
        originId: report.originId, designDefect: report.designDefect, serials: actionSerials, lots: actionLots, warnsOthers, answeredAt: now,
      });
      if (warnsOthers) await warnDealers(tx, report, dealerIds.filter((id) => id !== report.dealerId));
    }), { request });
  }

  @Rpc(QualityReviewService.method.closeQualityReport)
  async closeQualityReport(request: CloseQualityReportRequest, ctx: CallContext): ReturnType<Reviews['closeQualityReport']> {
    return this.db.command(ctx, (tx) => changeReport(tx, 'close', request, async (report, now) => {
      Object.assign(report, { closingNote: request.note, closedAt: now, closedBy: ctx.userId });
      await tellDealer(tx, report, 'quality_report.closed');
    }), { request });
  }

  @Rpc(QualityReviewService.method.readQualityAnswer)
  async readQualityAnswer(request: ReadQualityAnswerRequest, ctx: CallContext): ReturnType<Reviews['readQualityAnswer']> {
    return this.db.command(ctx, async (tx) => {
      const report = await seenReport(tx, request.id, { locked: false });
      requireReportRole('read-answer', ctx.role);
      refuseUnanswered(report.state);
      await keepReceipt(tx, 'answer', report.id);
      return refOf(report);
    }, { request });
  }

  /** Every dealer who still works with the manufacturer (D-1). */
  private async dealersInBusiness(): Promise<string[]> {
    const ids: string[] = [];
    for (const status of ['active', 'suspended']) {
      for (let cursor = ''; ; ) {
        const page = await this.bus.client(DealerService).listDealers({ status, page: { limit: DEALERS_PAGE, cursor } });
        ids.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === '') break;
        cursor = page.nextCursor;
      }
    }
    return ids;
  }
}

/** What is marked on a call is about its newest record, or about what it was reopened for since. */
async function lastFound(tx: Tx, call: RepairCall): Promise<string | undefined> {
  const record = await newestRecord(tx, call.id);
  const moments = [record?.recordedAt, (await runningClock(tx, call))?.startedAt];
  return moments.filter((at) => at !== undefined).sort(compareInstant).at(-1);
}

/** opens the report of a call or installation with the mark, or marks the one that takes it. */
async function mark(tx: Tx, origin: Omit<ReportOrigin, 'basis' | 'mark'>, reason: string) {
  const known = await takingReport(tx, origin);
  if (known) refuseSecondMark(known);
  return refOf(await openQualityReport(tx, { ...origin, basis: 'design_defect', mark: { by: tx.ctx.userId || null, reason } }));
}

/** The dealer's managers, and the technician whose work it is about: no other one sees the report. */
async function tellDealer(tx: Tx, report: QualityReportRow, kind: 'quality_report.answered' | 'quality_report.closed'): Promise<void> {
  const technician = await technicianOf(tx, report);
  const managers = { recipientRole: 'dealer_manager', recipientDealerId: report.dealerId };
  return tellOfReport(tx, report, kind, technician === null ? [managers] : [managers, { recipientUserId: technician }]);
}
