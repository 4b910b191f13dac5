import { refusalReason } from '@aftercare/domain';
import { campaignUnitActions, campaignUnitSteps, refuseOtherCall, refuseOutcome, refuseUnshown, type CampaignUnitState } from './campaign-unit.rules.js';

describe('units of a campaign (Q-5)', () => {
  const outcome = (of: string, kind: 'mark' | 'decide', role: string, campaign = 'running') => refusalReason(() => refuseOutcome(of, kind, { campaign, role }));

  it('Q-5: every state is reached and leads on', () => {
    expect([campaignUnitSteps.unreachable(), campaignUnitSteps.deadEnds()]).toEqual([[], []]);
  });

  it('Q-5: dealer and clerk mark what became of a unit, the manufacturer takes out and opens again', () => {
    expect([outcome('done', 'mark', 'dealer_technician'), outcome('exclude', 'decide', 'quality_engineer')]).toEqual([undefined, undefined]);
    expect([outcome('exclude', 'mark', 'quality_engineer'), outcome('done', 'decide', 'quality_engineer')]).toEqual(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN']);
    expect([outcome('done', 'mark', 'finance_clerk'), outcome('reopen', 'decide', 'dealer_manager')]).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED']);
    expect(['draft', 'closed', 'cancelled'].map((campaign) => outcome('done', 'mark', 'dealer_manager', campaign))).toEqual(Array(3).fill('STEP_NOT_ALLOWED'));
  });

  it('Q-5: done is shown by the record of a call on that unit, or said and shown by a photo', () => {
    const shown = (done: object) => refusalReason(() => refuseUnshown({ note: '', callId: '', photos: [], ...done }));
    expect([shown({ callId: 'c' }), shown({ note: '已换', photos: [1] })]).toEqual([undefined, undefined]);
    expect([shown({}), shown({ note: '已换' }), shown({ photos: [1] })]).toEqual(Array(3).fill('EVIDENCE_MISSING'));
  });

  it('Q-5: the call is on the same unit, by id or serial, and solved', () => {
    const call = (changed: object) => refusalReason(() => refuseOtherCall({ unitId: 'u', unitSerial: '', state: 'filed', ...changed }, { unitId: 'u', serial: 'SN-1' }));
    expect([call({}), call({ unitId: null, unitSerial: ' sn-1 ' }), call({ state: 'resolved' })]).toEqual([undefined, undefined, undefined]);
    expect([call({ unitId: 'x' }), call({ unitId: null, unitSerial: 'SN-10' }), call({ state: 'on_site' })]).toEqual(Array(3).fill('CALL_NOT_SOLVED'));
  });

  it('Q-5: the buttons of a unit', () => {
    const may = (state: CampaignUnitState, role: string) => campaignUnitActions({ state, campaign: 'running' }, role).filter(({ reason }) => !reason).map(({ action }) => action);
    expect([may('unreachable', 'dealer_manager'), may('done', 'dealer_manager'), may('done', 'quality_engineer'), may('open', 'quality_engineer'), may('open', 'service_supervisor')]).toEqual(
      [['contacted', 'unreachable', 'done'], [], ['reopen'], ['exclude'], []]);
  });
});
