import { refusalReason } from '@aftercare/domain';
import { codeActions, faultCodeSteps, parentKindOf, refuseIncompleteCode } from './fault-code.rules.js';

const draft = { kind: 'cause', family: 'faucet', code: 'C01', name: '阀芯磨损', nameEn: '', parentCode: 'F01' };

describe('the fault catalogue (R-16)', () => {
  it('R-16: family → fault code → cause code → action code', () => {
    expect([parentKindOf('fault'), parentKindOf('cause'), parentKindOf('action')]).toEqual([null, 'fault', 'cause']);
  });

  it('R-16: a code needs its kind, family, code and text, and a fault has no parent', () => {
    expect(() => refuseIncompleteCode(draft)).not.toThrow();
    expect(() => refuseIncompleteCode({ ...draft, kind: 'mood' })).toThrow(expect.objectContaining({ reason: 'KIND_UNKNOWN' }));
    expect(() => refuseIncompleteCode({ ...draft, name: ' ' })).toThrow(expect.objectContaining({ reason: 'FIELD_MISSING' }));
    expect(() => refuseIncompleteCode({ ...draft, kind: 'fault' })).toThrow(expect.objectContaining({ reason: 'PARENT_UNKNOWN' }));
  });

  it('R-16: codes and texts keep their form, and what is no fault has its parent', () => {
    const refusal = (changed: object) => refusalReason(() => refuseIncompleteCode({ ...draft, ...changed }));
    expect([refusal({ code: '=1' }), refusal({ family: '龙头' }), refusal({ nameEn: 'x'.repeat(201) }), refusal({ parentCode: '' })]).toEqual(
      ['CODE_INVALID', 'FAMILY_INVALID', 'NAME_INVALID', 'PARENT_UNKNOWN']);
  });

  it('R-16: a draft is published, a published code taken out of use and brought back', () => {
    expect(faultCodeSteps.next('publish', 'draft')).toBe('published');
    expect(() => faultCodeSteps.next('publish', 'published')).toThrow('not possible');
    expect([faultCodeSteps.next('deactivate', 'published'), faultCodeSteps.next('publish', 'inactive')]).toEqual(['inactive', 'published']);
    expect([faultCodeSteps.unreachable(), faultCodeSteps.deadEnds()]).toEqual([[], []]);
  });

  it('R-16: clerk and quality engineer draft, the supervisor publishes and takes out of use', () => {
    const may = (role: string) => (['draft', 'published', 'inactive'] as const).map((state) => codeActions(state, role).filter(({ reason }) => !reason).map(({ action }) => action));
    expect(may('quality_engineer')).toEqual([['update'], [], []]);
    expect(may('service_supervisor')).toEqual([['publish'], ['deactivate'], ['publish']]);
    expect(may('dealer_manager').flat()).toEqual([]);
  });
});
