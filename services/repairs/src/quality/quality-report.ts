import { NoticeRequestedSchema, QualityReportOpenedSchema } from '@aftercare/contracts';
import { addHours, businessDate, newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { expectVersion, seen, settingAt, type Tx } from '@aftercare/service';
import { In, Not } from 'typeorm';
import { technicianSees } from '../calls/call-change.js';
import { RepairCall } from '../calls/call.entity.js';
import { tellFaultsOfReport } from '../faults/faults-recorded.js';
import { heirOf } from '../handover/succession.js';
import { followElsewhere, standingsOf } from './call-reports.js';
import { QualityReportRow } from './quality-report.entity.js';
import { afterCorrection, needsQualityReport, qualityReportSteps, requireReportRole, takes, type ReportAction, type ReportBasis } from './quality-report.rules.js';

/** The audit trail's and the notices' name of the document. */
export const REPORT_KIND = 'quality-report';
/** Fires when a due report was not handed in; its ref is the report's id. */
export const REPORT_DEADLINE = 'quality-report-due';

const SEVERITY: Record<string, string> = { 'quality_report.overdue': 'alarm', 'quality_report.submitted': 'info', 'quality_report.closed': 'info' };

/** Where a report comes from: a call or an installation. */
export interface ReportOrigin {
  dealerId: string;
  originKind: 'repair-call' | 'installation';
  originId: string;
  unitId: string | null;
  serial: string;
  /** Of an installation: its technician; null for none, and of a call. */
  technicianUserId: string | null;
  basis: ReportBasis;
  /** When what it is about was found; a report that was closed before does not take it. Not said of what came with the first report. */
  foundAt?: string;
  /** Somebody marked a design defect, with what he saw unless a repair record says it. */
  mark?: { by: string | null; reason: string };
}

const UNANSWERED = {
  reviewedAt: null, reviewedBy: null, answer: '', actionSerials: [], actionLots: [], warnsOthers: false, warning: '', answerFiles: [], answeredAt: null,
  answeredBy: null, closedAt: null, closedBy: null, closingNote: '',
};

/** the report of an origin that takes what was found, locked; null where one has to be opened. */
export async function takingReport(tx: Tx, { foundAt, ...origin }: Origin & Pick<ReportOrigin, 'foundAt'>): Promise<QualityReportRow | null> {
  const newest = await newestReport(tx, origin);
  return newest && takes(newest, foundAt ?? newest.createdAt) ? newest : null;
}

type Origin = Pick<ReportOrigin, 'originKind' | 'originId' | 'dealerId'>;

/** What the dealer reported that has the origin, or its successor (D-1). What another one handed in before a re-route stays that one's. */
async function newestReport(tx: Tx, { originKind, originId, dealerId }: Origin): Promise<QualityReportRow | null> {
  const dealers = [dealerId, await heirOf(tx, dealerId)].filter((id) => id !== null);
  return tx.em.findOne(QualityReportRow, {
    where: { originKind, originId, dealerId: In(dealers) }, order: { createdAt: 'DESC', id: 'DESC' }, lock: { mode: 'pessimistic_write' },
  });
}

/** what is due of a call is due of the dealer that has it now; what was handed in stays its author's. */
export async function reportsFollow(tx: Tx, call: { id: string }, to: string): Promise<void> {
  const due = await tx.em.find(QualityReportRow, { where: { originKind: 'repair-call', originId: call.id, state: 'due', dealerId: Not(to) }, lock: { mode: 'pessimistic_write' } });
  for (const report of due) await passReport(tx, report, to);
}

/** another dealer hands in a report that is due; its term stays. */
export async function passReport(tx: Tx, report: QualityReportRow, to: string): Promise<void> {
  const { dealerId: from } = report;
  Object.assign(report, { dealerId: to, technicianUserId: null, version: report.version + 1 });
  await tx.em.save(QualityReportRow, report);
  await tx.audit({ action: 'hand-over', kind: REPORT_KIND, id: report.id, dealerId: to, changed: { dealerId: { before: from, after: to } } });
  await tellOfReport(tx, report, 'quality_report.due', [{ recipientRole: 'dealer_manager', recipientDealerId: to }]);
}

/** opens the report that is due, unless one is there that takes it; the quality engineer and the dealer are told at once. */
export async function openQualityReport(tx: Tx, told: ReportOrigin): Promise<QualityReportRow> {
  const { mark, foundAt, ...stated } = told;
  // Of a dealer that left, its successor hands it in (D-1).
  const heir = await heirOf(tx, told.dealerId);
  const origin = heir === null ? stated : { ...stated, dealerId: heir, technicianUserId: null };
  const { originKind, originId } = origin;
  const known = await takingReport(tx, { originKind, originId, dealerId: told.dealerId, foundAt });
  if (known) {
    if (known.technicianUserId === null && origin.technicianUserId !== null && known.dealerId === origin.dealerId) {
      known.technicianUserId = origin.technicianUserId;
      await tx.em.save(QualityReportRow, known);
    }
    return mark && !known.designDefect ? markDesignDefect(tx, known, mark) : known;
  }
  const now = await tx.now();
  const report: QualityReportRow = {
    ...origin,
    ...UNANSWERED,
    id: newId(),
    number: await tx.nextNumber('quality_report', { prefix: 'QR', gapFree: false }),
    state: 'due',
    dueAt: await dueFrom(tx, now),
    description: '',
    cause: '',
    action: '',
    affectedSerials: [],
    lot: '',
    visibleDamage: false,
    photos: [],
    createdAt: now,
    submittedAt: null,
    submittedBy: null,
    designDefect: mark !== undefined,
    markReason: mark?.reason ?? '',
    markedBy: mark?.by ?? null,
    version: 1,
  };
  await tx.em.insert(QualityReportRow, report);
  await tx.deadline({ kind: REPORT_DEADLINE, ref: report.id, dueAt: report.dueAt });
  await tx.audit({ action: 'open', kind: REPORT_KIND, id: report.id, dealerId: report.dealerId, changed: { originId: { after: originId } } });
  await tx.announce(QualityReportOpenedSchema, {
    reportId: report.id, number: report.number, dealerId: report.dealerId, unitId: report.unitId ?? '', originKind, originId, dueAt: report.dueAt,
  });
  await tellFaultsOfReport(tx, report);
  await tellBoth(tx, report, 'quality_report.due');
  return report;
}

/** What a corrected call says of its unit. */
export interface CorrectedUnit {
  dealerId: string | null;
  originId: string;
  unitId: string | null;
  serial: string;
  /** Stage of the unit on the day of the call, empty when it is not known. */
  stage: string;
}

/** the reports of a call with a record follow its corrected unit: they go along; the newest ends, is due again, or is opened. */
export async function followUnit(tx: Tx, { dealerId, stage, ...unit }: CorrectedUnit): Promise<void> {
  const { originId, unitId, serial } = unit;
  const report = dealerId && (await newestReport(tx, { originKind: 'repair-call', originId, dealerId }));
  if (!report) {
    await followClosed(tx, { id: null, ...unit });
    const isReported = (await standingsOf(tx, originId)).some(({ submittedAt }) => submittedAt !== null);
    if (dealerId && !isReported && needsQualityReport(stage, [])) await openQualityReport(tx, { ...unit, dealerId, originKind: 'repair-call', technicianUserId: null, basis: 'unboxing_stage' });
    return;
  }
  const { state: before, serial: former } = report;
  const becomes = afterCorrection(report, stage);
  const now = await tx.now();
  Object.assign(report, { unitId, serial, version: report.version + 1 });
  if (stage === 'unboxing') report.basis = 'unboxing_stage';
  else if (report.designDefect) report.basis = 'design_defect';
  if (becomes === 'ends') {
    Object.assign(report, { state: qualityReportSteps.next('withdraw', before), closedAt: now, closedBy: tx.ctx.userId || null, closingNote: NOT_OWED });
    await tx.cancelDeadline(REPORT_DEADLINE, report.id);
  }
  if (becomes === 'due-again') {
    Object.assign(report, { state: qualityReportSteps.initial, dueAt: await dueFrom(tx, now), closedAt: null, closedBy: null, closingNote: '' });
    await tx.deadline({ kind: REPORT_DEADLINE, ref: report.id, dueAt: report.dueAt });
  }
  await tx.em.save(QualityReportRow, report);
  const changed = { serial: { before: former, after: serial }, state: { before, after: report.state } };
  await tx.audit({ action: 'correct-unit', kind: REPORT_KIND, id: report.id, dealerId: report.dealerId, changed });
  if (becomes !== 'follows') await tellBoth(tx, report, becomes === 'ends' ? 'quality_report.closed' : 'quality_report.due');
  await followClosed(tx, report);
}

/** Closed reports of the same call, and those of dealers that had it, are about the right unit as well; nothing else of them changes. */
async function followClosed(tx: Tx, { id, originId, unitId, serial }: Omit<CorrectedUnit, 'dealerId' | 'stage'> & { id: string | null }): Promise<void> {
  for (const report of await followElsewhere(tx, { id, originId, unitId, serial })) {
    await tx.audit({ action: 'correct-unit', kind: REPORT_KIND, id: report.id, dealerId: report.dealerId, changed: { serial: { before: report.former, after: serial } } });
  }
}

const NOT_OWED = '叫修的产品已更正，不再需要书面报告。The unit of the call was corrected; no report is owed.';

async function dueFrom(tx: Tx, now: string): Promise<string> {
  return addHours(now, await settingAt(tx, 'qualityReport.dueHours', businessDate(now)));
}

function tellBoth(tx: Tx, report: QualityReportRow, kind: string): Promise<void> {
  return tellOfReport(tx, report, kind, [{ recipientRole: 'quality_engineer' }, { recipientRole: 'dealer_manager', recipientDealerId: report.dealerId }]);
}

/** a report that is there already gets the mark, and the quality engineer is told. */
async function markDesignDefect(tx: Tx, report: QualityReportRow, mark: { by: string | null; reason: string }): Promise<QualityReportRow> {
  Object.assign(report, { designDefect: true, markReason: mark.reason, markedBy: mark.by, version: report.version + 1 });
  await tx.em.save(QualityReportRow, report);
  await tx.audit({ action: 'mark-design-defect', kind: REPORT_KIND, id: report.id, dealerId: report.dealerId, changed: { designDefect: { before: false, after: true } } });
  await tellFaultsOfReport(tx, report);
  await tellOfReport(tx, report, 'quality_report.design_defect', [{ recipientRole: 'quality_engineer' }]);
  return report;
}

/** Who is told: the users of a role, or one user. */
export type Recipient = { recipientRole: string; recipientDealerId?: string } | { recipientUserId: string };

/** Tells each recipient something about a report. */
export async function tellOfReport(
  tx: Tx,
  report: QualityReportRow,
  kind: string,
  recipients: Recipient[],
): Promise<void> {
  for (const recipient of recipients) {
    await tx.announce(NoticeRequestedSchema, {
      ...recipient,
      kind,
      documentKind: REPORT_KIND,
      documentId: report.id,
      documentNumber: report.number,
      severity: SEVERITY[kind] ?? 'warning',
      params: JSON.stringify({ dueAt: report.dueAt }),
    });
  }
}

/** C-5: the report, where the caller sees it: a technician those of his calls and of his installations. Errors: NOT_FOUND. */
export async function seenReport(tx: Tx, id: string, { locked }: { locked: boolean }): Promise<QualityReportRow> {
  const found = await tx.em.findOne(QualityReportRow, { where: { id }, ...(locked ? { lock: { mode: 'pessimistic_write' } as const } : {}) });
  const report = seen(tx.ctx, found, 'quality report');
  if (tx.ctx.role === 'dealer_technician' && !(await isOwn(tx, report))) throw notFound('quality report');
  return report;
}

async function isOwn(tx: Tx, { originKind, originId, technicianUserId }: QualityReportRow): Promise<boolean> {
  if (originKind !== 'repair-call') return technicianUserId === tx.ctx.userId;
  const call = await tx.em.findOneBy(RepairCall, { id: originId });
  return call !== null && technicianSees(call, tx.ctx);
}

/** The technician whose call or installation a report is about; null for none, or where another dealer has the call now. */
export async function technicianOf(tx: Tx, { originKind, originId, dealerId, technicianUserId }: QualityReportRow): Promise<string | null> {
  if (originKind !== 'repair-call') return technicianUserId;
  return (await tx.em.findOneBy(RepairCall, { id: originId, dealerId }))?.technicianUserId ?? null;
}

/**
 * One step of a report: seen by the caller, by a role that may, at the version he based it on. `work` fills what the step
 * brings; state, version and audit row are written together.
 */
export async function changeReport(
  tx: Tx,
  action: Exclude<ReportAction, 'read-answer'>,
  request: { id: string; version: number },
  work: (report: QualityReportRow, now: string) => Promise<void>,
): Promise<ReportRef> {
  const report = await seenReport(tx, request.id, { locked: true });
  requireReportRole(action, tx.ctx.role);
  expectVersion(report, request.version, { state: report.state });
  const before = report.state;
  report.state = qualityReportSteps.next(action, before);
  await work(report, await tx.now());
  report.version += 1;
  await tx.em.save(QualityReportRow, report);
  await tx.audit({ action, kind: REPORT_KIND, id: report.id, dealerId: report.dealerId, changed: { state: { before, after: report.state } } });
  return refOf(report);
}

/** The answer of every command on a report. */
export type ReportRef = Pick<QualityReportRow, 'id' | 'number' | 'state' | 'version'>;

export function refOf({ id, number, state, version }: QualityReportRow): ReportRef {
  return { id, number, state, version };
}
