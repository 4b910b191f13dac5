import { cursorOf, pageAnswer, pageOf } from './page.js';

it('a page has 50 rows unless told, and at most 200', () => {
  expect(pageOf(undefined)).toEqual({ limit: 50, after: null });
  expect(pageOf({ limit: 0, cursor: '' })).toEqual({ limit: 50, after: null });
  expect(pageOf({ limit: 200 }).limit).toBe(200);
  for (const limit of [201, -1, 1.5]) expect(() => pageOf({ limit })).toThrow(expect.objectContaining({ reason: 'LIMIT_OUT_OF_RANGE' }));
});

it('the cursor names the last row and ends with the list', () => {
  const rows = [{ id: 'a', at: '1' }, { id: 'b', at: '2' }, { id: 'c', at: '3' }];
  const first = pageAnswer(rows, pageOf({ limit: 2 }), (row) => row.at);
  expect(first.items).toHaveLength(2);
  expect(pageOf({ cursor: first.nextCursor }).after).toEqual({ key: '2', id: 'b' });
  expect(pageAnswer(rows, pageOf({ limit: 3 }), (row) => row.at).nextCursor).toBe('');
});

it('refuses a cursor that no list made', () => {
  for (const cursor of ['x', cursorOf('a', 'b').slice(3), Buffer.from('{"a":1}').toString('base64url'), 'A'.repeat(600)]) {
    expect(() => pageOf({ cursor })).toThrow(expect.objectContaining({ code: 'invalid_argument', reason: 'CURSOR_INVALID' }));
  }
});
