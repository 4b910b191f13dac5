import { Controller } from '@nestjs/common';
import {
  DutyService, type AmendMonthlyReportRequest, type CorrectMonthlyReportRequest, type ReportedRepair, type SubmitMonthlyReportRequest,
} from '@aftercare/contracts';
import { businessDate, newId, startOfDay } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, unlessRepeated, type Tx } from '@aftercare/service';
import { settledDueOn } from './duty-opening.js';
import { AmendmentEntity, AmendmentLineEntity, MonthlyReportEntity, ReportLineEntity } from './monthly-report.entity.js';
import { seenReport } from './monthly-report.handlers.js';
import {
  checkAmendment, checkCorrections, checkNamed, checkRepairs, reportSteps, requireReportRole, submit, type KnownOfRepairs, type ReportAction,
} from './monthly-report.rules.js';
import { countedLines, reportTold } from './monthly-report.store.js';
import { NamedInRepairs } from './named-in-repairs.js';

type Writes = 'correctMonthlyReport' | 'submitMonthlyReport' | 'amendMonthlyReport';
type Changed = Pick<CorrectMonthlyReportRequest, 'corrections' | 'repairs'>;

/** D-7: what the dealer does with its reports. */
@Controller()
export class ReportChangeHandlers implements Pick<Handlers<typeof DutyService>, Writes> {
  constructor(
    private readonly database: Database,
    private readonly named: NamedInRepairs,
  ) {}

  /** While it is open: what does not belong there is left out, what was never called in is added. Errors as documented at the rpc. */
  @Rpc(DutyService.method.correctMonthlyReport)
  async correctMonthlyReport(request: CorrectMonthlyReportRequest, ctx: CallContext) {
    const known = await this.known('correct', request, ctx);
    return this.change('correct', request, ctx, async (tx, report) => {
      report.state = reportSteps.next('correct', report.state);
      const lines = await checked(tx, report, { ...request, known });
      for (const { lineId, counts, note } of request.corrections) {
        const line = lines.get(lineId) as ReportLineEntity;
        await tx.em.save(ReportLineEntity, { ...line, included: counts, counted: counts, leftOutReason: counts ? '' : note.trim() });
      }
      for (const repair of request.repairs) await tx.em.insert(ReportLineEntity, { ...lineByHand(report, repair, known), included: true, counted: true });
      await audit(tx, report, 'correct', { corrections: { after: request.corrections.length }, repairs: { after: request.repairs.length } });
      return refOf(report);
    });
  }

  /** Freezes the report with its number; it is reminded of no more. Errors as documented at the rpc. */
  @Rpc(DutyService.method.submitMonthlyReport)
  submitMonthlyReport(request: SubmitMonthlyReportRequest, ctx: CallContext) {
    return this.change('submit', request, ctx, async (tx, report) => {
      const now = await tx.now();
      report.state = submit(report, { nil: request.nil, counted: await countedLines(tx, report.id) }, now);
      Object.assign(report, {
        nil: request.nil, submittedAt: now, submittedBy: tx.ctx.userId, dueOn: await settledDueOn(tx, report.month),
        number: await tx.nextNumber('monthly_report', { prefix: 'MR', gapFree: false }),
      });
      await audit(tx, report, 'submit', { state: { before: 'open', after: report.state }, nil: { after: report.nil }, number: { after: report.number } });
      return refOf(report);
    });
  }

  /** A correction of what is frozen: a document with its own number. Errors as documented at the rpc. */
  @Rpc(DutyService.method.amendMonthlyReport)
  async amendMonthlyReport(request: AmendMonthlyReportRequest, ctx: CallContext) {
    const known = await this.known('amend', request, ctx);
    return this.change('amend', request, ctx, async (tx, report) => {
      report.state = reportSteps.next('amend', report.state);
      const lines = await checked(tx, report, { ...request, known });
      checkAmendment(request.reason, request.corrections, new Map([...lines].map(([id, line]) => [id, { ...line, amended: line.amendmentId !== null }])));
      const amendment: AmendmentEntity = {
        id: newId(), dealerId: report.dealerId, reportId: report.id, number: await tx.nextNumber('report_amendment', { prefix: 'MA', gapFree: false }),
        reason: request.reason.trim(), amendedAt: await tx.now(), amendedBy: tx.ctx.userId,
      };
      await tx.em.insert(AmendmentEntity, amendment);
      await amendLines(tx, { report, amendment, lines }, { ...request, known });
      await audit(tx, report, 'amend', { amendment: { after: amendment.number }, corrections: { after: request.corrections.length }, repairs: { after: request.repairs.length } });
      return { id: amendment.id, number: amendment.number, state: report.state, version: report.version };
    });
  }

  /** What the repairs name, asked only for a change that can be: a refused or a repeated one spends no look-ups (D-9, X-8). */
  private async known(action: ReportAction, request: Changed & { id: string; version: number }, ctx: CallContext): Promise<KnownOfRepairs> {
    const possible = await unlessRepeated(ctx, () => this.database.read(ctx, async (tx) => {
      const report = await seenReport(tx, request.id);
      checkPresent(report, action, request, ctx);
      reportSteps.next(action, report.state);
      await linesNamed(tx, report, request);
      return true;
    }));
    return possible ? this.named.known(request.repairs, request.id, ctx) : { units: new Map(), codes: [] };
  }

  /** One change of a report: seen by the caller, allowed to the role, based on the present version, told if it was handed in. */
  private change<R extends { id: string; version: number }>(
    action: ReportAction,
    request: R,
    ctx: CallContext,
    work: (tx: Tx, report: MonthlyReportEntity) => Promise<{ id: string; number: string; state: string; version: number }>,
  ) {
    return this.database.command(ctx, async (tx) => {
      const report = await seenReport(tx, request.id, 'pessimistic_write');
      checkPresent(report, action, request, ctx);
      report.version += 1;
      const answer = await work(tx, report);
      await tx.em.save(MonthlyReportEntity, report);
      if (report.state === 'submitted') await reportTold(tx, report);
      return answer;
    }, { request });
  }
}

function checkPresent(report: MonthlyReportEntity, action: ReportAction, request: { version: number }, ctx: CallContext): void {
  requireReportRole(action, ctx.role);
  expectVersion(report, request.version, { id: report.id, state: report.state });
}

/** The report's lines that are named, once the rules have looked at the whole change. */
async function checked(tx: Tx, report: MonthlyReportEntity, request: Changed & { known: KnownOfRepairs }): Promise<Map<string, ReportLineEntity>> {
  const lines = await linesNamed(tx, report, request);
  checkNamed(request.repairs, request.known);
  return lines;
}

/** As far as nothing need be asked of others. */
async function linesNamed(tx: Tx, report: MonthlyReportEntity, request: Changed): Promise<Map<string, ReportLineEntity>> {
  const lines = new Map((await tx.em.findBy(ReportLineEntity, { reportId: report.id })).map((line) => [line.id, line]));
  checkCorrections(request.corrections, lines, request.repairs.length);
  checkRepairs(report, request.repairs, businessDate(await tx.now()));
  return lines;
}

async function amendLines(
  tx: Tx,
  { report, amendment, lines }: { report: MonthlyReportEntity; amendment: AmendmentEntity; lines: Map<string, ReportLineEntity> },
  request: Changed & { known: KnownOfRepairs },
): Promise<void> {
  const { id: amendmentId, dealerId } = amendment;
  for (const { lineId, counts, note } of request.corrections) {
    const line = lines.get(lineId) as ReportLineEntity;
    await tx.em.save(ReportLineEntity, { ...line, counted: counts, amendmentId, leftOutReason: counts ? '' : note.trim() });
    await tx.em.insert(AmendmentLineEntity, { amendmentId, lineId, dealerId, counts, note: note.trim() });
  }
  for (const repair of request.repairs) {
    const line = { ...lineByHand(report, repair, request.known), included: false, counted: true, afterSubmission: true, amendmentId };
    await tx.em.insert(ReportLineEntity, line);
    await tx.em.insert(AmendmentLineEntity, { amendmentId, lineId: line.id, dealerId, counts: true, note: line.note });
  }
}

function lineByHand(report: MonthlyReportEntity, { repairedOn, serial, faultCodes, note }: ReportedRepair, known: KnownOfRepairs) {
  const id = newId();
  const unit = known.units.get(serial);
  return {
    id, dealerId: report.dealerId, reportId: report.id, source: 'by_hand' as const, itemId: id, itemNumber: '', happenedAt: startOfDay(repairedOn), itemOn: repairedOn,
    outcome: 'reported' as const, serial: unit?.serial ?? '', modelCode: unit?.modelCode ?? '', faultCodes: [...new Set(faultCodes)].sort(), pieces: 0,
    afterSubmission: false, note: note.trim(), leftOutReason: '', amendmentId: null,
  };
}

/** Remarks and reasons are typed by people, so their text stays out of the entry. */
async function audit(tx: Tx, report: MonthlyReportEntity, action: string, changed: Record<string, { before?: unknown; after: unknown }>): Promise<void> {
  await tx.audit({ action, kind: 'monthly_report', id: report.id, dealerId: report.dealerId, changed });
}

function refOf(report: MonthlyReportEntity) {
  return { id: report.id, number: report.number ?? '', state: report.state, version: report.version };
}
