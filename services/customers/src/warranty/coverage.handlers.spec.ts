import { CoverageService, ProductModelService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { CustomersPlatform, refusal } from '../customers.fixture.js';

const photo = { id: newId(), sha256: 'a'.repeat(64) };

describe('coverage over the bus', () => {
  const platform = new CustomersPlatform();
  const coverage = (ctx: Parameters<typeof platform.service.client>[1]) => platform.service.client(CoverageService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('W-6, D-9: any dealer gets the verdict for a full serial, and nothing of another’s dealer, customer or documents', async () => {
    const owner = await platform.dealer();
    const stranger = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), owner);
    const customer = await platform.customer(owner.manager);
    await platform.sold(owner.manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
    const verdict = await coverage(stranger.manager).decideCoverage({ serial: serial.toLowerCase(), eventDate: '2025-03-15' });
    expect(verdict).toMatchObject({ coverage: 'covered', reason: 'within_term', lastCoveredDay: '2025-03-15', ruleVersion: 1, stage: 'unboxing' });
    for (const hidden of [owner.id, customer.id, customer.number]) expect(JSON.stringify(verdict)).not.toContain(hidden);
    await expect(coverage(owner.manager).decideCoverage({ serial, eventDate: '2025-03-16' })).resolves.toMatchObject({ coverage: 'not_covered' });
  });

  it('W-4: a serial the registry does not know is unknown, until the review proves the purchase with a photo', async () => {
    const { manager } = await platform.dealer();
    const request = { serial: 'STRANGE-1', eventDate: '2025-03-15' };
    await expect(coverage(manager).decideCoverage(request)).resolves.toMatchObject({ coverage: 'unknown', reason: 'unknown_serial', unitId: '', stage: '' });
    await expect(coverage(manager).decideCoverage({ ...request, serial: '' })).resolves.toMatchObject({ reason: 'unknown_serial' });
    const proof = { ...request, proofPurchaseDate: '2024-03-15' };
    await expect(coverage(manager).decideCoverage(proof)).rejects.toEqual(refusal('invalid_argument', 'EVIDENCE_MISSING'));
    await expect(coverage(manager).decideCoverage({ ...proof, proofEvidence: [photo] })).resolves.toMatchObject({ coverage: 'covered' });
  });

  it('W-4, W-1: a proved day that cannot be the purchase is refused', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const proved = (proofPurchaseDate: string, eventDate = '2025-03-15') => coverage(dealer.manager).decideCoverage({ serial, eventDate, proofPurchaseDate, proofEvidence: [photo] });
    await expect(proved('2999-01-01', '2999-01-01')).rejects.toMatchObject({ reason: 'DATE_IN_FUTURE', details: { field: 'proofPurchaseDate' } });
    await expect(proved('2025-03-16')).rejects.toMatchObject({ reason: 'DATE_AFTER_EVENT', details: { field: 'proofPurchaseDate' } });
    await expect(proved('1999-12-31')).rejects.toMatchObject({ reason: 'DATE_BEFORE_DISPATCH', details: { field: 'proofPurchaseDate' } });
  });

  it('W-5: an exclusion without cause or photo is refused', async () => {
    const { manager } = await platform.dealer();
    const request = { serial: 'STRANGE-1', eventDate: '2025-03-15', exclusion: 'misuse', exclusionCause: '野蛮使用' };
    await expect(coverage(manager).decideCoverage(request)).rejects.toEqual(refusal('invalid_argument', 'EVIDENCE_MISSING'));
    await expect(coverage(manager).decideCoverage({ ...request, exclusionCause: '', exclusionEvidence: [photo] })).rejects.toEqual(refusal('invalid_argument', 'EVIDENCE_MISSING'));
    await expect(coverage(manager).decideCoverage({ ...request, exclusion: 'x', exclusionEvidence: [photo] })).rejects.toEqual(refusal('invalid_argument', 'EXCLUSION_UNKNOWN'));
    await expect(coverage(manager).decideCoverage({ serial: 'S', eventDate: '2025-02-30' })).rejects.toEqual(refusal('invalid_argument', 'INVALID_DATE'));
  });

  it('W-9, W-8: a class gets its own term in any spelling of case, and a verdict of before it did so replays as it was', async () => {
    const dealer = await platform.dealer();
    const covers = { coversParts: true, coversLabour: true, startBasis: 'purchase' };
    const [serial] = await platform.units(await platform.model([{ partClass: 'ceramic_body', months: 60, ...covers }, { partClass: 'seal', months: 12, ...covers }, { partClass: '*', months: 36, ...covers }]), dealer);
    await platform.sold(dealer.manager, serial, { customerId: (await platform.customer(dealer.manager)).id, purchaseDate: '2024-03-15' });
    const ask = (partClass: string) => coverage(dealer.manager).decideCoverage({ serial, partClass, eventDate: '2026-01-10' });
    const seal = await ask('seal');
    expect(seal).toMatchObject({ coverage: 'not_covered', reason: 'term_over', lastCoveredDay: '2025-03-15' });
    for (const typed of ['SEAL', 'Seal', ' ｓｅａｌ ']) expect(await ask(typed)).toEqual(seal);
    expect(await ask('Ceramic_Body')).toMatchObject({ coverage: 'covered', lastCoveredDay: '2029-03-15' });
    expect(await ask('electronic_unit')).toMatchObject({ coverage: 'covered', lastCoveredDay: '2027-03-15' });
    const facts = JSON.stringify({ ...(JSON.parse(seal.facts) as object), partClass: 'SEAL' });
    expect(await coverage(dealer.manager).replayCoverage({ ...seal, facts })).toMatchObject({ coverage: 'covered', lastCoveredDay: '2027-03-15' });
  });

  it('W-8, W-9: changed terms make a new answer for new purchases only, and an old verdict replays as it was', async () => {
    const dealer = await platform.dealer();
    const model = await platform.model();
    const [old, recent] = await platform.units(model, dealer, 2);
    const customer = await platform.customer(dealer.manager);
    await platform.sold(dealer.manager, old, { customerId: customer.id, purchaseDate: '2024-03-15' });
    const stored = await coverage(dealer.manager).decideCoverage({ serial: old, eventDate: '2025-03-16' });
    const clerk = platform.service.client(ProductModelService);
    const before = await clerk.getProductModel({ id: model.id });
    const terms = [{ partClass: '*', months: 36, coversParts: true, startBasis: 'purchase' }];
    const change = { id: model.id, name: before.name, terms };
    await expect(clerk.updateProductModel({ ...change, version: before.version, termsEffectiveFrom: businessDate(await platform.service.now()) })).rejects.toEqual(refusal('invalid_argument', 'TERMS_START_TOO_EARLY'));
    const changed = await clerk.updateProductModel({ ...change, version: before.version });
    await expect(clerk.getProductModel({ id: model.id })).resolves.toMatchObject({ termsPending: true, state: 'published' });
    await platform.service.client(ProductModelService, platform.service.ctx({ role: 'service_supervisor' })).publishProductModel({ id: model.id, version: changed.version });
    await platform.service.moveClock('24h');
    const tomorrow = businessDate(await platform.service.now());
    await platform.sold(dealer.manager, recent, { customerId: customer.id, purchaseDate: tomorrow });
    const year = Number(tomorrow.slice(0, 4));
    await expect(coverage(dealer.manager).decideCoverage({ serial: recent, eventDate: `${year + 2}-01-01` })).resolves.toMatchObject({ coverage: 'covered' });
    const again = await coverage(dealer.manager).decideCoverage({ serial: old, eventDate: '2025-03-16' });
    expect(again).toEqual(stored);
    expect(await coverage(dealer.manager).replayCoverage(stored)).toEqual(stored);
    await expect(coverage(dealer.manager).replayCoverage({ ...stored, ruleVersion: 99 })).rejects.toEqual(refusal('failed_precondition', 'RULE_VERSION_UNKNOWN'));
    await expect(coverage(dealer.manager).replayCoverage({ ...stored, facts: '{"a":1}' })).rejects.toEqual(refusal('invalid_argument', 'FACTS_INVALID'));
  });

  it('W-9: a model is published by a supervisor, and broken terms are refused', async () => {
    const clerk = platform.service.client(ProductModelService);
    const draft = { code: `M${newId().slice(-8)}`, name: '马桶', family: 'toilet', terms: [{ partClass: '*', months: 12, coversParts: true, startBasis: 'purchase' }] };
    await platform.families('toilet');
    await expect(clerk.createProductModel({ ...draft, family: 'bathtub' })).rejects.toEqual(refusal('invalid_argument', 'FAMILY_UNKNOWN'));
    const { id } = await clerk.createProductModel(draft);
    await expect(clerk.createProductModel(draft)).rejects.toEqual(refusal('already_exists', 'MODEL_CODE_TAKEN'));
    await expect(clerk.createProductModel({ ...draft, code: draft.code.toLowerCase() })).rejects.toEqual(refusal('already_exists', 'MODEL_CODE_TAKEN'));
    await expect(clerk.createProductModel({ ...draft, code: 'X1', terms: [] })).rejects.toEqual(refusal('invalid_argument', 'TERMS_MISSING'));
    await expect(clerk.publishProductModel({ id, version: 1 })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    const { manager, code } = await platform.dealer();
    const sheet = [{ serial: 'DRAFT-1', modelCode: draft.code, dealerCode: code, manufacturedOn: '2026-01-01', dispatchedOn: '2026-01-01' }];
    expect(await platform.importSheet(sheet)).toMatchObject({ errors: [{ code: 'MODEL_NOT_PUBLISHED', row: 2, column: 'modelCode' }] });
    const asked = { q: draft.code.toLowerCase(), state: 'draft' };
    expect((await clerk.listProductModels(asked)).items).toMatchObject([{ id, code: draft.code }]);
    const dealers = platform.service.client(ProductModelService, manager);
    expect((await dealers.listProductModels(asked)).items).toEqual([]);
    await expect(dealers.getProductModel({ id })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('W-9: terms that wait for the supervisor are read by the manufacturer only; a dealer reads those that were published', async () => {
    const [clerk, supervisor] = [platform.service.client(ProductModelService), platform.service.client(ProductModelService, platform.service.ctx({ role: 'service_supervisor' }))];
    const dealers = platform.service.client(ProductModelService, (await platform.dealer()).manager);
    const terms = (months: number) => [{ partClass: '*', months, coversParts: true, startBasis: 'purchase' }];
    const named = { name: '马桶', family: 'toilet' };
    const { id } = await clerk.createProductModel({ ...named, code: `M${newId().slice(-8)}`, terms: terms(12) });
    await supervisor.publishProductModel({ id, version: 1 });
    await clerk.updateProductModel({ id, version: 2, name: named.name, terms: terms(24) });
    expect(await clerk.getProductModel({ id })).toMatchObject({ termsPending: true, terms: [{ months: 24 }] });
    const read = await dealers.getProductModel({ id });
    expect(read).toMatchObject({ termsPending: false, terms: [{ months: 12 }] });
    expect(read.termsVersions).toHaveLength(1);
    await supervisor.publishProductModel({ id, version: 3 });
    expect(await dealers.getProductModel({ id })).toMatchObject({ terms: [{ months: 24 }] });
  });
});
