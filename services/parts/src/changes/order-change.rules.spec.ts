import { assertLocked, changeRefusal, orderChangeSteps, takingFor, wishOf, type ChangeableLine, type PickedPieces } from './order-change.rules.js';

const refusing = (reason: string) => expect.objectContaining({ reason });
const line = (given: Partial<ChangeableLine> = {}): ChangeableLine => ({ state: 'approved', quantity: 10, shippedQuantity: 0, backorderedQuantity: 0, ...given });
const pick = (id: string, quantity: number, given: Partial<PickedPieces> = {}): PickedPieces => ({ id, orderState: 'printed', quantity, plannedQuantity: 0, ...given });

describe('P-10: a change of what is printed', () => {
  it('P-10: is open until the warehouse accepts or refuses it, or it is taken back', () => {
    expect([orderChangeSteps.unreachable(), orderChangeSteps.deadEnds()]).toEqual([[], []]);
    for (const step of orderChangeSteps.actions) expect(() => orderChangeSteps.next(step, 'accepted')).toThrow(refusing('STEP_NOT_ALLOWED'));
  });

  it('P-10: cancels a line or leaves it fewer pieces, at least one and those that are shipped', () => {
    expect(wishOf({ kind: 'cancel', quantity: 7 }, line())).toEqual({ kind: 'cancel', quantity: 0 });
    expect(wishOf({ kind: 'reduce', quantity: 4 }, line({ shippedQuantity: 4 }))).toEqual({ kind: 'reduce', quantity: 4 });
    for (const quantity of [0, 3, 10, 11, 4.5]) expect(() => wishOf({ kind: 'reduce', quantity }, line({ shippedQuantity: 4 }))).toThrow(refusing('QUANTITY_INVALID'));
    expect(() => wishOf({ kind: 'reduce', quantity: 0 }, line())).toThrow(refusing('QUANTITY_INVALID'));
    expect(() => wishOf({ kind: 'swap', quantity: 1 }, line())).toThrow(refusing('CHANGE_KIND_UNKNOWN'));
  });

  it('P-10: is asked for only once a list is printed', () => {
    for (const orderState of ['printed', 'picked'] as const) expect(() => assertLocked([pick('a', 1, { orderState: 'open' }), pick('b', 1, { orderState })])).not.toThrow();
    for (const picks of [[], [pick('a', 1, { orderState: 'open' })]]) expect(() => assertLocked(picks)).toThrow(refusing('CHANGE_NOT_NEEDED'));
  });

  it('P-10: what waits for stock is given up first, then what is not printed, then what is; what is planned stays', () => {
    const picks = [pick('a', 4, { plannedQuantity: 1 }), pick('b', 3, { orderState: 'open' })];
    const of = (quantity: number) => takingFor({ kind: 'reduce', quantity }, line({ backorderedQuantity: 3 }), picks);
    expect(of(8)).toEqual({ backordered: 2, picks: [] });
    expect(of(5)).toEqual({ backordered: 3, picks: [{ id: 'b', quantity: 2 }] });
    expect(of(1)).toEqual({ backordered: 3, picks: [{ id: 'b', quantity: 3 }, { id: 'a', quantity: 3 }] });
    expect(() => takingFor({ kind: 'cancel', quantity: 0 }, line({ backorderedQuantity: 3 }), picks)).toThrow(refusing('ALREADY_PLANNED'));
  });

  it('P-4, P-10: a line that is shipped in part is not cancelled, one that is not being made ready is not changed', () => {
    const picks = [pick('a', 10, { plannedQuantity: 4 })];
    expect(() => takingFor({ kind: 'cancel', quantity: 0 }, line({ shippedQuantity: 4 }), picks)).toThrow(refusing('PARTLY_SHIPPED'));
    expect(takingFor({ kind: 'reduce', quantity: 4 }, line({ shippedQuantity: 4 }), picks)).toEqual({ backordered: 0, picks: [{ id: 'a', quantity: 6 }] });
    for (const state of ['in_review', 'shipped', 'cancelled'] as const) expect(() => takingFor({ kind: 'cancel', quantity: 0 }, line({ state }), picks)).toThrow(refusing('STEP_NOT_ALLOWED'));
  });

  it('P-10: a change is offered while the whole line or a piece of it can be given up and none waits for its answer', () => {
    expect(changeRefusal(line(), [pick('a', 10)], false)).toBeUndefined();
    expect(changeRefusal(line({ shippedQuantity: 4 }), [pick('a', 10, { plannedQuantity: 4 })], false)).toBeUndefined();
    expect(changeRefusal(line({ backorderedQuantity: 1 }), [pick('a', 9, { plannedQuantity: 9 })], false)).toBeUndefined();
    expect(changeRefusal(line(), [pick('a', 10)], true)).toBe('CHANGE_OPEN');
    expect(changeRefusal(line(), [pick('a', 10, { orderState: 'open' })], false)).toBe('CHANGE_NOT_NEEDED');
    expect(changeRefusal(line(), [pick('a', 10, { plannedQuantity: 10 })], false)).toBe('ALREADY_PLANNED');
    expect(changeRefusal(line({ quantity: 1 }), [pick('a', 1, { plannedQuantity: 1 })], false)).toBe('ALREADY_PLANNED');
    expect(changeRefusal(line({ state: 'quoted' }), [], false)).toBe('STEP_NOT_ALLOWED');
  });
});
