import fc from 'fast-check';
import { predecessors, requireChain, successors } from './supersession.rules.js';

/** C replaces B, B replaces A. */
const chain = new Map([['b', 'a'], ['c', 'b']]);

describe('supersession', () => {
  it('P-1: a chain is told in both directions, the nearest part first', () => {
    expect([predecessors('c', chain), successors('a', chain), successors('c', chain)]).toEqual([['b', 'a'], ['b', 'c'], []]);
  });

  it('P-1: a part replaces itself neither at once nor in the end', () => {
    expect(() => requireChain('a', 'a', chain)).toThrow(expect.objectContaining({ reason: 'SUPERSESSION_CYCLE' }));
    expect(() => requireChain('a', 'c', chain)).toThrow(expect.objectContaining({ reason: 'SUPERSESSION_CYCLE' }));
    expect(() => requireChain('d', 'c', chain)).not.toThrow();
  });

  it('P-1: a superseded part has one successor; saying the same again is no second one', () => {
    expect(() => requireChain('d', 'a', chain)).toThrow(expect.objectContaining({ reason: 'SUPERSEDED_ALREADY' }));
    expect(() => requireChain('b', 'a', chain)).not.toThrow();
  });

  it('P-1: whatever was accepted, every chain ends', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 20 }), (wishes) => {
      const replaces = new Map<string, string>();
      for (const [part, replaced] of wishes) {
        try {
          requireChain(part, replaced, replaces);
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
