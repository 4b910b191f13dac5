import { endedPieces, OBLIGATION_ENDS } from './obligation-ends.js';

it('H-1: every end lowers what is outstanding, and what takes one back raises it again', () => {
  expect(OBLIGATION_ENDS.map((kind) => [kind, endedPieces(kind, 2)])).toEqual([
    ['returned', 2], ['charged', 2], ['excused', 2], ['credit', 2], ['shortage', 2],
    ['conversion_reversed', -2], ['return_reversed', -2], ['credit_reversed', -2], ['excuse_reversed', -2],
  ]);
});
