import { mergedPage } from './timeline.rules.js';

const entry = (second: number, id: string) => ({ id, at: `2026-01-01T00:00:0${second}.000Z` });

describe('a time line of several services', () => {
  it('C-6: is one, newest first, of equal moments by id, and goes on after its last entry', () => {
    const [a, b, c, d] = [entry(4, 'a'), entry(3, 'c'), entry(3, 'b'), entry(1, 'd')];
    expect(mergedPage([{ items: [b, d], nextCursor: '' }, { items: [a, c], nextCursor: '' }], 4)).toEqual({ items: [a, b, c, d], last: null });
    expect(mergedPage([{ items: [b, d], nextCursor: '' }, { items: [a, c], nextCursor: '' }], 2)).toEqual({ items: [a, b], last: b });
    expect(mergedPage([{ items: [b, c], nextCursor: 'x' }, { items: [], nextCursor: '' }], 2)).toEqual({ items: [b, c], last: c });
    expect(mergedPage([{ items: [], nextCursor: '' }], 2)).toEqual({ items: [], last: null });
  });
});
