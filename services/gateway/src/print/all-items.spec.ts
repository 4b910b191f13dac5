import { ServiceError } from '@aftercare/messaging';
import { allItems, ifVisible } from './all-items.js';

const pages = (count: number) => ({ limit, cursor }: { limit: number; cursor: string }) => {
  const from = Number(cursor || 0);
  const items = Array.from({ length: Math.min(limit, count - from) }, (_, at) => from + at);
  return Promise.resolve({ items, nextCursor: from + items.length < count ? String(from + items.length) : '' });
};

it('X-1: a paper lists a whole list, page by page, up to its limit, and knows when it is shortened', async () => {
  expect(await allItems(500, pages(0))).toEqual({ items: [], more: false });
  expect(await allItems(500, pages(250))).toEqual({ items: Array.from({ length: 250 }, (_, at) => at), more: false });
  expect(await allItems(250, pages(250))).toMatchObject({ more: false });
  const shortened = await allItems(249, pages(250));
  expect([shortened.items.length, shortened.more]).toEqual([249, true]);
});

it('what the caller may not read is left out; any other failure is not hidden', async () => {
  expect(await ifVisible(Promise.reject(new ServiceError('not_found', 'NOT_FOUND', 'no such thing')))).toBeUndefined();
  await expect(ifVisible(Promise.reject(new ServiceError('unavailable', 'NO_RESPONDER', 'nobody is there')))).rejects.toMatchObject({ reason: 'NO_RESPONDER' });
});
