import { Refusal, defineSteps, type QualityReportState } from '@aftercare/domain';

/** the life of a written report. */
export const qualityReportSteps = defineSteps<QualityReportState, 'submit' | 'review' | 'define-action' | 'close'>({
  initial: 'due',
  steps: {
    submit: { from: ['due'], to: 'submitted' },
    review: { from: ['submitted'], to: 'under_review' },
    'define-action': { from: ['under_review'], to: 'action_defined' },
    close: { from: ['action_defined'], to: 'closed' },
  },
  final: ['closed'],
});

/** a report is due in the unboxing stage, or when anyone marked a design defect at any stage. */
export function needsQualityReport(stage: string, faults: { designDefect: boolean }[]): boolean {
  return stage === 'unboxing' || faults.some(({ designDefect }) => designDefect);
}

/** What is handed in. */
export interface ReportDraft {
  description: string;
  cause: string;
  action: string;
  visibleDamage: boolean;
  photos: unknown[];
}

/** description → cause → proposed remedy are all filled, and visible damage is shown on at least one photo. */
export function refuseIncompleteReport(draft: ReportDraft): void {
  for (const field of ['description', 'cause', 'action'] as const) {
    if (draft[field].trim() === '') {
      throw new Refusal('invalid_argument', 'REPORT_INCOMPLETE', 'Description, cause and proposed remedy must all be filled.', { field });
    }
  }
  if (draft.visibleDamage && draft.photos.length === 0) {
    throw new Refusal('invalid_argument', 'EVIDENCE_MISSING', 'Visible damage needs at least one photo.', { field: 'photos' });
  }
}
