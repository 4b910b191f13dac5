import { refusalReason } from '@aftercare/domain';
import fc from 'fast-check';
import { Links, predecessors, requireChain, successors } from './supersession.rules.js';

const PARTS = 20_000;

/** C replaces B, B replaces A. */
const chain = new Map([['b', 'a'], ['c', 'b']]);
const links = new Links(chain);

/** Counts what is asked of it and what is taken out of it. */
class CountedMap extends Map<string, string> {
  steps = 0;

  override get(key: string): string | undefined {
    this.steps += 1;
    return super.get(key);
  }

  override *[Symbol.iterator](): ReturnType<Map<string, string>['entries']> {
    for (const entry of super.entries()) {
      this.steps += 1;
      yield entry;
    }
  }
}

describe('supersession', () => {
  it('P-1: a chain is told in both directions, the nearest part first', () => {
    expect([predecessors('c', chain), successors('a', chain), successors('c', chain)]).toEqual([['b', 'a'], ['b', 'c'], []]);
  });

  it('P-1: a part replaces itself neither at once nor in the end', () => {
    expect(() => requireChain('a', 'a', links)).toThrow(expect.objectContaining({ reason: 'SUPERSESSION_CYCLE' }));
    expect(() => requireChain('a', 'c', links)).toThrow(expect.objectContaining({ reason: 'SUPERSESSION_CYCLE' }));
    expect(() => requireChain('d', 'c', links)).not.toThrow();
  });

  it('P-1: a superseded part has one successor; saying the same again is no second one', () => {
    expect(() => requireChain('d', 'a', links)).toThrow(expect.objectContaining({ reason: 'SUPERSEDED_ALREADY' }));
    expect(() => requireChain('b', 'a', links)).not.toThrow();
  });

  it('P-1: who leads into a circle of others is in none himself', () => {
    const circle = new Links(new Map([['a', 'b'], ['b', 'c'], ['c', 'a'], ['d', 'a'], ['e', 'd']]));
    for (const [part, replaced] of [['a', 'b'], ['b', 'c'], ['c', 'a']]) expect(() => requireChain(part, replaced, circle)).toThrow(expect.objectContaining({ reason: 'SUPERSESSION_CYCLE' }));
    expect(() => requireChain('d', 'a', circle)).toThrow(expect.objectContaining({ reason: 'SUPERSEDED_ALREADY' }));
    expect(() => requireChain('e', 'd', circle)).not.toThrow();
  });

  it.each([
    ['one chain, the oldest first', (at: number) => (at === 0 ? undefined : at - 1)],
    ['one chain, the newest first', (at: number) => (at === PARTS - 1 ? undefined : at + 1)],
    ['pairs', (at: number) => (at % 2 === 0 ? undefined : at - 1)],
    ['one circle', (at: number) => (at + 1) % PARTS],
    ['a chain into a circle', (at: number) => (at === PARTS - 1 ? PARTS / 2 : at + 1)],
  ])('P-1: every link of %s is checked in a few steps each, however many there are', (_shape, replacedBy) => {
    const replaces = new CountedMap();
    for (let at = 0; at < PARTS; at += 1) if (replacedBy(at) !== undefined) replaces.set(`P-${at}`, `P-${replacedBy(at)}`);
    const all = [...replaces];
    replaces.steps = 0;
    const index = new Links(replaces);
    for (const [part, replaced] of all) refusalReason(() => requireChain(part, replaced, index));
    expect(replaces.steps).toBeLessThanOrEqual(5 * PARTS);
  });

  it('P-1: whatever was accepted, every chain ends', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 20 }), (wishes) => {
      const replaces = new Map<string, string>();
      for (const [part, replaced] of wishes) {
        try {
          requireChain(part, replaced, new Links(replaces));
        } catch {
          continue;
        }
        replaces.set(part, replaced);
      }
      for (const id of ids) {
        expect(predecessors(id, replaces)).not.toContain(id);
        expect(successors(id, replaces).length).toBeLessThan(ids.length);
      }
    }));
  });
});
