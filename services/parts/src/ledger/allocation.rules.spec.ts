import fc from 'fast-check';
import { allocate, inOrderOfNeed } from './allocation.rules.js';

const stockOf = (...amounts: number[]) => amounts.map((available, index) => ({ warehouseId: `w${index}`, partId: 'p', available }));

describe('allocation', () => {
  it('P-7: a warehouse that has the whole line serves it alone', () => {
    expect(allocate([{ lineId: 'a', partId: 'p', quantity: 5 }], stockOf(3, 5)).picks).toEqual([
      { lineId: 'a', partId: 'p', quantity: 5, warehouseId: 'w1' },
    ]);
  });

  it('P-7: what is short becomes the back-order quantity of the line', () => {
    const { picks, short } = allocate([{ lineId: 'a', partId: 'p', quantity: 10 }, { lineId: 'b', partId: 'p', quantity: 1 }], stockOf(3, 5));
    expect(picks.map((pick) => pick.quantity)).toEqual([3, 5]);
    expect([...short]).toEqual([['a', 2], ['b', 1]]);
  });

  it('P-7: arrivals are offered urgent first, then the oldest', () => {
    const line = (lineId: string, urgency: 'urgent' | 'scheduled', approvedAt: string) => ({ lineId, urgency, approvedAt });
    const order = inOrderOfNeed([
      line('a', 'scheduled', '2026-01-01T00:00:00.000Z'),
      line('b', 'urgent', '2026-01-03T00:00:00.000Z'),
      line('c', 'urgent', '2026-01-02T00:00:00.000Z'),
    ]);
    expect(order.map((each) => each.lineId)).toEqual(['c', 'b', 'a']);
  });

  it('P-2: whatever is asked, no more is promised than there is, and each piece is either promised or short', () => {
    const wanted = fc.array(fc.record({ partId: fc.constantFrom('p', 'q'), quantity: fc.integer({ min: 1, max: 20 }) }), { maxLength: 8 });
    const stock = fc.array(fc.record({ partId: fc.constantFrom('p', 'q'), available: fc.integer({ min: 0, max: 30 }) }), { maxLength: 5 });
    fc.assert(fc.property(wanted, stock, (lines, amounts) => {
      const asked = lines.map((line, index) => ({ ...line, lineId: `l${index}` }));
      const there = amounts.map((each, index) => ({ ...each, warehouseId: `w${index}` }));
      const { picks, short } = allocate(asked, there);
      for (const each of there) {
        const taken = picks.filter((pick) => pick.warehouseId === each.warehouseId).reduce((sum, pick) => sum + pick.quantity, 0);
        expect(taken).toBeLessThanOrEqual(each.available);
      }
      for (const line of asked) {
        const served = picks.filter((pick) => pick.lineId === line.lineId).reduce((sum, pick) => sum + pick.quantity, 0);
        expect(served + (short.get(line.lineId) ?? 0)).toBe(line.quantity);
      }
    }));
  });
});
