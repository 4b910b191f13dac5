import { ServiceError } from '@aftercare/messaging';
import { allItems, ifVisible } from './all-items.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** A list of so many rows, of which so many fit in a message. */
const list = (count: number, fitting = Infinity) => async ({ limit, cursor }: { limit: number; cursor: string }) => {
  if (limit > fitting) throw new ServiceError('invalid_argument', 'REPLY_TOO_LARGE', 'As the bus server says it.');
  const from = Number(cursor || 0);
  const items = upTo(Math.min(limit, count - from)).map((at) => from + at);
  return { items, nextCursor: from + items.length < count ? String(from + items.length) : '' };
};

it('a whole list is read page by page up to a limit, and it is known when there is more', async () => {
  expect(await allItems(500, list(0))).toEqual({ items: [], more: false });
  expect(await allItems(500, list(450))).toEqual({ items: upTo(450), more: false });
  expect(await allItems(450, list(450))).toEqual({ items: upTo(450), more: false });
  expect(await allItems(449, list(450))).toEqual({ items: upTo(449), more: true });
});

it('pages that do not fit in a message are asked for in halves; a row that does not fit fails', async () => {
  expect(await allItems(500, list(450, 30))).toEqual({ items: upTo(450), more: false });
  await expect(allItems(500, list(450, 0))).rejects.toMatchObject({ reason: 'REPLY_TOO_LARGE' });
});

it('what the caller may not read is left out; any other failure is not hidden', async () => {
  expect(await ifVisible(Promise.reject(new ServiceError('not_found', 'NOT_FOUND', 'no such thing')))).toBeUndefined();
  await expect(ifVisible(Promise.reject(new ServiceError('unavailable', 'NO_RESPONDER', 'nobody is there')))).rejects.toMatchObject({ reason: 'NO_RESPONDER' });
});
