import { UnknownNames } from './unknown-names.js';

describe('names that no account has', () => {
  let nowMs = 0;
  const names = (): UnknownNames => new UnknownNames(() => nowMs);
  beforeEach(() => {
    nowMs = 1_000_000;
  });

  it('are closed after as many failures and for as long as an account, however they are written', () => {
    const unknown = names();
    expect(['nobody', 'Nobody', 'NOBODY', 'nobody', 'nobody'].map((name) => unknown.failed(name))).toEqual([0, 0, 0, 0, 30]);
    expect([unknown.waitSeconds('noBody'), unknown.waitSeconds('somebody')]).toEqual([30, 0]);
    nowMs += 29_001;
    expect(unknown.waitSeconds('nobody')).toBe(1);
    nowMs += 1_000;
    expect([unknown.waitSeconds('nobody'), unknown.failed('nobody')]).toEqual([0, 60]);
  });

  it('are forgotten, the oldest first, when there are too many', () => {
    const unknown = names();
    for (let failure = 1; failure <= 5; failure += 1) unknown.failed('first');
    for (let other = 0; other < 9_999; other += 1) unknown.failed(`other ${other}`);
    expect(unknown.waitSeconds('first')).toBe(30);
    unknown.failed('one more');
    expect(unknown.waitSeconds('first')).toBe(0);
  });
});
