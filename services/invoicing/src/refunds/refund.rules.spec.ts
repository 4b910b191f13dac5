import { assertSecondPerson, refundSteps } from './refund.rules.js';

describe('B-4: refunds', () => {
  it('B-4: a refund is asked for, then approved or rejected once', () => {
    expect([refundSteps.unreachable(), refundSteps.deadEnds()]).toEqual([[], []]);
    expect(refundSteps.next('approve', 'requested')).toBe('approved');
    for (const state of ['approved', 'rejected'] as const) expect(() => refundSteps.next('approve', state)).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('B-4: who asked for it does not approve it', () => {
    expect(() => assertSecondPerson('f', 's')).not.toThrow();
    expect(() => assertSecondPerson('f', 'f')).toThrow(expect.objectContaining({ code: 'permission_denied', reason: 'APPROVER_IS_REQUESTER' }));
  });
});
