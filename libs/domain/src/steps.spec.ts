import { allowedActions, refusalReason } from './refusal.js';
import { defineSteps } from './steps.js';

const call = defineSteps({
  initial: 'new',
  steps: {
    route: { from: ['new', 'received', 'assigned'], to: 'received' },
    assign: { from: ['received'], to: 'assigned' },
    resolve: { from: ['assigned'], to: 'resolved' },
    cancel: { from: ['new', 'received', 'assigned'], to: 'cancelled' },
  },
  final: ['resolved', 'cancelled'],
});

describe('steps: a life as a table', () => {
  it('leads from state to state and refuses what the table does not hold', () => {
    expect(call.next('assign', call.next('route', call.initial))).toBe('assigned');
    expect(call.can('resolve', 'new')).toBe(false);
    expect(() => call.next('resolve', 'new')).toThrow(
      expect.objectContaining({ code: 'failed_precondition', reason: 'STEP_NOT_ALLOWED', details: { action: 'resolve', state: 'new' } }),
    );
  });

  it('names states that nothing reaches and states that lead nowhere', () => {
    expect([call.unreachable(), call.deadEnds()]).toEqual([[], []]);
    const broken = defineSteps({
      initial: 'a',
      steps: { go: { from: ['a'], to: 'b' }, lost: { from: ['c'], to: 'd' } },
      final: ['d'],
    });
    expect(broken.unreachable()).toEqual(['c', 'd']);
    expect(broken.deadEnds()).toEqual(['b']);
  });

  it('a step out of a final state stops the program at load', () => {
    expect(() => defineSteps({ initial: 'a', steps: { go: { from: ['b'], to: 'a' } }, final: ['b'] })).toThrow('leaves the final state b');
  });

  it('a document answers each action with whether it is allowed and why not', () => {
    const reason = refusalReason(() => call.next('resolve', 'new'));
    const actions = [{ action: 'route' }, { action: 'resolve', reason }];
    const answered = (message: string) => [
      { action: 'route', allowed: true, reason: '', message: '' },
      { action: 'resolve', allowed: false, reason: 'STEP_NOT_ALLOWED', message },
    ];
    expect(allowedActions({ locale: 'zh-CN', role: 'auditor' }, actions)).toEqual(answered('单据的当前状态不能进行此操作。请选择此时可以进行的操作。'));
    expect(allowedActions({ locale: 'en', role: 'auditor' }, actions)).toEqual(answered('The document’s state does not allow this now. Choose what may be done with it.'));
    const [suspended] = allowedActions({ locale: 'en', role: 'dealer_manager' }, [{ action: 'route', reason: 'DEALER_SUSPENDED' }]);
    expect(suspended.message).toContain('Ask the manufacturer’s service department.');
    expect(refusalReason(() => call.next('route', 'new'))).toBeUndefined();
    expect(() => refusalReason(() => { throw new TypeError('a fault is not a refusal'); })).toThrow(TypeError);
  });

  it('D-1: to the users of a terminated dealer no action is answered as allowed, but on documents that it still has to do with', () => {
    const gone = { locale: 'en', role: 'dealer_manager', dealerStatus: 'terminated' } as const;
    const list = [{ action: 'record' }, { action: 'file', reason: 'ROLE_NOT_ALLOWED' }, { action: 'arrive', reason: 'STEP_NOT_ALLOWED' }];
    expect(allowedActions(gone, list).map(({ allowed, reason }) => [allowed, reason])).toEqual([[false, 'DEALER_TERMINATED'], [false, 'ROLE_NOT_ALLOWED'], [false, 'DEALER_TERMINATED']]);
    expect(allowedActions(gone, [{ action: 'send' }], { afterTermination: true })).toEqual([{ action: 'send', allowed: true, reason: '', message: '' }]);
    expect(allowedActions({ ...gone, dealerStatus: 'suspended' }, [{ action: 'record' }])[0]?.allowed).toBe(true);
  });
});
