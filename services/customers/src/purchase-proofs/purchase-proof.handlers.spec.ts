import { CoverageService, CustomerService, ProductUnitService, PurchaseDateProvedSchema, PurchaseProofService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { CustomersPlatform, refusal } from '../customers.fixture.js';

describe('proofs of a day of purchase over the bus', () => {
  const platform = new CustomersPlatform();
  const proofs = (ctx: CallContext) => platform.service.client(PurchaseProofService, ctx);
  const units = (ctx: CallContext) => platform.service.client(ProductUnitService, ctx);
  let clerk: CallContext;

  beforeAll(async () => {
    await platform.start();
    clerk = platform.service.ctx({ role: 'service_clerk' });
  });
  afterAll(() => platform.service.stop());

  /** A unit sold on a day nobody knows, unless told. */
  async function scene(purchaseDate = '') {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const customer = await platform.customer(manager, { name: '张三丰' });
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(manager, serial, { customerId: customer.id, purchaseDate });
    const asked = { id: unit.id, version: unit.version, purchaseDate: '2024-03-15', evidence: { id: newId(), sha256: 'a'.repeat(64) }, reason: '' };
    return { dealer, manager, customer, serial, unit, asked };
  }
  const verdict = (ctx: CallContext, serial: string) => platform.service.client(CoverageService, ctx).decideCoverage({ serial, eventDate: '2025-03-15' });

  it('W-4: a dealer hands in date and photo, the clerk accepts, and the unit is dated from then on', async () => {
    const { manager, serial, unit, asked } = await scene();
    const stored = await verdict(manager, serial);
    expect(stored).toMatchObject({ coverage: 'unknown', reason: 'purchase_date_unknown' });
    const { id, state } = await proofs(manager).provePurchase(asked);
    expect(state).toBe('submitted');
    expect(await proofs(manager).getPurchaseProof({ id })).toMatchObject({
      serial, purchaseDate: '2024-03-15', submittedBy: manager.userId, evidence: { id: asked.evidence.id }, before: { purchaseDate: '', warrantyUntil: '' },
      after: { purchaseDate: '2024-03-15', warrantyUntil: '2025-03-15' }, allowedActions: [{ reason: 'ROLE_NOT_ALLOWED' }, { reason: 'ROLE_NOT_ALLOWED' }],
    });
    expect((await verdict(manager, serial)).coverage).toBe('unknown');
    await expect(proofs(manager).provePurchase(asked)).rejects.toEqual(refusal('already_exists', 'PROOF_OPEN'));
    await expect(proofs(manager).decidePurchaseProof({ id, version: 1, accepted: true })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await proofs(clerk).decidePurchaseProof({ id, version: 1, accepted: true });
    expect(await verdict(manager, serial)).toMatchObject({ coverage: 'covered', lastCoveredDay: '2025-03-15' });
    expect(await units(manager).getUnitFile({ id: unit.id })).toMatchObject({
      unit: { purchaseDate: '2024-03-15', version: unit.version + 1 }, purchaseProofs: [{ id, state: 'accepted', decidedBy: clerk.userId }],
    });
    const replayed = await platform.service.client(CoverageService, clerk).replayCoverage(stored);
    expect(replayed).toEqual(stored);
    const decided = await proofs(manager).getPurchaseProof({ id });
    expect(decided).toMatchObject({ state: 'accepted', before: { purchaseDate: '' }, effectEn: expect.stringContaining('the warranty runs up to and including 2025-03-15') as string });
    await expect(proofs(clerk).decidePurchaseProof({ id, version: 2, accepted: false, reason: 'x' })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
  });

  it('W-4: what the clerk refuses changes nothing, says why, and a better proof may follow', async () => {
    const { manager, unit, asked } = await scene();
    const { id } = await proofs(manager).provePurchase(asked);
    await expect(proofs(clerk).decidePurchaseProof({ id, version: 1, accepted: false })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await proofs(clerk).decidePurchaseProof({ id, version: 1, accepted: false, reason: '发票看不清' });
    expect(await proofs(manager).getPurchaseProof({ id })).toMatchObject({ state: 'refused', decisionReason: '发票看不清' });
    expect(await units(manager).getUnit({ id: unit.id })).toMatchObject({ purchaseDate: '', version: unit.version });
    expect((await proofs(manager).provePurchase(asked)).state).toBe('submitted');
    expect((await proofs(manager).listPurchaseProofs({ state: 'refused' })).items).toMatchObject([{ id }]);
  });

  it('W-4: the clerk corrects a wrong day himself, with reason and evidence, and the figures hear of it', async () => {
    const { manager, customer, unit, asked } = await scene('2024-05-01');
    await expect(proofs(clerk).provePurchase(asked)).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(proofs(clerk).provePurchase({ ...asked, evidence: undefined, reason: '录错' })).rejects.toEqual(refusal('invalid_argument', 'EVIDENCE_MISSING'));
    await expect(proofs(clerk).provePurchase({ ...asked, purchaseDate: '2019-12-31', reason: '录错' })).rejects.toEqual(refusal('invalid_argument', 'DATE_BEFORE_DISPATCH'));
    const { id, state } = await proofs(clerk).provePurchase({ ...asked, reason: '张三丰 发票为准' });
    expect(state).toBe('accepted');
    expect(await proofs(manager).getPurchaseProof({ id })).toMatchObject({
      reason: '*** 发票为准', before: { warrantyUntil: '2025-05-01' }, after: { warrantyUntil: '2025-03-15' }, decidedBy: clerk.userId,
    });
    const told = await platform.service.sql<{ payload: string }>('select payload::text from outbox where event_type = $1', [PurchaseDateProvedSchema.typeName]);
    expect(told.map(({ payload }) => payload).filter((payload) => payload.includes(unit.id))).toEqual([expect.stringContaining('2024-03-15')]);
    const { items } = await platform.service.client(CustomerService, manager).listCustomerTimeline({ id: customer.id });
    expect(items.map(({ kind, on }) => `${kind} ${on}`)).toContain('purchase_dated 2024-03-15');
  });

  it('W-4: a dealer proves what it sold; another’s unit and proof look like missing ones', async () => {
    const { manager, dealer, asked } = await scene();
    const stranger = await platform.dealer();
    const missing = await proofs(stranger.manager).provePurchase({ ...asked, id: newId() }).catch((error: unknown) => error);
    await expect(proofs(stranger.manager).provePurchase(asked)).rejects.toEqual(missing);
    const { id } = await proofs(manager).provePurchase(asked);
    const unknown = await proofs(stranger.manager).getPurchaseProof({ id: newId() }).catch((error: unknown) => error);
    await expect(proofs(stranger.manager).getPurchaseProof({ id })).rejects.toEqual(unknown);
    expect((await proofs(stranger.manager).listPurchaseProofs({ dealerId: dealer.id })).items).toEqual([]);
    const [unsold] = await platform.units(await platform.model(), dealer);
    const inStock = await units(manager).getUnitBySerial({ serial: unsold });
    await expect(proofs(manager).provePurchase({ ...asked, id: inStock.id, version: 1 })).rejects.toEqual(refusal('failed_precondition', 'UNIT_NOT_SOLD'));
  });
});
