import { ROLES, refusalReason } from '@aftercare/domain';
import {
  correctiveActions, correctiveSteps, isLate, nextStepOf, refusePlanOf, refuseWrongPlan, refuseWrongSource, requireCorrectiveRole, requireSaid, type CorrectiveState, type DueStep,
} from './corrective-action.rules.js';

const plan = (...days: string[]): DueStep[] => (['containment', 'root_cause', 'action', 'check'] as const).map((step, at) => ({ step, dueOn: days[at] ?? '2026-06-30' }));
const planned = (days: string[], kept: DueStep[] = []) => refusalReason(() => refuseWrongPlan(plan(...days), '2026-03-10', kept));
const from = (reportId: string, ...figure: [string, string][]) => refusalReason(() => refuseWrongSource({ reportId, figure: figure.map(([name, value]) => ({ name, value })) }));

describe('corrective actions (Q-4)', () => {
  it('Q-4: containment, root cause, action and effectiveness check follow each other; every state is reached and leads on', () => {
    expect(correctiveSteps.unreachable()).toEqual([]);
    expect(correctiveSteps.deadEnds()).toEqual([]);
    const states: CorrectiveState[] = ['open', 'contained', 'cause_found', 'implemented', 'closed', 'cancelled'];
    expect(states.map(nextStepOf)).toEqual(['containment', 'root_cause', 'action', 'check', undefined, undefined]);
    expect(refusalReason(() => correctiveSteps.next('action', 'open'))).toBe('STEP_NOT_ALLOWED');
  });

  it('Q-4: an action that was not effective leads back to the search for the cause; the containment holds on', () => {
    expect(correctiveSteps.next('repeat', 'implemented')).toBe('contained');
    expect(correctiveSteps.next('check', 'implemented')).toBe('closed');
    expect(refusalReason(() => correctiveSteps.next('repeat', 'cause_found'))).toBe('STEP_NOT_ALLOWED');
  });

  it('Q-4: it comes from one bar of the figures or from one quality report', () => {
    expect([from('r-1'), from('', ['fault', 'F-01'], ['from', '2026-01-01'])]).toEqual([undefined, undefined]);
    const wrong = [from(''), from('r-1', ['fault', 'F-01']), from('', ['colour', 'red']), from('', ['fault', 'L'], ['fault', 'M']), from('', ['fault', ' ']), from('', ['from', '2026-01-01']), from('', ['fault', 'L'], ['to', '2026-02-30']),
      from('', ['fault', 'L'], ['from', '2026-02-01'], ['to', '2026-01-31'])];
    expect(wrong).toEqual(Array(8).fill('SOURCE_INVALID'));
  });

  const id = '0193b1f0-0000-7000-8000-000000000001';
  it.each([
    ['month', ['2026-01'], ['2026-13', 'January']], ['stage', ['in_warranty'], ['warranty']], ['family', ['faucet'], ['a/b']], ['model', [id], ['M-1']],
    ['lot', [`${id}/2025-12`], ['L-1', `${id}/2025-00`]], ['dealer', [id], ['D0']], ['part', [id], ['P-1']], ['fault', ['F-01', 'faucet/F-01', '/F-01'], ['faucet/a/b', 'F 01']],
    ['cause', ['C-01'], ['faucet/']], ['action', ['A-01'], ['/']], ['problem', ['reliability'], ['colour']], ['without', ['stage', 'model,lot'], ['dealer', 'lot,,']],
  ] as const)('Q-4: the bar’s %s is one', (name, right, wrong) => {
    expect(right.map((value) => from('', [name, value]))).toEqual(right.map(() => undefined));
    for (const value of wrong) {
      expect(() => refuseWrongSource({ reportId: '', figure: [{ name: 'fault', value: 'F' }, { name, value }].slice(name === 'fault' ? 1 : 0) })).toThrow(
        expect.objectContaining({ reason: 'SOURCE_INVALID', details: expect.objectContaining({ field: `figure[${name === 'fault' ? 0 : 1}].value` }) as object }));
    }
  });

  it('Q-4: every step has a day that exists, in their order, none of them past when it is planned', () => {
    expect(planned(['2026-03-10', '2026-03-10', '2026-04-01'])).toBeUndefined();
    expect(planned(['2026-03-09'])).toBe('DATE_IN_PAST');
    expect(planned(['2026-03-09'], [{ step: 'containment', dueOn: '2026-03-09' }])).toBeUndefined();
    expect(planned(['2026-04-02', '2026-04-01'])).toBe('DUE_DATES_UNORDERED');
    expect([planned(Array(4).fill('2027-03-10')), planned(['9999-12-31'])]).toEqual([undefined, 'DATE_TOO_FAR']);
    expect(planned(['2026-02-30'])).toBe('INVALID_DATE');
    expect(planned([''])).toBe('INVALID_DATE');
  });

  it('Q-4: a step is late from the day after its due date on, also when it was done then', () => {
    expect([isLate('2026-03-10', '', '2026-03-10'), isLate('2026-03-10', '', '2026-03-11'), isLate('2026-03-10', '2026-03-11', '2026-09-01'), isLate('2026-03-10', '2026-03-10', '2026-09-01')])
      .toEqual([false, true, true, false]);
  });

  it('Q-4: what was done is said', () => {
    expect(requireSaid(' 封存 ', 'text')).toBe('封存');
    expect(refusalReason(() => requireSaid(' ', 'text'))).toBe('FIELD_MISSING');
  });

  it('Q-4: only the quality engineer changes it', () => {
    const changing = ROLES.filter((role) => refusalReason(() => requireCorrectiveRole('open', role)) === undefined);
    expect(changing).toEqual(['quality_engineer']);
  });

  it('Q-4: the buttons say what is possible in each state, and why not', () => {
    const may = (state: CorrectiveState, role = 'quality_engineer') => correctiveActions(state, role).filter(({ reason }) => !reason).map(({ action }) => action);
    expect(may('open')).toEqual(['plan', 'record-step', 'cancel']);
    expect(may('implemented')).toEqual(['plan', 'check', 'cancel']);
    expect(may('closed')).toEqual([]);
    expect(may('open', 'auditor')).toEqual([]);
    expect(refusalReason(() => refusePlanOf('cancelled'))).toBe('STEP_NOT_ALLOWED');
  });
});
