import { Refusal, defineSteps } from '@aftercare/domain';

/** a code is drafted and then published by the supervisor (domain 1). */
export const faultCodeSteps = defineSteps<'draft' | 'published', 'publish'>({
  initial: 'draft',
  steps: { publish: { from: ['draft'], to: 'published' } },
  final: ['published'],
});

const PARENTS: Record<string, string | null> = { fault: null, cause: 'fault', action: 'cause' };

/** family → fault → cause → action; a fault stands under its family alone. */
export function parentKindOf(kind: string): string | null {
  return PARENTS[kind] ?? null;
}

/** a code has a kind of the list, a family, a code, a text, and the parent its kind needs. */
export function refuseIncompleteCode(draft: { kind: string; family: string; code: string; name: string; parentCode: string }): void {
  if (!Object.hasOwn(PARENTS, draft.kind)) throw invalid('KIND_UNKNOWN', 'kind', 'A code is a fault, a cause or an action.');
  for (const field of ['family', 'code', 'name'] as const) {
    if (draft[field].trim() === '') throw invalid('FIELD_MISSING', field, 'Fill this field.');
  }
  if (parentKindOf(draft.kind) === null && draft.parentCode !== '') throw invalid('PARENT_UNKNOWN', 'parentCode', 'A fault has no parent.');
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
