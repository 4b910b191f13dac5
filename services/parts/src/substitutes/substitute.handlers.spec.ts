import { PartService, PartUpkeepService, PartsRequestService, SubstituteService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('IN', 'covered');
  world.around.coverage.set('OUT', 'not_covered');
});
afterAll(() => world?.service.stop());

const substitutes = (ctx: CallContext = world.dealer()) => world.service.client(SubstituteService, ctx);
const requests = (ctx: CallContext = world.dealer()) => world.service.client(PartsRequestService, ctx);

/** An old number without stock, and the one that replaces it. */
async function chain(stock: number): Promise<[old: string, next: string]> {
  const [old, next] = [await world.part(), await world.part({ stock })];
  const part = await world.service.client(PartService, world.as('service_clerk')).getPart({ id: next });
  await world.service.client(PartUpkeepService, world.as('service_clerk')).changePart({
    id: next, version: part.version, name: part.name, nameEn: part.nameEn, unit: part.unit, partClass: part.partClass, returnRequired: true, supersedesPartId: old,
  });
  return [old, next];
}

const accept = async (id: string, partId: string, ctx = world.dealer()) => {
  const { version, lines } = await world.get(id);
  return substitutes(ctx).acceptSubstitute({ id, version, lineId: lines[0].id, partId });
};

describe('a substitute for what is not in stock', () => {
  it('P-11: dealer and reviewer see what serves an undecided line; accepted, it is reviewed with that part', async () => {
    const [old, next] = await chain(5);
    const { id } = await world.request([[old, 2, 'IN']]);
    const { lines } = await world.get(id);
    const part = await world.service.client(PartService, world.dealer()).getPart({ id: next });
    for (const ctx of [world.dealer(), world.dealer('dealer_technician'), world.as('service_clerk')]) {
      expect((await substitutes(ctx).listSubstitutes({ id })).items).toMatchObject([{
        lineId: lines[0].id, position: 1, partId: old, shortQuantity: 2, substitutePartId: next, substitutePartNumber: part.number, newer: true, refusal: '',
      }]);
    }
    const ref = await accept(id, next);
    expect(ref.version).toBeGreaterThan(1);
    const reviewed = await world.review(id);
    expect(reviewed.lines).toMatchObject([{ partId: next, state: 'approved', backorderedQuantity: 0 }]);
    expect((await substitutes().listSubstitutes({ id })).items).toEqual([]);
    const trail = await world.service.sql<{ changed: object }>(`select changed from audit_entry where action = 'substitute' and document_id = $1`, [lines[0].id]);
    expect(trail).toEqual([{ changed: { partId: { before: old, after: next } } }]);
  });

  it('P-7: a free line that waits whole gets the other part at once, on a picking order; its return due stays', async () => {
    const [old, next] = await chain(3);
    const { id } = await world.request([[old, 3, 'IN']]);
    expect((await world.review(id)).lines).toMatchObject([{ state: 'approved', backorderedQuantity: 3 }]);
    await accept(id, next, world.as('service_clerk'));
    const after = await world.get(id);
    expect(after.lines).toMatchObject([{ partId: next, state: 'approved', backorderedQuantity: 0, returnDue: true, supplyKind: 'warranty' }]);
    expect(await world.balance(next)).toEqual({ onHand: 3, reserved: 3 });
    expect(after.pickingOrderIds).toHaveLength(1);
    await world.receive(old, 3);
    expect(await world.balance(old)).toEqual({ onHand: 3, reserved: 0 });
    const [pickingId] = await world.pick(id);
    await world.ship(await world.plan(pickingId));
    expect((await world.get(id)).lines).toMatchObject([{ state: 'shipped', shippedQuantity: 3 }]);
  });

  it('P-5: a quoted line shows what is there, and why its part stays', async () => {
    const [old, next] = await chain(3);
    const { id } = await world.request([[old, 1, 'OUT']]);
    await world.review(id);
    expect((await substitutes().listSubstitutes({ id })).items).toMatchObject([{ substitutePartId: next, refusal: 'SUBSTITUTE_CHARGED' }]);
    expect(await reasonOf(accept(id, next))).toBe('SUBSTITUTE_CHARGED');
  });

  it('P-11: of two lines that want the last pieces one gets them; what is not offered is refused', async () => {
    const [old, next] = await chain(2);
    const [one, two] = [await world.request([[old, 2, 'IN']]), await world.request([[old, 2, 'IN']])];
    for (const { id } of [one, two]) await world.review(id);
    const answers = await Promise.all([one, two].map(({ id }) => reasonOf(accept(id, next))));
    expect(answers.sort()).toEqual(['SUBSTITUTE_NOT_OFFERED', 'no error']);
    expect(await world.balance(next)).toEqual({ onHand: 2, reserved: 2 });
  });

  it('P-7: nobody exchanges another dealer’s part, a technician none, and the version counts', async () => {
    const [old, next] = await chain(2);
    const { id } = await world.request([[old, 1, 'IN']]);
    const { version, lines } = await world.get(id);
    const stranger = world.dealer('dealer_manager', newId());
    expect(await reasonOf(substitutes(stranger).listSubstitutes({ id }))).toBe('NOT_FOUND');
    expect(await reasonOf(accept(id, next, stranger))).toBe('NOT_FOUND');
    expect(await reasonOf(accept(id, next, world.dealer('dealer_technician')))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(substitutes().acceptSubstitute({ id, version: version + 1, lineId: lines[0].id, partId: next }))).toBe('STALE_VERSION');
    expect(await reasonOf(requests(stranger).getPartsRequest({ id }))).toBe('NOT_FOUND');
  });
});
