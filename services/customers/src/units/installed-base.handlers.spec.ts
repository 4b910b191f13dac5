import { InstalledBaseService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { CustomersPlatform } from '../customers.fixture.js';

describe('what stands with the customers of a dealer', () => {
  const platform = new CustomersPlatform();
  const base = (ctx: CallContext, dealerId: string) => platform.service.client(InstalledBaseService, ctx).listInstalledBase({ dealerId });

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('P-12: units by model that were sold to customers whom the dealer serves; none that lie unsold, none of another dealer', async () => {
    const [dealer, other] = [await platform.dealer(), await platform.dealer()];
    const [faucet, bidet] = [await platform.model(), await platform.model()];
    const serials = [...(await platform.units(faucet, dealer, 3)), ...(await platform.units(bidet, dealer, 2))];
    const customer = await platform.customer(dealer.manager);
    for (const at of [0, 1, 3]) await platform.sold(dealer.manager, serials[at], { customerId: customer.id, purchaseDate: '2024-06-01' });
    const foreign = await platform.customer(other.manager);
    await platform.sold(other.manager, serials[4], { customerId: foreign.id, purchaseDate: '2024-06-01' });
    const staff = platform.service.ctx({ role: 'service_clerk' });
    const own = [{ modelId: faucet.id, modelCode: faucet.code, units: 2 }, { modelId: bidet.id, modelCode: bidet.code, units: 1 }];
    for (const ctx of [staff, dealer.manager]) {
      const { items } = await base(ctx, dealer.id);
      expect(items).toHaveLength(2);
      expect(items).toEqual(expect.arrayContaining(own.map((model) => expect.objectContaining(model))));
    }
    expect((await base(staff, other.id)).items).toMatchObject([{ modelId: bidet.id, units: 1 }]);
    expect((await base(other.manager, dealer.id)).items).toEqual([]);
    expect([(await base(staff, newId())).items, (await base(staff, 'x')).items]).toEqual([[], []]);
  });
});
