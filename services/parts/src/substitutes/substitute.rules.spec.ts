import type { LineState } from '@aftercare/domain';
import { checkExchange, exchangeRefusal, shortQuantity, substitutesFor, type LineToServe } from './substitute.rules.js';

const line = (given: Partial<LineToServe> = {}): LineToServe => ({ partId: 'b', quantity: 4, state: 'in_review', supplyKind: '', backorderedQuantity: 0, ...given });
/** From old to new: a, b, c, d. */
const replaces = new Map([['b', 'a'], ['c', 'b'], ['d', 'c']]);
const stock = (pieces: Record<string, number>) => new Map(Object.entries(pieces));
const waiting = (given: Partial<LineToServe> = {}) => line({ state: 'approved', supplyKind: 'warranty', backorderedQuantity: 4, ...given });

describe('substitutes by supersession', () => {
  it('P-7: an undecided line is short of what could not be promised now, an approved one of what waits, any other of nothing', () => {
    expect(shortQuantity(line(), stock({ b: 3 }))).toBe(1);
    expect(shortQuantity(line(), stock({ b: 9 }))).toBe(0);
    expect(shortQuantity(waiting({ backorderedQuantity: 2 }), stock({ b: 9 }))).toBe(2);
    expect(shortQuantity(line({ state: 'shipped' }), stock({}))).toBe(0);
  });

  it('P-11: a line that is short is offered the newer numbers that are there, the next one first, then the older ones', () => {
    expect(substitutesFor(line(), replaces, stock({ a: 4, c: 4, d: 5 }))).toEqual([{ partId: 'c', newer: true }, { partId: 'd', newer: true }, { partId: 'a', newer: false }]);
  });

  it('P-11: only what serves the whole line is offered, and nothing for a line that is not short', () => {
    expect(substitutesFor(line(), replaces, stock({ a: 3, c: 3 }))).toEqual([]);
    expect(substitutesFor(line(), replaces, stock({ b: 4, c: 4 }))).toEqual([]);
    expect(substitutesFor(line(), new Map(), stock({ c: 4 }))).toEqual([]);
  });

  it('P-7: an undecided line and one that waits whole and free get another part', () => {
    expect([exchangeRefusal(line()), exchangeRefusal(waiting()), exchangeRefusal(waiting({ supplyKind: 'special' }))]).toEqual([undefined, undefined, undefined]);
  });

  it('P-5: what was quoted or is charged stays the part that its price was made for', () => {
    expect([exchangeRefusal(line({ state: 'quoted' })), exchangeRefusal(waiting({ supplyKind: 'charged' }))]).toEqual(['SUBSTITUTE_CHARGED', 'SUBSTITUTE_CHARGED']);
  });

  it('P-7: a line of which pieces are reserved or shipped, and one that is over or escalated, keeps its part', () => {
    expect(exchangeRefusal(waiting({ backorderedQuantity: 3 }))).toBe('SUBSTITUTE_PARTLY_THERE');
    const over: LineState[] = ['escalated', 'rejected', 'shipped', 'received', 'cancelled'];
    expect(over.map((state) => exchangeRefusal(line({ state })))).toEqual(over.map(() => 'STEP_NOT_ALLOWED'));
  });

  it('P-11: only a part that is offered is accepted', () => {
    const offered = [{ partId: 'c', newer: true }];
    expect(() => checkExchange(line(), offered, 'c')).not.toThrow();
    expect(() => checkExchange(line(), offered, 'd')).toThrow(expect.objectContaining({ reason: 'SUBSTITUTE_NOT_OFFERED' }));
    expect(() => checkExchange(waiting({ supplyKind: 'charged' }), offered, 'c')).toThrow(expect.objectContaining({ reason: 'SUBSTITUTE_CHARGED' }));
  });
});
