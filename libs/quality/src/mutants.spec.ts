import { textOf } from './files.js';
import { mutants } from '../mutant-list.mjs';
import { mutate } from '../mutants.mjs';

/** The mutants themselves run with `npm run mutants`; here only that each still fits the code. */
describe('mutants', () => {
  it.each(mutants)('$name stands where it says, beside a spec that exists', ({ file, changes, spec }) => {
    expect(mutate(textOf(file), changes)).not.toBe(textOf(file));
    expect(textOf(spec)).toContain('expect(');
  });

  it('one that has gone stale is refused', () => {
    expect(() => mutate('a b', [['c', 'd']])).toThrow('stands 0 times');
    expect(() => mutate('a a', [['a', 'd']])).toThrow('stands 2 times');
  });

  it('the eight of the promise are there', () => {
    const names = mutants.map(({ name }) => name).join('\n');
    for (const promised of [/inbox insert/, /ack before commit/, /publish before commit/, /SKIP LOCKED/, /tenancy condition/, /row-level security/, /caller context/, /idempotency row/]) {
      expect(names).toMatch(promised);
    }
  });

  it('those of messaging and tenancy are there for each way that services take', () => {
    const names = mutants.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([
      'ack before commit', 'ack before commit of events heard together', 'publish before commit', 'publish before commit of what a service announces',
      'tenancy condition dropped from queries', 'tenancy condition dropped from loaded rows', 'tenancy condition dropped from a list query',
    ]));
  });
});
