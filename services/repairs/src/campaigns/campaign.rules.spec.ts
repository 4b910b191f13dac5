import { ROLES, refusalReason } from '@aftercare/domain';
import {
  campaignActions, campaignSteps, collectedState, hasConditions, refuseCollecting, refuseLaunch, refuseSilentEnd, refuseUnknownModels, refuseWrongContent, requireCampaignRole, type CampaignState, type Selection,
} from './campaign.rules.js';

const none: Selection = { serials: [], lots: [], modelIds: [], serialFrom: '', serialTo: '', manufacturedFrom: '', manufacturedTo: '', dispatchedFrom: '', dispatchedTo: '' };
const good = { kind: 'recall', title: '阀芯', problem: '开裂', remedy: '更换', selection: { ...none, serials: ['SN-1'] }, parts: [{ partId: 'p', quantity: 2 }], dueOn: '2026-12-31' };
const content = (changed: object) => refusalReason(() => refuseWrongContent({ ...good, ...changed }, '2026-03-10'));
const selecting = (changed: Partial<Selection>) => content({ selection: { ...none, ...changed } });

describe('campaigns (Q-5)', () => {
  it('Q-5: every state is reached and leads on; revising forgets what was collected', () => {
    expect([campaignSteps.unreachable(), campaignSteps.deadEnds()]).toEqual([[], []]);
    expect(campaignSteps.next('revise', 'collected')).toBe('draft');
    expect(refusalReason(() => campaignSteps.next('revise', 'running'))).toBe('STEP_NOT_ALLOWED');
    expect(refusalReason(() => campaignSteps.next('launch', 'draft'))).toBe('STEP_NOT_ALLOWED');
  });

  it('Q-5: units are collected before the launch and again while it runs', () => {
    expect((['draft', 'collected', 'running'] as CampaignState[]).map(collectedState)).toEqual(['collected', 'collected', 'running']);
    expect(['running', 'closed', 'cancelled'].map((state) => refusalReason(() => refuseCollecting(state as CampaignState)))).toEqual([undefined, 'STEP_NOT_ALLOWED', 'STEP_NOT_ALLOWED']);
  });

  it('Q-5: it says what is wrong, what is done, until when, with which parts', () => {
    expect(content({})).toBeUndefined();
    expect([{ title: ' ' }, { problem: '' }, { remedy: '' }, { kind: 'party' }].map(content)).toEqual(Array(4).fill('FIELD_MISSING'));
    expect([content({ dueOn: '2026-03-09' }), content({ dueOn: '2026-02-30' }), content({ dueOn: '2026-03-10' })]).toEqual(['DATE_IN_PAST', 'INVALID_DATE', undefined]);
    expect([content({ parts: [{ partId: 'p', quantity: 0 }] }), content({ parts: [good.parts[0], good.parts[0]] })]).toEqual(['QUANTITY_INVALID', 'QUANTITY_INVALID']);
  });

  it('Q-5: the units are named by serials, by lots, or by conditions whose ends are in order', () => {
    expect([selecting({ lots: ['L-7'] }), selecting({ modelIds: ['m'] }), selecting({ serialFrom: 'A' }), selecting({ dispatchedTo: '2026-01-01' })]).toEqual(Array(4).fill(undefined));
    expect(selecting({})).toBe('SELECTION_MISSING');
    expect(selecting({ manufacturedFrom: '2026-02-01', manufacturedTo: '2026-01-31' })).toBe('PERIOD_REVERSED');
    expect(selecting({ dispatchedFrom: '2026-02-30' })).toBe('INVALID_DATE');
    expect([selecting({ serialFrom: 'Z', serialTo: 'A' }), selecting({ serialFrom: ' b-2', serialTo: 'B-10' })]).toEqual(Array(2).fill('RANGE_REVERSED'));
    expect([selecting({ serialFrom: 'a-1', serialTo: 'B-1' }), selecting({ serialFrom: 'A', serialTo: ' a ' }), selecting({ serialTo: 'A' })]).toEqual(Array(3).fill(undefined));
    expect([hasConditions(good.selection), hasConditions({ ...none, manufacturedTo: '2026-01-01' })]).toEqual([false, true]);
  });

  it('Q-5: a model that the registry does not know is refused, with its place in the list', () => {
    expect(refusalReason(() => refuseUnknownModels(['a', 'b'], new Set(['b', 'a'])))).toBeUndefined();
    expect(() => refuseUnknownModels(['a', 'x'], new Set(['a']))).toThrow(expect.objectContaining({ reason: 'MODEL_UNKNOWN', details: { field: 'selection.modelIds[1]' } }));
  });

  it('Q-5: it starts with at least one unit, a recall with a letter; one that ends early says why', () => {
    expect([refusalReason(() => refuseLaunch({ kind: 'service', letter: '' }, 0)), refusalReason(() => refuseLaunch({ kind: 'service', letter: '' }, 1))]).toEqual(['CAMPAIGN_EMPTY', undefined]);
    expect(refusalReason(() => refuseLaunch({ kind: 'recall', letter: ' ' }, 1))).toBe('LETTER_MISSING');
    expect([refusalReason(() => refuseSilentEnd(1, ' ')), refusalReason(() => refuseSilentEnd(1, '到期')), refusalReason(() => refuseSilentEnd(0, ''))]).toEqual(['REASON_MISSING', undefined, undefined]);
  });

  it('Q-5: the quality engineer changes it; the buttons say so', () => {
    expect(ROLES.filter((role) => refusalReason(() => requireCampaignRole('launch', role)) === undefined)).toEqual(['quality_engineer']);
    const may = (state: CampaignState, role = 'quality_engineer') => campaignActions(state, role).filter(({ reason }) => !reason).map(({ action }) => action);
    expect([may('draft'), may('collected'), may('running'), may('closed'), may('draft', 'dealer_manager')]).toEqual(
      [['revise', 'collect', 'cancel'], ['revise', 'collect', 'launch', 'cancel'], ['collect', 'close', 'cancel'], [], []]);
  });
});
