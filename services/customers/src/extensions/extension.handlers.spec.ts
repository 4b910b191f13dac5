import { CoverageService, ProductUnitService, WarrantyExtensionService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { CustomersPlatform, refusal } from '../customers.fixture.js';

describe('extensions over the bus', () => {
  const platform = new CustomersPlatform();
  const units = (ctx: CallContext) => platform.service.client(ProductUnitService, ctx);
  const extensions = (ctx: CallContext) => platform.service.client(WarrantyExtensionService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** A unit bought on 2024-03-15 with a campaign until 2025-06-30 and, by mistake, a settlement until 2030-01-01. */
  async function scene() {
    const dealer = await platform.dealer();
    const supervisor = platform.service.ctx({ role: 'service_supervisor' });
    const customer = await platform.customer(dealer.manager, { name: '张三丰' });
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(dealer.manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
    await units(supervisor).extendWarranty({ id: unit.id, version: 2, until: '2025-06-30', basis: 'campaign', reference: '春季活动', reason: '老用户' });
    await units(supervisor).extendWarranty({ id: unit.id, version: 3, until: '2030-01-01', basis: 'settlement', reference: '张三丰 TS-7', reason: '投诉' });
    const { items } = await extensions(supervisor).listExtensions({ unitId: unit.id });
    return { dealer, supervisor, serial, unit, mistake: items[0] };
  }
  const on = (ctx: CallContext, serial: string, eventDate: string) => platform.service.client(CoverageService, ctx).decideCoverage({ serial, eventDate });

  it('W-10: a settlement has a number, and nothing else extends a warranty', async () => {
    const { supervisor, unit } = await scene();
    const asked = { id: unit.id, version: 4, until: '2031-01-01', basis: 'settlement', reference: 'TS-1', reason: 'x' };
    await expect(units(supervisor).extendWarranty({ ...asked, reference: '' })).rejects.toEqual(refusal('invalid_argument', 'REFERENCE_MISSING'));
    await expect(units(supervisor).extendWarranty({ ...asked, basis: 'gift' })).rejects.toEqual(refusal('invalid_argument', 'EXTENSION_BASIS_UNKNOWN'));
  });

  it('W-10: one granted by mistake is withdrawn, and the longest one left applies', async () => {
    const { dealer, supervisor, serial, unit, mistake } = await scene();
    expect(mistake).toMatchObject({ basis: 'settlement', reference: '*** TS-7', until: '2030-01-01', state: 'in_force', unitVersion: 4 });
    const withdraw = { id: unit.id, version: 4, extensionId: mistake.id, reason: '录错产品' };
    await expect(extensions(dealer.manager).withdrawExtension(withdraw)).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(extensions(supervisor).withdrawExtension({ ...withdraw, extensionId: newId() })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(extensions(supervisor).withdrawExtension({ ...withdraw, version: 3 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await extensions(supervisor).withdrawExtension(withdraw);
    await expect(extensions(supervisor).withdrawExtension({ ...withdraw, version: 5 })).rejects.toEqual(refusal('failed_precondition', 'EXTENSION_WITHDRAWN'));
    const file = await units(dealer.manager).getUnitFile({ id: unit.id });
    expect(file.unit).toMatchObject({ warrantyUntil: '2025-06-30', version: 5 });
    expect(file.unit?.flow.map(({ kind }) => kind)).toEqual(['dispatched', 'sold', 'extended', 'extended', 'extension_withdrawn']);
    expect(file.extensions).toMatchObject([{ basis: 'campaign', withdrawnAt: '' }, { basis: 'settlement', withdrawnBy: supervisor.userId, withdrawalReason: '录错产品' }]);
    expect(await on(dealer.manager, serial, '2025-07-01')).toMatchObject({ coverage: 'not_covered', lastCoveredDay: '2025-06-30' });
  });

  it('W-8: a verdict stored before the withdrawal stays as it was, and says the basis of the extension but not which', async () => {
    const { dealer, supervisor, serial, unit, mistake } = await scene();
    const stored = await on(dealer.manager, serial, '2026-01-01');
    expect(stored).toMatchObject({ coverage: 'covered', reason: 'extension' });
    expect(stored.used.find(({ code }) => code === 'extension')).toMatchObject({ zh: '已延保至 2030-01-01（协商解决）', en: 'extended until 2030-01-01 as a settlement' });
    expect(JSON.stringify(stored)).not.toContain('TS-7');
    await extensions(supervisor).withdrawExtension({ id: unit.id, version: 4, extensionId: mistake.id, reason: '录错产品' });
    const replayed = await platform.service.client(CoverageService, supervisor).replayCoverage(stored);
    expect(replayed).toEqual(stored);
    const { extensionBasis: _later, ...older } = JSON.parse(stored.facts) as Record<string, unknown>;
    expect(await platform.service.client(CoverageService, supervisor).replayCoverage({ ...stored, facts: JSON.stringify(older) })).toMatchObject({ coverage: 'covered', reason: 'extension' });
  });

  it('W-10: the list is each dealer’s own, by basis and state, page by page', async () => {
    const { dealer, supervisor, unit, mistake } = await scene();
    const stranger = await platform.dealer();
    expect((await extensions(stranger.manager).listExtensions({})).items).toEqual([]);
    expect((await extensions(stranger.manager).listExtensions({ unitId: unit.id, dealerId: dealer.id })).items).toEqual([]);
    await extensions(supervisor).withdrawExtension({ id: unit.id, version: 4, extensionId: mistake.id, reason: '录错产品' });
    const own = extensions(dealer.manager);
    expect((await own.listExtensions({ state: 'withdrawn' })).items).toMatchObject([{ id: mistake.id, withdrawalReason: '录错产品' }]);
    expect((await own.listExtensions({ basis: 'campaign' })).items).toMatchObject([{ reference: '春季活动', state: 'in_force' }]);
    const first = await own.listExtensions({ page: { limit: 1 } });
    const second = await own.listExtensions({ page: { limit: 1, cursor: first.nextCursor } });
    expect([first.items[0].id === mistake.id, second.items[0].basis, second.nextCursor]).toEqual([true, 'campaign', '']);
    await expect(own.listExtensions({ unitId: 'x' })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
  });
});
