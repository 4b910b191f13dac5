import { DealerService, FeeService, ProductFamilyService, TariffService, type DocumentRef } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { fake, startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';

const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;
const line = (family: string, regionCode: string, labourFee: string) => ({ family, regionCode, labourFee, travelFee: '30.00' });

const families = fake(ProductFamilyService, {
  listProductFamilies: async ({ page }) => (page?.cursor
    ? { items: [{ code: 'toilet', active: true }], nextCursor: '' }
    : { items: [{ code: 'faucet', active: true }, { code: 'bidet', active: false }], nextCursor: '2' }),
});

describe('the reference tariff over the bus', () => {
  let service: TestService;
  let today: string;
  let dealerId: string;

  beforeAll(async () => {
    service = await startTestService({ ...dealers, fakes: [families] });
    today = businessDate(await service.now());
    dealerId = await dealer('TA1', '310104');
  });
  afterAll(() => service.stop());

  const tariffs = (ctx = service.ctx({ role: 'finance_clerk' })) => service.client(TariffService, ctx);
  const supervisor = () => tariffs(service.ctx({ role: 'service_supervisor', userId: newId() }));
  const manager = () => service.dealerCtx(dealerId);
  const fees = (ctx = manager()) => service.client(FeeService, ctx);
  async function dealer(code: string, regionCode: string): Promise<string> {
    return (await service.client(DealerService, service.ctx()).createDealer({ code, name: code, address: { regionCode } })).id;
  }
  async function publish(lines: ReturnType<typeof line>[], effectiveFrom = today): Promise<DocumentRef> {
    const draft = await tariffs().createTariff({ effectiveFrom, lines });
    return supervisor().publishTariff({ id: draft.id, version: draft.version });
  }

  it('D-3, F-7: is drafted, changed while it is a draft, and published by somebody else; dealers read what is published', async () => {
    const draft = await tariffs().createTariff({ effectiveFrom: today, lines: [line('', '', '1.00')] });
    await expect(tariffs(manager()).getTariff({ id: draft.id })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(tariffs(manager()).createTariff({ effectiveFrom: today, lines: [line('', '', '1.00')] })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(tariffs().updateTariff({ id: draft.id, version: 9, effectiveFrom: today, lines: [line('', '', '80.00')] })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    const changed = await tariffs().updateTariff({ id: draft.id, version: 1, effectiveFrom: today, lines: [line('', '310000', '90.00'), line('', '', '80.00')] });
    await expect(tariffs().publishTariff({ id: draft.id, version: changed.version })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    const published = await supervisor().publishTariff({ id: draft.id, version: changed.version });
    expect(published).toMatchObject({ state: 'published', number: expect.stringMatching(/^TF-\d{4}-\d{6}$/) as string });
    await expect(supervisor().updateTariff({ id: draft.id, version: published.version, effectiveFrom: today, lines: [line('', '', '1.00')] })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    const read = await tariffs(manager()).getTariff({ id: draft.id });
    expect(read.lines).toMatchObject([{ regionCode: '', labourFee: '80.00' }, { regionCode: '310000', labourFee: '90.00' }]);
    await tariffs().createTariff({ effectiveFrom: addDays(today, 300), lines: [line('', '', '1.00')] });
    expect((await tariffs(manager()).listTariffs({})).items).toMatchObject([{ id: draft.id, lineCount: 2 }]);
    expect((await tariffs().listTariffs({ page: { limit: 1 } })).nextCursor).not.toBe('');
  });

  it('D-3, W-9: names families of the catalogue that are in use, each once however it is spelled, and begins within a year', async () => {
    const refused = (lines: ReturnType<typeof line>[], field: string, reason: string, effectiveFrom = today) =>
      expect(tariffs().createTariff({ effectiveFrom, lines })).rejects.toMatchObject({ reason, details: { field } });
    await refused([line('toilet', '', '1.00'), line('boiler', '', '1.00')], 'lines[1].family', 'FAMILY_UNKNOWN');
    await refused([line('bidet', '', '1.00')], 'lines[0].family', 'FAMILY_RETIRED');
    await refused([line('faucet', '', '1.00'), line('FAUCET', '', '1.00')], 'lines[1]', 'LINE_DOUBLE');
    await refused([line('', '', '1.00')], 'effectiveFrom', 'DATE_TOO_FAR', '9999-12-31');
    const draft = await tariffs().createTariff({ effectiveFrom: today, lines: [line('', '', '1.00')] });
    await expect(tariffs().updateTariff({ id: draft.id, version: 1, effectiveFrom: today, lines: [line('FAUCET', '', '1.00')] })).rejects.toEqual(refusal('invalid_argument', 'FAMILY_UNKNOWN'));
  });

  it('D-3: a dealer’s fees stand beside the reference of its region and are shown as above it, never refused', async () => {
    const { number } = await publish([line('', '310000', '100.00'), line('toilet', '', '150.00'), line('', '', '50.00')]);
    expect(await fees().getServiceFees({})).toMatchObject({ labourFee: '', referenceLabourFee: '100.00', aboveReference: false, tariffNumber: number });
    await fees().setServiceFees({ labourFee: '130.00', travelFee: '30.00' });
    expect(await fees().getServiceFees({})).toMatchObject({ labourFee: '130.00', labourDeviationPercent: '30.0', travelDeviationPercent: '0.0', aboveReference: true });
    expect(await fees().getServiceFees({ family: 'toilet' })).toMatchObject({ referenceLabourFee: '150.00', labourDeviationPercent: '-13.3', aboveReference: false });
  });

  it('D-3: the tariff that came into force last counts, from its day on', async () => {
    const day = addDays(today, 10);
    await publish([line('', '', '200.00')], day);
    expect(await fees().getServiceFees({ on: addDays(day, -1) })).toMatchObject({ referenceLabourFee: '100.00' });
    expect(await fees().getServiceFees({ on: day })).toMatchObject({ referenceLabourFee: '200.00' });
    expect(await fees().getServiceFees({ on: '2020-01-01' })).toMatchObject({ referenceLabourFee: '', tariffNumber: '' });
  });

  it('D-3: the manufacturer sees who takes more than the reference; a dealer sees its own fees alone', async () => {
    const cheap = await dealer('TA0', '330106');
    await service.client(FeeService, service.dealerCtx(cheap)).setServiceFees({ labourFee: '50.00', travelFee: '0' });
    const all = await fees(service.ctx()).listServiceFees({});
    expect(all.items.map(({ dealerCode, aboveReference }) => [dealerCode, aboveReference])).toEqual([['TA0', false], ['TA1', true]]);
    expect((await fees(service.ctx()).listServiceFees({ aboveReference: true })).items.map(({ dealerCode }) => dealerCode)).toEqual(['TA1']);
    const page = await fees(service.ctx()).listServiceFees({ page: { limit: 1 } });
    expect((await fees(service.ctx()).listServiceFees({ page: { limit: 1, cursor: page.nextCursor } })).items.map(({ dealerCode }) => dealerCode)).toEqual(['TA1']);
    await expect(fees().listServiceFees({})).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
  });
});
