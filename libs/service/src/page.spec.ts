import { newId } from '@aftercare/domain';
import { cursorOf, gatheredPage, linesPage, NO_LINES, pageAnswer, pageOf, type CursorKey } from './page.js';

const PAPERS = { list: 'papers' };
const refused = expect.objectContaining({ code: 'invalid_argument', reason: 'CURSOR_INVALID' });
const by = (key: CursorKey) => ({ ...PAPERS, key });

it('a page has 50 rows unless told, and at most 200', () => {
  expect(pageOf(undefined, PAPERS)).toEqual({ list: 'papers', limit: 50, after: null });
  expect(pageOf({ limit: 0, cursor: '' }, PAPERS)).toEqual({ list: 'papers', limit: 50, after: null });
  expect(pageOf({ limit: 200 }, PAPERS).limit).toBe(200);
  for (const limit of [201, -1, 1.5]) expect(() => pageOf({ limit }, PAPERS)).toThrow(expect.objectContaining({ reason: 'LIMIT_OUT_OF_RANGE' }));
});

it('the cursor names the last row and ends with the list', () => {
  const ids = [newId(), newId(), newId()];
  const rows = ids.map((id, index) => ({ id, at: String(index + 1) }));
  const first = pageAnswer(rows, pageOf({ limit: 2 }, PAPERS), (row) => row.at);
  expect(first.items).toHaveLength(2);
  expect(pageOf({ cursor: first.nextCursor }, PAPERS).after).toEqual({ key: '2', id: ids[1] });
  expect(pageAnswer(rows, pageOf({ limit: 3 }, PAPERS), (row) => row.at).nextCursor).toBe('');
});

it('refuses a cursor that no list made', () => {
  const coded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const cursor of ['x', cursorOf('papers', 'a', newId()).slice(3), coded({ a: 1 }), coded(['a', newId()]), coded(['papers', 'a', newId(), 'x']), coded(['papers', 1, newId()]), 'A'.repeat(600)]) {
    expect(() => pageOf({ cursor }, PAPERS)).toThrow(refused);
  }
});

it('a cursor goes on in the list and under the sort it was made for, nowhere else', () => {
  const id = newId();
  const at = '2026-11-26T08:00:00.000Z';
  const cursor = cursorOf('calls openedAt', at, id);
  expect(pageOf({ cursor }, { list: 'calls openedAt', key: 'instant' }).after).toEqual({ key: at, id });
  for (const list of ['calls dueAt', 'calls', 'reports openedAt']) expect(() => pageOf({ cursor }, { list, key: 'instant' })).toThrow(refused);
});

it('refuses what only looks like a cursor of a list sorted by an instant', () => {
  const id = '01a216ee-4fb6-71ec-8ed0-caca4f189317';
  for (const [key, wrongId] of [['infinity', id], ['now', id], ['2026-11-26T08:00:00.000Z', 'x'], ['2026-11-26', id]]) {
    expect(() => pageOf({ cursor: cursorOf('papers', key, wrongId) }, by('instant'))).toThrow(refused);
  }
  for (const key of ['2026-11-26T08:00:00.000Z', '2026-11-26 08:00:00.123456+00']) {
    expect(pageOf({ cursor: cursorOf('papers', key, id) }, by('instant')).after).toEqual({ key, id });
  }
});

it('a list sorted by a whole number goes on behind one', () => {
  const id = newId();
  expect(pageOf({ cursor: cursorOf('papers', '17', id) }, by('int')).after).toEqual({ key: '17', id });
  for (const key of ['', 'x', '1.5', '-1', '2147483648', '17 ']) expect(() => pageOf({ cursor: cursorOf('papers', key, id) }, by('int'))).toThrow(refused);
});

it('refuses what only looks like a cursor of a list sorted by a date or a text', () => {
  const id = newId();
  const wrong: [string, string, 'date' | 'text'][] = [['2026-02-30', id, 'date'], ['-infinity', id, 'date'], ['FA-100', id, 'date'], ['FA-100', 'x', 'text'], ['FA\0', id, 'text']];
  for (const [key, wrongId, kind] of wrong) {
    expect(() => pageOf({ cursor: cursorOf('papers', key, wrongId) }, by(kind))).toThrow(refused);
  }
  expect(pageOf({ cursor: cursorOf('papers', '2026-02-28', id) }, by('date')).after).toEqual({ key: '2026-02-28', id });
  expect(pageOf({ cursor: cursorOf('papers', 'infinity', id) }, by('date')).after).toEqual({ key: 'infinity', id });
  expect(pageOf({ cursor: cursorOf('papers', 'FA-100', id) }, by('text')).after).toEqual({ key: 'FA-100', id });
});

it('refuses a cursor of another list where one is sorted by a day', () => {
  const id = '01a216ee-4fb6-71ec-8ed0-caca4f189317';
  for (const key of ['2026-11-26 08:00:00+00', '2026-11', 'SH001']) {
    expect(() => pageOf({ cursor: cursorOf('papers', key, id) }, by('date'))).toThrow(refused);
  }
  expect(pageOf({ cursor: cursorOf('papers', '2026-11-26', id) }, by('date')).after).toEqual({ key: '2026-11-26', id });
});

it('a page of lines is passed on as text; its cursor comes from the last line shown', () => {
  const line = (id: string): string => JSON.stringify({ id, openedAt: `at ${id}`, symptoms: 'a,\n"b"' });
  const shown = (ids: string[], limit: number): { items: { id: string; symptoms: string }[]; nextCursor: string } => {
    const lines = ids.map(line).join(',\n');
    return JSON.parse(linesPage({ lines, found: ids.length }, pageOf({ limit }, PAPERS), 'openedAt').text) as ReturnType<typeof shown>;
  };
  const cut = shown(['a', 'b', 'c'], 2);
  expect(cut.items).toEqual([{ id: 'a', openedAt: 'at a', symptoms: 'a,\n"b"' }, { id: 'b', openedAt: 'at b', symptoms: 'a,\n"b"' }]);
  const keyOf = (cursor: string): unknown => JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  expect(keyOf(cut.nextCursor)).toEqual(['papers', 'at b', 'b']);
  const single = shown(['a', 'b'], 1);
  expect(single.items.map(({ id }) => id)).toEqual(['a']);
  expect(keyOf(single.nextCursor)).toEqual(['papers', 'at a', 'a']);
  expect(shown(['a', 'b'], 2)).toMatchObject({ items: [{ id: 'a' }, { id: 'b' }], nextCursor: '' });
  expect(linesPage(NO_LINES, pageOf({}, PAPERS), 'openedAt').text).toBe('{"items":[],"nextCursor":""}');
});

it('a page that the statement gathered goes on behind its last row', () => {
  const id = newId();
  const page = pageOf({ limit: 1 }, PAPERS);
  const answer = JSON.parse(gatheredPage({ items: '[{"id":"a"}]', lastKey: 'B', lastId: id }, page).text) as { items: unknown; nextCursor: string };
  expect(answer.items).toEqual([{ id: 'a' }]);
  expect(pageOf({ cursor: answer.nextCursor }, PAPERS).after).toEqual({ key: 'B', id });
  expect(gatheredPage({ items: '[]', lastKey: null, lastId: id }, page).text).toBe('{"items":[],"nextCursor":""}');
  expect(gatheredPage(null, page).text).toBe('{"items":[],"nextCursor":""}');
});
