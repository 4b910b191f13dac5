import { IsString } from 'class-validator';
import { CheckedQueries } from './remembered-checks.js';

class CustomersQuery {
  @IsString()
  q = '';
}
class PartsQuery extends CustomersQuery {}

describe('queries that were checked before', () => {
  it('are not checked again when the text is the same', async () => {
    const queries = new CheckedQueries();
    const check = jest.fn(() => Promise.resolve({ q: 'w' }));
    const first = await queries.of(CustomersQuery, { q: 'w' }, check);
    expect(await queries.of(CustomersQuery, { q: 'w' }, check)).toBe(first);
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('are those of one class only', async () => {
    const queries = new CheckedQueries();
    await queries.of(CustomersQuery, { q: 'w' }, () => Promise.resolve({ q: 'customers' }));
    expect(await queries.of(PartsQuery, { q: 'w' }, () => Promise.resolve({ q: 'parts' }))).toEqual({ q: 'parts' });
  });

  it('are asked again when they were refused', async () => {
    const queries = new CheckedQueries();
    await expect(queries.of(CustomersQuery, { q: 'w' }, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await queries.of(CustomersQuery, { q: 'w' }, () => Promise.resolve({ q: 'now' }))).toEqual({ q: 'now' });
  });

  it('cannot be changed by one request for the next', async () => {
    const queries = new CheckedQueries();
    const checked = (await queries.of(CustomersQuery, { q: 'w' }, () => Promise.resolve({ q: 'w' }))) as { q: string };
    expect(() => { checked.q = 'x'; }).toThrow(TypeError);
  });

  it('are forgotten rather than kept without bound', async () => {
    const queries = new CheckedQueries();
    const check = jest.fn(() => Promise.resolve({}));
    for (let at = 0; at <= 200; at++) await queries.of(CustomersQuery, { q: String(at) }, check);
    await queries.of(CustomersQuery, { q: '0' }, check);
    expect(check).toHaveBeenCalledTimes(202);
  });
});
