import { CALL_STATES, addHours } from '@aftercare/domain';
import fc from 'fast-check';
import { callActions, callSteps, refuseLateReopening, refuseLateSpecial, refuseStrike, requireCallRole, requireLinkRole, type CallAction, type CallStanding } from './call.rules.js';

const LIMITS = { solveHours: 24, specialHours: 48, reopenDays: 30, specialReasons: ['part_not_in_stock', 'customer_absent', 'remote_area', 'workshop'] };
const received: CallStanding = { state: 'received', clockStartedAt: '2026-03-01T02:00:00Z', specialReason: null, resolvedAt: null, erased: false };

describe('the life of a call (R-2)', () => {
  it('R-2: every state can be reached and only cancelled is an end', () => {
    expect(callSteps.unreachable()).toEqual([]);
    expect(callSteps.deadEnds()).toEqual([]);
    expect([...callSteps.states].sort()).toEqual([...CALL_STATES].sort());
    expect(callSteps.final).toEqual(['cancelled']);
  });

  it('R-2: new is routed by the clerk to received, then assigned, on_site, resolved, confirmed, filed', () => {
    const path: CallAction[] = ['route', 'assign', 'arrive', 'resolve', 'confirm', 'file'];
    let state = callSteps.initial;
    const seen = path.map((action) => (state = callSteps.next(action, state)));
    expect(seen).toEqual(['received', 'assigned', 'on_site', 'resolved', 'confirmed', 'filed']);
  });

  it.each([
    ['R-2: hand back leads from assigned and on_site to received', 'hand-back', ['assigned', 'on_site'], 'received'],
    ['R-2: re-route leads from received, assigned and on_site to received', 're-route', ['received', 'assigned', 'on_site'], 'received'],
    ['R-13: refuse leads from resolved back to assigned', 'refuse', ['resolved'], 'assigned'],
    ['R-2: cancelled from the first four states', 'cancel', ['new', 'received', 'assigned', 'on_site'], 'cancelled'],
    ['R-2: reopen leads from resolved, confirmed or filed back to assigned', 'reopen', ['resolved', 'confirmed', 'filed'], 'assigned'],
    ['R-2: record implies arrival', 'record', ['assigned', 'on_site'], 'on_site'],
  ] as const)('%s', (_title, action, from, to) => {
    expect(CALL_STATES.filter((state) => callSteps.can(action, state))).toEqual([...from]);
    expect(callSteps.next(action, from[0])).toBe(to);
  });

  it('R-2: any sequence of allowed steps stays inside the declared states, and a refused one changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...callSteps.actions), { maxLength: 40 }), (actions) => {
        let state = callSteps.initial;
        for (const action of actions) {
          if (callSteps.can(action, state)) state = callSteps.next(action, state);
          else expect(() => callSteps.next(action, state)).toThrow('not possible');
        }
        expect(CALL_STATES).toContain(state);
      }),
    );
  });
});

describe('special cases and reopening', () => {
  const at = (hours: number, seconds = 0): string => addHours(received.clockStartedAt!, hours + seconds / 3600);

  it('R-3: special entered one second before the first 24 hours are over is taken', () => {
    expect(() => refuseLateSpecial(received, 'remote_area', at(24, -1), LIMITS)).not.toThrow();
  });

  it('R-3: special entered when the first 24 hours are over is refused, the breach stands', () => {
    expect(() => refuseLateSpecial(received, 'remote_area', at(24, 1), LIMITS)).toThrow(expect.objectContaining({ reason: 'SPECIAL_TOO_LATE' }));
    expect(() => refuseLateSpecial(received, 'remote_area', at(24), LIMITS)).toThrow(expect.objectContaining({ reason: 'SPECIAL_TOO_LATE' }));
  });

  it('R-3: special needs a reason of the list and is entered once', () => {
    expect(() => refuseLateSpecial(received, 'too busy', at(1), LIMITS)).toThrow(expect.objectContaining({ reason: 'REASON_UNKNOWN' }));
    const others = { ...LIMITS, specialReasons: ['typhoon'] };
    expect(() => refuseLateSpecial(received, 'typhoon', at(1), others)).not.toThrow();
    expect(() => refuseLateSpecial(received, 'workshop', at(1), others)).toThrow(expect.objectContaining({ reason: 'REASON_UNKNOWN', details: { field: 'reason', allowed: 'typhoon' } }));
    expect(() => refuseLateSpecial({ ...received, specialReason: 'workshop' }, 'remote_area', at(1), LIMITS)).toThrow(
      expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }),
    );
  });

  it('R-3: a special that was struck is not entered again', () => {
    const struck = { ...received, specialStruck: true };
    expect(() => refuseLateSpecial(struck, 'remote_area', at(1), LIMITS)).toThrow(expect.objectContaining({ reason: 'SPECIAL_STRUCK' }));
    const extend = callActions(struck, { role: 'dealer_manager', userId: 'm' }, at(1), LIMITS).find(({ action }) => action === 'extend');
    expect(extend?.reason).toBe('SPECIAL_STRUCK');
  });

  it('R-3: the supervisor may strike a special that was entered, nobody else', () => {
    expect(() => refuseStrike({ ...received, specialReason: 'workshop' })).not.toThrow();
    expect(() => refuseStrike(received)).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect(() => requireCallRole('strike-special', 'service_supervisor')).not.toThrow();
    expect(() => requireCallRole('strike-special', 'service_clerk')).toThrow(expect.objectContaining({ code: 'permission_denied' }));
  });

  it('R-2: reopening is possible to the end of the 30th day after the resolution', () => {
    const filed: CallStanding = { ...received, state: 'filed', resolvedAt: '2026-03-02T01:00:00Z' };
    expect(() => refuseLateReopening(filed, '2026-04-01T15:59:59Z', LIMITS)).not.toThrow();
    expect(() => refuseLateReopening(filed, '2026-04-01T16:00:00Z', LIMITS)).toThrow(expect.objectContaining({ reason: 'REOPEN_TOO_LATE' }));
  });

  it('R-2, C-5: a call without its person is not reopened, for nobody could be visited', () => {
    const filed: CallStanding = { ...received, state: 'filed', resolvedAt: '2026-03-02T01:00:00Z', erased: true };
    expect(() => refuseLateReopening(filed, '2026-03-03T00:00:00Z', LIMITS)).toThrow(expect.objectContaining({ reason: 'CUSTOMER_ANONYMISED' }));
  });
});

describe('the link to confirm', () => {
  it('D-1, R-6: is made by the dealer, and by the clerk only once the dealer left', () => {
    for (const left of [false, true]) expect(() => requireLinkRole('dealer_technician', left)).not.toThrow();
    expect(() => requireLinkRole('service_clerk', true)).not.toThrow();
    for (const [role, left] of [['service_clerk', false], ['service_supervisor', true]] as const) {
      expect(() => requireLinkRole(role, left)).toThrow(expect.objectContaining({ reason: 'ROLE_NOT_ALLOWED' }));
    }
  });
});

describe('a call of a dealer that left', () => {
  it('D-1: is brought back by the manufacturer alone, where its state lets it be', () => {
    const reasonOf = (action: string, role: string, state: (typeof CALL_STATES)[number], dealerLeft = true) =>
      callActions({ ...received, state, resolvedAt: received.clockStartedAt, dealerLeft }, { role, userId: 'me' }, addHours(received.clockStartedAt!, 1), LIMITS).find((each) => each.action === action)?.reason;
    expect(['refuse', 'reopen'].map((action) => reasonOf(action, 'dealer_manager', 'resolved'))).toEqual(['DEALER_NOT_ACTIVE', 'DEALER_NOT_ACTIVE']);
    expect(['refuse', 'reopen'].map((action) => reasonOf(action, 'dealer_manager', 'assigned'))).toEqual(['STEP_NOT_ALLOWED', 'STEP_NOT_ALLOWED']);
    expect([reasonOf('reopen', 'service_clerk', 'resolved'), reasonOf('reopen', 'dealer_manager', 'resolved', false)]).toEqual([undefined, undefined]);
  });
});

describe('what may be done next', () => {
  it('R-2: an action is allowed exactly when its step and its role allow it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CALL_STATES), fc.constantFrom('dealer_manager', 'dealer_technician', 'service_clerk', 'auditor'), (state, role) => {
        const actions = callActions({ ...received, state, resolvedAt: received.clockStartedAt }, { role, userId: 'me' }, addHours(received.clockStartedAt!, 1), LIMITS);
        if (role === 'auditor') expect(new Set(actions.map(({ reason }) => reason))).toEqual(new Set(['ROLE_NOT_ALLOWED']));
        const assign = actions.find(({ action }) => action === 'assign')!;
        expect(assign.reason === undefined).toBe(['dealer_manager', 'service_clerk'].includes(role) && callSteps.can('assign', state));
      }),
    );
  });
});
