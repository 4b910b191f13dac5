import { checklistActions, checklistSteps, checkPoints, publish, requireChecklistRole, requireDraft, unanswered, type Point } from './checklist.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const point = (code: string, required = true): Point => ({ code, name: '不漏水', nameEn: 'No leak', required });

describe('a family’s checklist', () => {
  it('C-4: every state is reached', () => {
    expect(checklistSteps.next('publish', 'draft')).toBe('published');
    expect(checklistSteps.next('supersede', 'published')).toBe('superseded');
    expect(() => requireDraft('published')).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('C-4: is drafted by clerk and quality engineer, and published by a supervisor who did not draft it', () => {
    for (const role of ['service_clerk', 'quality_engineer']) expect(() => requireChecklistRole('draft', role)).not.toThrow();
    for (const role of ['service_clerk', 'dealer_manager']) expect(() => requireChecklistRole('publish', role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(publish({ state: 'draft', draftedBy: 'a' }, 'b')).toBe('published');
    expect(() => publish({ state: 'draft', draftedBy: 'a' }, 'a')).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(checklistActions({ state: 'draft', draftedBy: 'a' }, { userId: 'b', role: 'service_supervisor' })).toEqual([
      { action: 'update', reason: 'ROLE_NOT_ALLOWED' }, { action: 'publish', reason: undefined },
    ]);
  });

  it('C-4: has points with codes of their own and names in both languages', () => {
    expect(() => checkPoints([point('no_leak'), point('level', false)])).not.toThrow();
    for (const points of [[], [point('No')], [point('a'), point('a')], [{ ...point('a'), nameEn: '' }], Array.from({ length: 51 }, (_, at) => point(`p${at}`))]) {
      expect(() => checkPoints(points)).toThrow(refusal('CHECKLIST_ITEMS_INVALID'));
    }
  });

  it('C-4: names the required points that nobody answered', () => {
    expect(unanswered([point('a'), point('b', false), point('c')], [{ code: 'a' }, { code: 'x' }])).toEqual(['c']);
    expect(unanswered([], [])).toEqual([]);
  });
});
