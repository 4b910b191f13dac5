import { compareInstant, defineSteps, isRealDate, monthOf, Refusal, refusalReason, requireRole, type Role } from '@aftercare/domain';
import { monthEnd } from './duty.rules.js';

export const REPORT_KINDS = ['installation', 'repair'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];
export type ReportState = 'open' | 'submitted';

/** D-7: a report is corrected while it is open, frozen by its submission, and amended afterwards. */
export const reportSteps = defineSteps<ReportState, 'correct' | 'submit' | 'amend'>({
  initial: 'open',
  steps: {
    correct: { from: ['open'], to: 'open' },
    submit: { from: ['open'], to: 'submitted' },
    amend: { from: ['submitted'], to: 'submitted' },
  },
});
export type ReportAction = keyof typeof MAY;

/** Domain 1: reports are the dealer manager's; nobody writes them for him. */
const MAY = {
  correct: ['dealer_manager'], submit: ['dealer_manager'], amend: ['dealer_manager'],
} as const satisfies Record<string, readonly Role[]>;
const TECHNICIAN: Role = 'dealer_technician';

/** Refuses ROLE_NOT_ALLOWED. */
export function requireReportRole(action: ReportAction, role: string): void {
  requireRole(role, MAY[action], action);
}

/** A technician has no part in the reports. Refuses ROLE_NOT_ALLOWED. */
export function requireReader(role: string): void {
  if (role === TECHNICIAN) throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'Monthly reports are the manager’s.');
}

/** What a report is before a step. */
export interface ReportFacts {
  kind: ReportKind;
  state: ReportState;
  month: string;
}

/**
 * D-7: a report is handed in once, after its month is over; nothing to report is said by an explicit nil, never by silence, and nil
 * is not said of something. Refuses STEP_NOT_ALLOWED, MONTH_NOT_OVER, NIL_NOT_SAID, NOT_NIL.
 */
export function submit(report: ReportFacts, given: { nil: boolean; counted: number }, now: string): ReportState {
  const next = reportSteps.next('submit', report.state);
  if (compareInstant(now, monthEnd(report.month)) < 0) {
    throw new Refusal('failed_precondition', 'MONTH_NOT_OVER', 'The month is not over yet.', { month: report.month });
  }
  if (given.counted === 0 && !given.nil) throw new Refusal('failed_precondition', 'NIL_NOT_SAID', 'There is nothing to report: say so.', { field: 'nil' });
  if (given.counted > 0 && given.nil) {
    throw new Refusal('failed_precondition', 'NOT_NIL', 'There is something to report.', { field: 'nil', counted: given.counted });
  }
  return next;
}

/** What the caller may do with a report now, and why not. */
export function reportActions(report: ReportFacts & { counted: number }, role: string, now: string): { action: ReportAction; reason?: string }[] {
  const answer = (action: ReportAction, rule: () => unknown): { action: ReportAction; reason?: string } => ({
    action,
    reason: refusalReason(() => {
      requireReportRole(action, role);
      rule();
    }),
  });
  return [
    answer('correct', () => reportSteps.next('correct', report.state)),
    answer('submit', () => submit(report, { nil: report.counted === 0, counted: report.counted }, now)),
    answer('amend', () => reportSteps.next('amend', report.state)),
  ];
}

/** D-7: an installation is added where it creates customer, sale and installation, and only in its own report. Refuses ADDITION_NOT_HERE. */
export function requireInstallationReport(kind: ReportKind): void {
  if (kind === 'installation') return;
  throw new Refusal('failed_precondition', 'ADDITION_NOT_HERE', 'Installations are added to an installation report.', { kind });
}

/** A repair the dealer adds by hand. */
export interface HandRepair {
  repairedOn: string;
  note: string;
}

/**
 * D-7: a repair that was never called in is added by hand, on a day of the report's month that has come, and says what was done; the
 * period is the report's, not today's. Refuses INSTALLATION_BY_ADDITION, INVALID_DATE, DATE_OUTSIDE_MONTH, DATE_IN_FUTURE, REASON_MISSING.
 */
export function checkRepairs(report: ReportFacts, repairs: readonly HandRepair[], today: string): void {
  if (repairs.length > 0 && report.kind !== 'repair') {
    throw new Refusal('invalid_argument', 'INSTALLATION_BY_ADDITION', 'An installation is added with its customer and sale.', { field: 'repairs' });
  }
  repairs.forEach(({ repairedOn, note }, index) => {
    const refuse = (field: string, reason: string, message: string): Refusal => new Refusal('invalid_argument', reason, message, { field: `repairs[${index}].${field}` });
    if (!isRealDate(repairedOn)) throw refuse('repairedOn', 'INVALID_DATE', 'This is not a calendar date.');
    if (monthOf(repairedOn) !== report.month) throw refuse('repairedOn', 'DATE_OUTSIDE_MONTH', 'The day is not of the report’s month.');
    if (repairedOn > today) throw refuse('repairedOn', 'DATE_IN_FUTURE', 'The day has not come yet.');
    if (note.trim() === '') throw refuse('note', 'REASON_MISSING', 'Say what was repaired.');
  });
}

/** A repair added by hand as far as the registry and the fault catalogue know of it. */
export interface NamedInRepair {
  serial: string;
  faultCodes: readonly string[];
}

/** What the registry and the catalogue answered. */
export interface KnownOfRepairs {
  /** Units by the serial as it was written. */
  units: ReadonlyMap<string, { serial: string; modelCode: string; family: string }>;
  /** Fault codes in force. */
  codes: readonly { family: string; code: string }[];
}

/**
 * D-9, R-16: a serial that is named is in the registry, a fault code one in force, of the unit's family where a unit is named.
 * Refuses SERIAL_UNKNOWN, FAULT_CODE_UNKNOWN.
 */
export function checkNamed(repairs: readonly NamedInRepair[], known: KnownOfRepairs): void {
  repairs.forEach(({ serial, faultCodes }, index) => {
    const refuse = (field: string, reason: string, message: string): Refusal => new Refusal('invalid_argument', reason, message, { field: `repairs[${index}].${field}` });
    const unit = known.units.get(serial);
    if (serial.trim() !== '' && !unit) throw refuse('serial', 'SERIAL_UNKNOWN', 'The registry has no such unit.');
    faultCodes.forEach((code, at) => {
      const inForce = known.codes.some((each) => each.code === code && (!unit || unit.family === each.family));
      if (!inForce) throw refuse(`faultCodes[${at}]`, 'FAULT_CODE_UNKNOWN', 'The catalogue has no such fault code in force here.');
    });
  });
}

/** A line that is to count or not. */
export interface Correction {
  lineId: string;
  counts: boolean;
  note: string;
}

/**
 * D-7: a correction names each line once, and says why what was recorded is left out. Refuses LINES_MISSING, LINE_DOUBLE,
 * LINE_UNKNOWN, REASON_MISSING.
 */
export function checkCorrections(corrections: readonly Correction[], lines: ReadonlyMap<string, unknown>, repairs: number): void {
  if (corrections.length + repairs === 0) throw new Refusal('invalid_argument', 'LINES_MISSING', 'Nothing is corrected.', { field: 'corrections' });
  const named = new Set<string>();
  corrections.forEach(({ lineId, counts, note }, index) => {
    const at = (field: string): { field: string } => ({ field: `corrections[${index}].${field}` });
    if (named.has(lineId)) throw new Refusal('invalid_argument', 'LINE_DOUBLE', 'The line is named twice.', at('lineId'));
    named.add(lineId);
    if (!lines.has(lineId)) throw new Refusal('not_found', 'LINE_UNKNOWN', 'The report has no such line.', at('lineId'));
    if (!counts && note.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why the line is left out.', at('note'));
  });
}

/** D-7: an amendment says why and changes something: a line that stands as it is asked to be is not amended. Refuses REASON_MISSING, LINE_UNCHANGED. */
export function checkAmendment(reason: string, corrections: readonly Correction[], lines: ReadonlyMap<string, { counted: boolean; amended: boolean; afterSubmission: boolean }>): void {
  if (reason.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why.', { field: 'reason' });
  corrections.forEach(({ lineId, counts }, index) => {
    const line = lines.get(lineId);
    if (!line || line.counted !== counts || standingOf(line) === 'pending') return;
    throw new Refusal('failed_precondition', 'LINE_UNCHANGED', 'The line stands so already.', { field: `corrections[${index}].lineId` });
  });
}

/** D-7: what was told after the submission and no amendment has decided is pending; it never enters a frozen report by itself. */
export function standingOf(line: { counted: boolean; amended: boolean; afterSubmission: boolean }): 'counted' | 'left_out' | 'pending' {
  if (line.counted) return 'counted';
  return line.afterSubmission && !line.amended ? 'pending' : 'left_out';
}
