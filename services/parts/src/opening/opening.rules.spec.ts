import { openingSteps, piecesByPart, requireReversible, requireSecondPerson, requireUntouched } from './opening.rules.js';

describe('going live', () => {
  it('X-9: every state of an opening is reached, and only thrown away or reversed ones stay so', () => {
    expect([openingSteps.unreachable(), openingSteps.deadEnds()]).toEqual([[], []]);
    expect(() => openingSteps.next('approve', 'approved')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('X-9: who drafted an opening does not approve it', () => {
    expect(() => requireSecondPerson('s', 'c')).not.toThrow();
    expect(() => requireSecondPerson('c', 'c')).toThrow(expect.objectContaining({ reason: 'APPROVER_IS_REQUESTER' }));
  });

  it('X-9: an approved opening is reversed once, a reversal never', () => {
    expect(() => requireReversible({ state: 'approved', reversesId: null })).not.toThrow();
    expect(() => requireReversible({ state: 'reversed', reversesId: null })).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect(() => requireReversible({ state: 'approved', reversesId: 'x' })).toThrow(expect.objectContaining({ reason: 'REVERSAL_OF_REVERSAL' }));
  });

  it('X-9, H-1: holdings of which a piece has ended are not taken back', () => {
    expect(() => requireUntouched([{ issued: 5, outstanding: 5 }])).not.toThrow();
    expect(() => requireUntouched([{ issued: 5, outstanding: 5 }, { issued: 2, outstanding: 1 }])).toThrow(expect.objectContaining({ reason: 'OPENING_IN_USE' }));
  });

  it('X-9: a part in several lines is booked once', () => {
    expect(piecesByPart([{ partId: 'p', quantity: 2 }, { partId: 'q', quantity: 1 }, { partId: 'p', quantity: 3 }])).toEqual([{ partId: 'p', quantity: 5 }, { partId: 'q', quantity: 1 }]);
  });
});
