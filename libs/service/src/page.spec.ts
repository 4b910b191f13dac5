import { newId } from '@aftercare/domain';
import { cursorOf, linesPage, NO_LINES, pageAnswer, pageOf } from './page.js';

it('a page has 50 rows unless told, and at most 200', () => {
  expect(pageOf(undefined)).toEqual({ limit: 50, after: null });
  expect(pageOf({ limit: 0, cursor: '' })).toEqual({ limit: 50, after: null });
  expect(pageOf({ limit: 200 }).limit).toBe(200);
  for (const limit of [201, -1, 1.5]) expect(() => pageOf({ limit })).toThrow(expect.objectContaining({ reason: 'LIMIT_OUT_OF_RANGE' }));
});

it('the cursor names the last row and ends with the list', () => {
  const ids = [newId(), newId(), newId()];
  const rows = ids.map((id, index) => ({ id, at: String(index + 1) }));
  const first = pageAnswer(rows, pageOf({ limit: 2 }), (row) => row.at);
  expect(first.items).toHaveLength(2);
  expect(pageOf({ cursor: first.nextCursor }).after).toEqual({ key: '2', id: ids[1] });
  expect(pageAnswer(rows, pageOf({ limit: 3 }), (row) => row.at).nextCursor).toBe('');
});

it('refuses a cursor that no list made', () => {
  for (const cursor of ['x', cursorOf('a', 'b').slice(3), Buffer.from('{"a":1}').toString('base64url'), 'A'.repeat(600)]) {
    expect(() => pageOf({ cursor })).toThrow(expect.objectContaining({ code: 'invalid_argument', reason: 'CURSOR_INVALID' }));
  }
});

it('refuses what only looks like a cursor of a list sorted by an instant', () => {
  const id = '01a216ee-4fb6-71ec-8ed0-caca4f189317';
  for (const [key, wrongId] of [['infinity', id], ['now', id], ['2026-11-26T08:00:00.000Z', 'x'], ['2026-11-26', id]]) {
    expect(() => pageOf({ cursor: cursorOf(key, wrongId) }, 'instant')).toThrow(expect.objectContaining({ reason: 'CURSOR_INVALID' }));
  }
  for (const key of ['2026-11-26T08:00:00.000Z', '2026-11-26 08:00:00.123456+00']) {
    expect(pageOf({ cursor: cursorOf(key, id) }, 'instant').after).toEqual({ key, id });
  }
});

it('refuses what only looks like a cursor of a list sorted by a date or a text', () => {
  const id = newId();
  const wrong: [string, string, 'date' | 'text'][] = [['2026-02-30', id, 'date'], ['-infinity', id, 'date'], ['FA-100', id, 'date'], ['FA-100', 'x', 'text'], ['FA\0', id, 'text']];
  for (const [key, wrongId, kind] of wrong) {
    expect(() => pageOf({ cursor: cursorOf(key, wrongId) }, kind)).toThrow(expect.objectContaining({ reason: 'CURSOR_INVALID' }));
  }
  expect(pageOf({ cursor: cursorOf('2026-02-28', id) }, 'date').after).toEqual({ key: '2026-02-28', id });
  expect(pageOf({ cursor: cursorOf('infinity', id) }, 'date').after).toEqual({ key: 'infinity', id });
  expect(pageOf({ cursor: cursorOf('FA-100', id) }, 'text').after).toEqual({ key: 'FA-100', id });
});

it('refuses a cursor of another list where one is sorted by a day', () => {
  const id = '01a216ee-4fb6-71ec-8ed0-caca4f189317';
  for (const key of ['2026-11-26 08:00:00+00', '2026-11', 'SH001']) {
    expect(() => pageOf({ cursor: cursorOf(key, id) }, 'date')).toThrow(expect.objectContaining({ reason: 'CURSOR_INVALID' }));
  }
  expect(pageOf({ cursor: cursorOf('2026-11-26', id) }, 'date').after).toEqual({ key: '2026-11-26', id });
});

it('a page of lines is passed on as text; its cursor comes from the last line shown', () => {
  const line = (id: string): string => JSON.stringify({ id, openedAt: `at ${id}`, symptoms: 'a,\n"b"' });
  const shown = (ids: string[], limit: number): { items: { id: string; symptoms: string }[]; nextCursor: string } => {
    const lines = ids.map(line).join(',\n');
    return JSON.parse(linesPage({ lines, found: ids.length }, pageOf({ limit }), 'openedAt').text) as ReturnType<typeof shown>;
  };
  const cut = shown(['a', 'b', 'c'], 2);
  expect(cut.items).toEqual([{ id: 'a', openedAt: 'at a', symptoms: 'a,\n"b"' }, { id: 'b', openedAt: 'at b', symptoms: 'a,\n"b"' }]);
  const keyOf = (cursor: string): unknown => JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  expect(keyOf(cut.nextCursor)).toEqual(['at b', 'b']);
  const single = shown(['a', 'b'], 1);
  expect(single.items.map(({ id }) => id)).toEqual(['a']);
  expect(keyOf(single.nextCursor)).toEqual(['at a', 'a']);
  expect(shown(['a', 'b'], 2)).toMatchObject({ items: [{ id: 'a' }, { id: 'b' }], nextCursor: '' });
  expect(linesPage(NO_LINES, pageOf({}), 'openedAt').text).toBe('{"items":[],"nextCursor":""}');
});
