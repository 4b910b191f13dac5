import { checkModel, modelActions, modelSteps, publish, type ModelFacts } from './model.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const draft: ModelFacts = { state: 'draft', draftedBy: 'clerk', termsPending: true };
const supervisor = { userId: 's', role: 'service_supervisor' };

describe('a product model', () => {
  it('W-9: is drafted by a clerk or quality engineer and put into force by a supervisor who did not draft it', () => {
    expect(modelSteps.unreachable()).toEqual([]);
    expect(publish(draft, supervisor)).toBe('published');
    expect(() => publish(draft, { userId: 'clerk', role: 'service_supervisor' })).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(modelActions(draft, supervisor)).toEqual([{ action: 'update', reason: 'ROLE_NOT_ALLOWED' }, { action: 'publish', reason: undefined }]);
    expect(modelActions(draft, { userId: 'q', role: 'quality_engineer' })).toEqual([{ action: 'update', reason: undefined }, { action: 'publish', reason: 'ROLE_NOT_ALLOWED' }]);
  });

  it('W-9: is published again only when changed terms wait', () => {
    expect(publish({ ...draft, state: 'published' }, supervisor)).toBe('published');
    expect(() => publish({ ...draft, state: 'published', termsPending: false }, supervisor)).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('has a code, a name and a family', () => {
    const model = { code: 'HP-100/2', name: '智能马桶', nameEn: '', family: 'toilet' };
    expect(() => checkModel(model)).not.toThrow();
    expect(() => checkModel({ ...model, code: '__proto__' })).toThrow(refusal('CODE_INVALID'));
    expect(() => checkModel({ ...model, name: '' })).toThrow(refusal('NAME_INVALID'));
    expect(() => checkModel({ ...model, family: '' })).toThrow(refusal('FAMILY_INVALID'));
  });
});
