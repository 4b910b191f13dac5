import { CALL_STATES, refusalReason } from '@aftercare/domain';
import { joinedPhotos, linkHolds, linkUntil, publicState, publicSteps, refuseTooManyWaiting } from './public-call.rules.js';

describe('what a customer sees of his call', () => {
  it('R-1: every state has a word of his own', () => {
    expect(CALL_STATES.map(publicState)).toEqual([
      'registered', 'with_dealer', 'technician_assigned', 'technician_on_site', 'repaired', 'closed', 'closed', 'cancelled',
    ]);
  });

  it('R-1: the way shows each change once', () => {
    const at = (toState: (typeof CALL_STATES)[number], minute: number) => ({ toState, at: `2026-03-01T02:0${minute}:00.000Z` });
    const steps = publicSteps([at('new', 0), at('received', 1), at('received', 2), at('assigned', 3), at('received', 4), at('confirmed', 5), at('filed', 6)]);
    expect(steps.map(({ state, at: moment }) => `${state} ${moment.slice(14, 16)}`)).toEqual(['registered 00', 'with_dealer 01', 'technician_assigned 03', 'with_dealer 04', 'closed 05']);
  });

  it('R-1: a unit has at most three calls that wait to be routed', () => {
    expect([0, 2].map((waiting) => refusalReason(() => refuseTooManyWaiting(waiting)))).toEqual([undefined, undefined]);
    expect(refusalReason(() => refuseTooManyWaiting(3))).toBe('CALLS_TOO_MANY');
  });

  it('R-1: a call has at most five photos, each once', () => {
    const photos = [...'abcdef'].map((id) => ({ id, sha256: id }));
    expect(joinedPhotos(photos.slice(0, 3), photos.slice(2, 5))).toEqual(photos.slice(0, 5));
    expect(refusalReason(() => joinedPhotos(photos.slice(0, 3), photos.slice(3)))).toBe('PHOTOS_TOO_MANY');
  });

  it('R-1: the link holds for 90 days', () => {
    expect(linkUntil('2026-03-01T00:00:00.000Z')).toBe('2026-05-30T00:00:00.000Z');
    expect([linkHolds('2026-05-30T00:00:00.000Z', '2026-05-29T23:59:59.999Z'), linkHolds('2026-05-30T00:00:00.000Z', '2026-05-30T00:00:00.000Z')]).toEqual([true, false]);
  });
});
