import { successorOf, weakerStanding, type KnownStanding } from './succession.js';

const left = (id: string, successorId: string | null): KnownStanding => ({ id, status: 'terminated', successorId });

describe('who takes over from a terminated dealer', () => {
  it('D-1: its successor, also one of whom nothing was told yet', () => {
    expect(successorOf('a', [left('a', 'b')])).toBe('b');
    expect(successorOf('a', [left('a', 'b'), { id: 'b', status: 'suspended', successorId: null }])).toBe('b');
  });

  it('D-1: nobody while it serves, while no successor is named, or while nothing is known', () => {
    expect(successorOf('a', [{ id: 'a', status: 'suspended', successorId: null }])).toBeNull();
    expect(successorOf('a', [left('a', null)])).toBeNull();
    expect(successorOf('a', [])).toBeNull();
  });

  it('D-1: the last of those who followed one another; where nobody follows the last, it is the one', () => {
    expect(successorOf('a', [left('a', 'b'), left('b', 'c'), { id: 'c', status: 'active', successorId: null }])).toBe('c');
    expect(successorOf('a', [left('a', 'b'), left('b', null)])).toBe('b');
  });

  it('D-1: a circle, which no rule allows, ends all the same', () => {
    expect(successorOf('a', [left('a', 'b'), left('b', 'a')])).toBe('a');
  });
});

describe('a parent that acts for its child', () => {
  it('D-1: may do what the weaker standing of the two allows; the manufacturer has none of its own', () => {
    expect(weakerStanding('active', null)).toBe('active');
    expect(weakerStanding('suspended', null)).toBe('suspended');
    expect(weakerStanding('active', 'suspended')).toBe('suspended');
    expect(weakerStanding('suspended', 'active')).toBe('suspended');
    expect(weakerStanding('active', 'terminated')).toBe('terminated');
    expect(weakerStanding('terminated', 'suspended')).toBe('terminated');
  });
});
