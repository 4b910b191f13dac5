import { BODY_DEPTH_MAX, isDeeperThan } from './body-shape.js';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;

describe('the depth of a body', () => {
  it('counts lists and objects within each other', () => {
    expect([1, 19, 20, 21, 400_000].map((depth) => isDeeperThan(BODY_DEPTH_MAX, nested(depth)))).toEqual([false, false, false, true, true]);
    expect(isDeeperThan(2, { a: [1, null], b: { c: 'x' } })).toBe(false);
    expect(isDeeperThan(2, { a: 1, b: { c: [{}] } })).toBe(true);
    expect(isDeeperThan(0, undefined)).toBe(false);
  });

  it('looks at wide bodies once per level', () => {
    expect(isDeeperThan(BODY_DEPTH_MAX, { lines: Array.from({ length: 300_000 }, () => ({})) })).toBe(false);
  });
});
