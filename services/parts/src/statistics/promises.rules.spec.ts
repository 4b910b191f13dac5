import { keptPercent } from './promises.rules.js';

describe('promised days', () => {
  it('P-10: the rate is of promises that are decided, rounded half up to one decimal', () => {
    expect([keptPercent(0, 0), keptPercent(3, 0), keptPercent(0, 2), keptPercent(2, 1), keptPercent(1, 2), keptPercent(1, 7)]).toEqual(['', '100.0', '0.0', '66.7', '33.3', '12.5']);
  });
});
