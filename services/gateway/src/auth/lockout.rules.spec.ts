import { waitAfterFailures } from './lockout.rules.js';

describe('lockout', () => {
  it('lets four failures pass, then waits half a minute and doubles', () => {
    expect([1, 4, 5, 6, 7].map(waitAfterFailures)).toEqual([0, 0, 30, 60, 120]);
  });

  it('never waits longer than a quarter of an hour', () => {
    expect(waitAfterFailures(1_000)).toBe(900);
  });
});
