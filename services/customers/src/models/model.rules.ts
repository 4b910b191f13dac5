import { defineSteps, Refusal, refusalReason, requireRole, type Role } from '@aftercare/domain';
import { checkFamilyCode } from '../families/family.rules.js';

export type ModelState = 'draft' | 'published';

/** A model's life; publishing again puts changed terms into force. */
export const modelSteps = defineSteps<ModelState, 'publish' | 'republish'>({
  initial: 'draft',
  steps: { publish: { from: ['draft'], to: 'published' }, republish: { from: ['published'], to: 'published' } },
});

const MAY: Record<'draft' | 'publish', readonly Role[]> = { draft: ['service_clerk', 'quality_engineer'], publish: ['service_supervisor'] };
const CODE = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$/;
const NAME_LENGTH_MAX = 200;

/** A model before a step. */
export interface ModelFacts {
  state: ModelState;
  draftedBy: string;
  /** Changed terms wait to be published. */
  termsPending: boolean;
}

export interface Actor {
  userId: string;
  role: string;
}

/** Clerk and quality engineer draft, the supervisor publishes. Refuses ROLE_NOT_ALLOWED. */
export function requireModelRole(what: 'draft' | 'publish', role: string): void {
  requireRole(role, MAY[what], what);
}

/** Refuses CODE_INVALID, NAME_INVALID, FAMILY_INVALID. */
export function checkModel(model: { code: string; name: string; nameEn: string; family: string }): void {
  if (!CODE.test(model.code)) throw refused('code', 'CODE_INVALID', 'A model code has 1 to 40 letters, digits and "-_./".');
  if (model.name === '' || model.name.length > NAME_LENGTH_MAX) throw refused('name', 'NAME_INVALID', 'The name is missing or too long.');
  if (model.nameEn.length > NAME_LENGTH_MAX) throw refused('nameEn', 'NAME_INVALID', 'The name is too long.');
  checkFamilyCode(model.family, 'family');
}

/**
 * W-9: the state after publishing, by somebody other than who drafted. Refuses STEP_NOT_ALLOWED (nothing waits to be
 * published), APPROVER_IS_REQUESTER.
 */
export function publish(model: ModelFacts, actor: Actor): ModelState {
  const waiting = model.state === 'draft' || model.termsPending;
  const next = modelSteps.next(waiting && model.state === 'published' ? 'republish' : 'publish', model.state);
  if (model.draftedBy === actor.userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'A model is published by somebody other than who drafted it.');
  }
  return next;
}

/** W-9: a draft, and changed terms that wait, are the manufacturer's; a dealer reads what was published. */
export function readsModel(model: { state: ModelState }, reader: { dealerId: string | null }): boolean {
  return model.state === 'published' || reader.dealerId === null;
}

export function readsTerms(terms: { published: boolean }, reader: { dealerId: string | null }): boolean {
  return terms.published || reader.dealerId === null;
}

/** What the caller may do with a model now, and why not. */
export function modelActions(model: ModelFacts, actor: Actor): { action: string; reason?: string }[] {
  return [
    { action: 'update', reason: refusalReason(() => requireModelRole('draft', actor.role)) },
    { action: 'publish', reason: refusalReason(() => { requireModelRole('publish', actor.role); publish(model, actor); }) },
  ];
}

function refused(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
