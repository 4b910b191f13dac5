import { defineSteps, Refusal, refusalReason, requireRole, type Role } from '@aftercare/domain';

export type ChecklistState = 'draft' | 'published' | 'superseded';

/** C-4: a draft is published and superseded by the family's next one. */
export const checklistSteps = defineSteps<ChecklistState, 'publish' | 'supersede'>({
  initial: 'draft',
  steps: { publish: { from: ['draft'], to: 'published' }, supersede: { from: ['published'], to: 'superseded' } },
  final: ['superseded'],
});

/** A point of a checklist. */
export interface Point {
  code: string;
  name: string;
  nameEn: string;
  required: boolean;
}

const MAY: Record<'draft' | 'publish', readonly Role[]> = { draft: ['service_clerk', 'quality_engineer'], publish: ['service_supervisor'] };
const CODE = /^[a-z][a-z0-9_]{0,39}$/;
const NAME_LENGTH_MAX = 100;
const POINTS_MAX = 50;

/** Clerk and quality engineer draft, the supervisor publishes. Refuses ROLE_NOT_ALLOWED. */
export function requireChecklistRole(what: 'draft' | 'publish', role: string): void {
  requireRole(role, MAY[what], what);
}

/** C-4: 1 to 50 points, each with its own code and names in both languages. Refuses CHECKLIST_ITEMS_INVALID. */
export function checkPoints(points: readonly Point[]): void {
  if (points.length === 0 || points.length > POINTS_MAX) throw refused('points', 'CHECKLIST_ITEMS_INVALID', `A checklist has 1 to ${POINTS_MAX} points.`);
  const codes = new Set<string>();
  points.forEach(({ code, name, nameEn }, at) => {
    if (!CODE.test(code) || codes.has(code)) throw refused(`points[${at}].code`, 'CHECKLIST_ITEMS_INVALID', 'A point has a code of its own in lower snake case.');
    for (const [field, text] of [['name', name], ['nameEn', nameEn]] as const) {
      if (text === '' || text.length > NAME_LENGTH_MAX) throw refused(`points[${at}].${field}`, 'CHECKLIST_ITEMS_INVALID', 'A name is missing or too long.');
    }
    codes.add(code);
  });
}

/** C-4: only a draft is changed. Refuses STEP_NOT_ALLOWED. */
export function requireDraft(state: ChecklistState): void {
  checklistSteps.next('publish', state);
}

/** C-4: published by somebody other than who drafted. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER. */
export function publish(checklist: { state: ChecklistState; draftedBy: string }, userId: string): ChecklistState {
  const next = checklistSteps.next('publish', checklist.state);
  if (checklist.draftedBy === userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'A checklist is published by somebody other than who drafted it.');
  }
  return next;
}

/** C-4: the required points that nobody answered. */
export function unanswered(points: readonly Point[], answers: readonly { code: string }[]): string[] {
  const answered = new Set(answers.map(({ code }) => code));
  return points.filter(({ code, required }) => required && !answered.has(code)).map(({ code }) => code);
}

/** What the caller may do with a checklist now, and why not. */
export function checklistActions(checklist: { state: ChecklistState; draftedBy: string }, actor: { userId: string; role: string }): { action: string; reason?: string }[] {
  return [
    { action: 'update', reason: refusalReason(() => { requireChecklistRole('draft', actor.role); requireDraft(checklist.state); }) },
    { action: 'publish', reason: refusalReason(() => { requireChecklistRole('publish', actor.role); publish(checklist, actor.userId); }) },
  ];
}

function refused(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
