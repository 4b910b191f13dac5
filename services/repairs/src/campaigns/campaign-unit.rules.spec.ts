import { refusalReason } from '@aftercare/domain';
import { callSteps } from '../calls/call.rules.js';
import { campaignUnitActions, campaignUnitSteps, isSolved, refuseOtherCall, refuseOutcome, refuseUnshown, type CampaignUnitState } from './campaign-unit.rules.js';

describe('units of a campaign (Q-5)', () => {
  const outcome = (of: string, kind: 'mark' | 'decide', role: string, campaign = 'running') => refusalReason(() => refuseOutcome(of, kind, { campaign, role }));
  const LAUNCHED = '2026-03-01T10:00:00.000Z';
  const solved = { unitId: 'u', unitSerial: '', state: 'filed', dealerId: 'd', resolvedAt: '2026-03-02T10:00:00.000Z' };
  const unit = { unitId: 'u', serial: 'SN-1', dealerId: 'd' };

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
    const call = (changed: object) => refusalReason(() => refuseOtherCall({ ...solved, ...changed }, unit, LAUNCHED));
    expect([call({}), call({ unitId: null, unitSerial: ' sn-1 ' }), call({ state: 'resolved' })]).toEqual([undefined, undefined, undefined]);
    expect([call({ unitId: 'x' }), call({ unitId: null, unitSerial: 'SN-10' }), call({ state: 'on_site' })]).toEqual(Array(3).fill('CALL_NOT_SOLVED'));
  });

  it('Q-5: the call is the unit’s dealer’s; a unit that no dealer has may be done by any', () => {
    const call = (dealerId: string | null, of: string | null) => refusalReason(() => refuseOtherCall({ ...solved, dealerId }, { ...unit, dealerId: of }, LAUNCHED));
    expect([call('d', 'd'), call('d', null)]).toEqual([undefined, undefined]);
    expect(call('e', 'd')).toBe('CALL_OF_OTHER_DEALER');
  });

  it('Q-5: the call was solved after the campaign was launched', () => {
    const at = (resolvedAt: string | null) => refusalReason(() => refuseOtherCall({ ...solved, resolvedAt }, unit, LAUNCHED));
    expect([at('2026-03-01T10:00:00.000Z'), at('2026-03-01T18:00:00.001+08:00')]).toEqual([undefined, undefined]);
    expect([at('2026-03-01T09:59:59.999Z'), at('2026-03-01T17:59:59+08:00'), at(null)]).toEqual(['CALL_BEFORE_LAUNCH', 'CALL_BEFORE_LAUNCH', 'CALL_NOT_SOLVED']);
  });

  it('Q-5: the record of a call shows work while the call is solved', () => {
    expect(callSteps.states.filter(isSolved)).toEqual(['resolved', 'confirmed', 'filed']);
  });

  it('Q-5: the buttons of a unit', () => {
    const may = (state: CampaignUnitState, role: string) => campaignUnitActions({ state, campaign: 'running' }, role).filter(({ reason }) => !reason).map(({ action }) => action);
    expect([may('unreachable', 'dealer_manager'), may('done', 'dealer_manager'), may('done', 'quality_engineer'), may('open', 'quality_engineer'), may('open', 'service_supervisor')]).toEqual(
      [['contacted', 'unreachable', 'done'], [], ['reopen'], ['exclude'], []]);
  });
});
