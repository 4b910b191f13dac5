import { compareInstant, DEALER_ROLES, Refusal, defineSteps, refusalReason, requireRole, serialText, type QualityReportState } from '@aftercare/domain';

/** R-7, C-4: why a report is owed. */
export type ReportBasis = 'unboxing_stage' | 'failed_installation' | 'design_defect';

/** the life of a written report; one that nobody owes any more, since the unit was corrected, ends. */
export const qualityReportSteps = defineSteps<QualityReportState, 'submit' | 'review' | 'define-action' | 'close' | 'withdraw'>({
  initial: 'due',
  steps: {
    submit: { from: ['due'], to: 'submitted' },
    review: { from: ['submitted'], to: 'under_review' },
    'define-action': { from: ['under_review'], to: 'action_defined' },
    close: { from: ['action_defined'], to: 'closed' },
    withdraw: { from: ['due'], to: 'closed' },
  },
  final: ['closed'],
});

/** Domain 1: who may do what with a report he may see; the quality engineer answers. */
const REPORT_ROLES = {
  submit: DEALER_ROLES,
  review: ['quality_engineer'],
  'define-action': ['quality_engineer'],
  close: ['quality_engineer'],
  'read-answer': DEALER_ROLES,
} as const satisfies Record<string, readonly string[]>;
export type ReportAction = keyof typeof REPORT_ROLES;

/** Refuses permission_denied ROLE_NOT_ALLOWED when the role may not do it on any report. */
export function requireReportRole(action: ReportAction, role: string): void {
  requireRole(role, REPORT_ROLES[action], `quality-report.${action}`);
}

/** the answer can be read once it is given. */
export function refuseUnanswered(state: QualityReportState): void {
  if (state !== 'action_defined' && state !== 'closed') {
    throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The report is not answered yet.', { action: 'read-answer', state });
  }
}

/** The buttons of a report for one role, each with the reason when it is refused. */
export function reportActions(state: QualityReportState, role: string): { action: ReportAction; reason?: string }[] {
  return (Object.keys(REPORT_ROLES) as ReportAction[]).map((action) => ({
    action,
    reason: refusalReason(() => {
      requireReportRole(action, role);
      if (action === 'read-answer') refuseUnanswered(state);
      else qualityReportSteps.next(action, state);
    }),
  }));
}

/** a report is due in the unboxing stage, or when anyone marked a design defect at any stage. */
export function needsQualityReport(stage: string, faults: { designDefect: boolean }[]): boolean {
  return stage === 'unboxing' || faults.some(({ designDefect }) => designDefect);
}

/** Where a report stands in its life. */
interface Standing {
  state: QualityReportState;
  submittedAt: string | null;
  closedAt: string | null;
}

/** whether a report takes what was found then: an open one everything, a closed one what was found before; one that ended because nobody owed it, nothing. */
export function takes({ state, submittedAt, closedAt }: Standing, foundAt: string): boolean {
  if (state !== 'closed') return true;
  return submittedAt !== null && closedAt !== null && compareInstant(foundAt, closedAt) <= 0;
}

/**
 * the records all of whose faults count as design defects: of a marked report, none of whose own records names one, since nobody
 * said of which. The reports stand in their order; a record is its own dealer's report's first, and what none of them takes is the last one's.
 */
export function markedOnly<R extends { dealerId: string; recordedAt: string; faults: { designDefect: boolean }[] }>(
  reports: readonly (Standing & { dealerId: string; designDefect: boolean })[], records: readonly R[],
): Set<R> {
  const reportOf = ({ dealerId, recordedAt }: R) => {
    const taking = reports.filter((report) => takes(report, recordedAt));
    return taking.find((report) => report.dealerId === dealerId) ?? taking[0] ?? reports.at(-1);
  };
  const named = new Set(records.filter(({ faults }) => faults.some(({ designDefect }) => designDefect)).map(reportOf));
  return new Set(records.filter((record) => reportOf(record)?.designDefect && !named.has(reportOf(record))));
}

/**
 * what becomes of a report when the unit of its call is corrected. It follows the unit; one that nobody handed in ends where it is
 * not owed at the right unit's stage, and is due again where it is. What was handed in takes its way.
 */
export function afterCorrection(
  { state, designDefect, submittedAt }: { state: QualityReportState; designDefect: boolean; submittedAt: string | null },
  stage: string,
): 'follows' | 'ends' | 'due-again' {
  const owed = needsQualityReport(stage, [{ designDefect }]);
  if (state === 'due') return owed ? 'follows' : 'ends';
  return owed && submittedAt === null ? 'due-again' : 'follows';
}

/** What is handed in. */
export interface ReportDraft {
  description: string;
  cause: string;
  action: string;
  visibleDamage: boolean;
  photos: unknown[];
  affectedSerials: string[];
  lot: string;
}

/**
 * description → cause → proposed remedy are all filled, visible damage is shown on at least one photo, and a report whose
 * unit has no serial says which serials or lot are affected.
 */
export function refuseIncompleteReport(draft: ReportDraft, serial: string): void {
  for (const field of ['description', 'cause', 'action'] as const) {
    if (draft[field].trim() === '') {
      throw new Refusal('invalid_argument', 'REPORT_INCOMPLETE', 'Description, cause and proposed remedy must all be filled.', { field });
    }
  }
  if (draft.visibleDamage && draft.photos.length === 0) {
    throw new Refusal('invalid_argument', 'EVIDENCE_MISSING', 'Visible damage needs at least one photo.', { field: 'photos' });
  }
  if (serial === '' && !namesAny(draft.affectedSerials, [draft.lot])) throw affectedMissing('affectedSerials');
}

/** R-7, C-2: serials as a report keeps them: in their one spelling, each once. Whether they are registered is shown beside them, and holds nobody up. */
export function spelledSerials(typed: readonly string[]): string[] {
  return [...new Set(typed.map(serialText))].filter((serial) => serial !== '');
}

/** The manufacturer's answer. */
export interface ReportAnswer {
  answer: string;
  actionSerials: string[];
  actionLots: string[];
  warnsOthers: boolean;
  warning: string;
}

/** an answer says what is to be done; a warning to other dealers says what they should know, and of which serials or lots. */
export function refuseIncompleteAnswer(answer: ReportAnswer): void {
  if (answer.answer.trim() === '') throw new Refusal('invalid_argument', 'ANSWER_INCOMPLETE', 'Say what is to be done.', { field: 'answer' });
  if (!answer.warnsOthers) return;
  if (answer.warning.trim() === '') throw new Refusal('invalid_argument', 'WARNING_MISSING', 'Say what other dealers should know.', { field: 'warning' });
  if (!namesAny(answer.actionSerials, answer.actionLots)) throw affectedMissing('actionSerials');
}

/** a design defect is marked once. */
export function refuseSecondMark(report: { designDefect: boolean; number: string }): void {
  if (report.designDefect) {
    throw new Refusal('already_exists', 'DESIGN_DEFECT_MARKED', `Report ${report.number} is marked as a design defect already.`, { number: report.number });
  }
}

const namesAny = (serials: string[], lots: string[]): boolean => [...serials, ...lots].some((each) => each.trim() !== '');

function affectedMissing(field: string): Refusal {
  return new Refusal('invalid_argument', 'AFFECTED_MISSING', 'Name the serials or lots that are affected.', { field });
}
