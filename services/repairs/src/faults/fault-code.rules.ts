import { Refusal, defineSteps, refusalReason, requireRole } from '@aftercare/domain';

export type FaultCodeState = 'draft' | 'published' | 'inactive';

/** a code is drafted, published by the supervisor (domain 1), taken out of use and brought back. */
export const faultCodeSteps = defineSteps<FaultCodeState, 'update' | 'publish' | 'deactivate'>({
  initial: 'draft',
  steps: {
    update: { from: ['draft'], to: 'draft' },
    publish: { from: ['draft', 'inactive'], to: 'published' },
    deactivate: { from: ['published'], to: 'inactive' },
  },
});

const CODE_ROLES = {
  create: ['service_clerk', 'quality_engineer'],
  update: ['service_clerk', 'quality_engineer'],
  publish: ['service_supervisor'],
  deactivate: ['service_supervisor'],
} as const satisfies Record<string, readonly string[]>;

/** Refuses permission_denied ROLE_NOT_ALLOWED. */
export function requireCodeRole(action: keyof typeof CODE_ROLES, role: string): void {
  requireRole(role, CODE_ROLES[action], `fault-code.${action}`);
}

/** The buttons of a code for one role. */
export function codeActions(state: FaultCodeState, role: string): { action: string; reason?: string }[] {
  return (['update', 'publish', 'deactivate'] as const).map((action) => ({
    action,
    reason: refusalReason(() => {
      requireCodeRole(action, role);
      faultCodeSteps.next(action, state);
    }),
  }));
}

const PARENTS: Record<string, string | null> = { fault: null, cause: 'fault', action: 'cause' };
const CODE = /^[A-Za-z0-9*][A-Za-z0-9_.\-*]{0,39}$/;
const NAME_MAX = 200;

/** family → fault → cause → action; a fault stands under its family alone. */
export function parentKindOf(kind: string): string | null {
  return PARENTS[kind] ?? null;
}

/** A code of the catalogue as somebody drafts it. */
export interface CodeDraft {
  kind: string;
  family: string;
  code: string;
  name: string;
  nameEn: string;
  parentCode: string;
}

/** a code has a kind of the list, a family, a code, a text, and the parent its kind needs. */
export function refuseIncompleteCode(draft: CodeDraft): void {
  if (!Object.hasOwn(PARENTS, draft.kind)) throw invalid('KIND_UNKNOWN', 'kind', 'A code is a fault, a cause or an action.');
  for (const field of ['family', 'code'] as const) {
    if (draft[field].trim() === '') throw invalid('FIELD_MISSING', field, 'Fill this field.');
    if (!CODE.test(draft[field])) throw invalid(field === 'code' ? 'CODE_INVALID' : 'FAMILY_INVALID', field, 'Letters, digits and dashes, at most 40.');
  }
  refuseWrongNames(draft);
  const needsParent = parentKindOf(draft.kind) !== null;
  if (needsParent !== (draft.parentCode !== '')) {
    throw invalid('PARENT_UNKNOWN', 'parentCode', needsParent ? 'Name the code above it.' : 'A fault has no parent.');
  }
}

/** the Chinese text is there, and neither is too long. */
export function refuseWrongNames({ name, nameEn }: Pick<CodeDraft, 'name' | 'nameEn'>): void {
  if (name.trim() === '') throw invalid('FIELD_MISSING', 'name', 'Fill this field.');
  for (const [field, text] of [['name', name], ['nameEn', nameEn]] as const) {
    if ([...text].length > NAME_MAX) throw invalid('NAME_INVALID', field, `At most ${NAME_MAX} characters.`);
  }
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
