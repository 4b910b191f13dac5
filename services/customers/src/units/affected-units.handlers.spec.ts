import { AffectedUnitService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { CustomersPlatform, refusal } from '../customers.fixture.js';

describe('units that a problem of manufacture concerns', () => {
  const platform = new CustomersPlatform();
  const affected = (ctx: CallContext = platform.service.ctx({ role: 'quality_engineer' })) => platform.service.client(AffectedUnitService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  async function scene() {
    const dealer = await platform.dealer();
    const other = await platform.dealer();
    const model = await platform.model();
    const serials = await platform.units(model, dealer, 3, '2024-05-10');
    const later = await platform.units(await platform.model(), dealer, 1, '2024-08-01');
    const customer = await platform.customer(other.manager);
    await platform.sold(other.manager, serials[0], { customerId: customer.id, purchaseDate: '2024-06-01' });
    return { dealer, other, model, serials, later, customer };
  }

  it('Q-5: named by serial in any spelling, or by model and dates; with the dealer that serves the owner, of an unsold one the dealer it went to', async () => {
    const { dealer, other, model, serials, later, customer } = await scene();
    const named = await affected().listAffectedUnits({ serials: [` ${serials[0].toLowerCase()}`, later[0], 'GONE-1'] });
    expect(named.items).toEqual(expect.arrayContaining([
      expect.objectContaining({ serial: serials[0], modelId: model.id, modelCode: model.code, dealerId: other.id, customerId: customer.id }),
      expect.objectContaining({ serial: later[0], dealerId: dealer.id, customerId: '' }),
    ]));
    expect(named.items).toHaveLength(2);
    const found = async (asked: object) => (await affected().listAffectedUnits(asked)).items.map(({ serial }) => serial).sort();
    expect(await found({ modelIds: [model.id] })).toEqual([...serials].sort());
    expect(await found({ modelIds: [model.id], dispatchedFrom: '2024-05-11' })).toEqual([]);
    expect(await found({ modelIds: [model.id], dispatchedFrom: '2024-05-10', dispatchedTo: '2024-05-10', manufacturedFrom: '2020-01-01', manufacturedTo: '2020-01-01' })).toHaveLength(3);
    expect(await found({ serialFrom: serials[1], serialTo: serials[1] })).toEqual([serials[1]]);
  });

  it('Q-5: page by page, by serial', async () => {
    const { model, serials } = await scene();
    const first = await affected().listAffectedUnits({ modelIds: [model.id], page: { limit: 2 } });
    const rest = await affected().listAffectedUnits({ modelIds: [model.id], page: { limit: 2, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items].map(({ serial }) => serial)).toEqual([...serials].sort());
    expect(rest.nextCursor).toBe('');
  });

  it('Q-5: never without a condition, and never for a dealer', async () => {
    const { dealer, serials } = await scene();
    await expect(affected().listAffectedUnits({})).rejects.toEqual(refusal('invalid_argument', 'FIELD_MISSING'));
    await expect(affected().listAffectedUnits({ serialFrom: ' ' })).rejects.toEqual(refusal('invalid_argument', 'FIELD_MISSING'));
    await expect(affected().listAffectedUnits({ serials: Array.from({ length: 201 }, (_, at) => `S-${at}`) })).rejects.toEqual(refusal('invalid_argument', 'FIELD_MISSING'));
    await expect(affected().listAffectedUnits({ dispatchedFrom: '2024-02-30' })).rejects.toEqual(refusal('invalid_argument', 'INVALID_DATE'));
    await expect(affected().listAffectedUnits({ modelIds: ['x'] })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(affected(dealer.manager).listAffectedUnits({ serials })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    expect((await affected().listAffectedUnits({ modelIds: [newId()] })).items).toEqual([]);
  });
});
