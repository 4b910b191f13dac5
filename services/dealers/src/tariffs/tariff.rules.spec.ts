import { besideReference, checkTariff, publishTariff, referenceLine, requireTariffRole, tariffActions, tariffSteps, type TariffLine } from './tariff.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const line = (family: string, regionCode: string, labourFee = '80.00', travelFee = '30.00'): TariffLine => ({ family, regionCode, labourFee, travelFee });
const TODAY = '2026-03-01';

describe('the reference tariff', () => {
  it('D-3: begins today or later and names each family and region once', () => {
    const check = (lines: TariffLine[], effectiveFrom = TODAY) => () => checkTariff({ effectiveFrom, lines }, TODAY);
    expect(check([line('', ''), line('faucet', ''), line('faucet', '310000'), line('', '310104')])).not.toThrow();
    expect(check([line('', '')], '2026-02-28')).toThrow(refusal('DATE_IN_PAST'));
    expect(check([line('', '')], '2026-02-30')).toThrow(refusal('INVALID_DATE'));
    expect(check([line('', '')], '2027-03-01')).not.toThrow();
    expect(check([line('', '')], '2027-03-02')).toThrow(refusal('DATE_TOO_FAR'));
    expect(check([])).toThrow(refusal('FEES_MISSING'));
    expect(check([line('', ''), line('', '')])).toThrow(expect.objectContaining({ reason: 'LINE_DOUBLE', details: { field: 'lines[1]' } }));
    expect(check([line('龙头', '')])).toThrow(refusal('FAMILY_INVALID'));
    expect(check([line('', '999999')])).toThrow(refusal('REGION_UNKNOWN'));
    expect(check([line('', '', '-1')])).toThrow(refusal('AMOUNT_INVALID'));
  });

  it('F-7: is drafted by finance or a supervisor and published by a supervisor who is somebody else, and never changes afterwards', () => {
    const draft = { state: 'draft' as const, draftedBy: 'a', effectiveFrom: TODAY };
    expect(publishTariff(draft, 'b', TODAY)).toBe('published');
    expect(() => publishTariff(draft, 'a', TODAY)).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(() => publishTariff(draft, 'b', '2026-03-02')).toThrow(refusal('DATE_IN_PAST'));
    expect(() => publishTariff({ ...draft, state: 'published' }, 'b', TODAY)).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(() => tariffSteps.next('update', 'published')).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(() => requireTariffRole('create', 'finance_clerk')).not.toThrow();
    for (const role of ['finance_clerk', 'service_clerk', 'dealer_manager']) expect(() => requireTariffRole('publish', role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(tariffActions(draft, { role: 'service_supervisor', userId: 'a' }, TODAY)).toEqual([{ action: 'update' }, { action: 'publish', reason: 'APPROVER_IS_REQUESTER' }]);
    expect(tariffActions(draft, { role: 'dealer_manager', userId: 'c' }, TODAY).map(({ reason }) => reason)).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED']);
  });

  it('D-3: the exact family counts before all others, then the smallest region', () => {
    const lines = [line('', ''), line('', '310104'), line('faucet', ''), line('faucet', '310000'), line('faucet', '310100')];
    expect(referenceLine(lines, 'faucet', '310104')).toMatchObject({ family: 'faucet', regionCode: '310100' });
    expect(referenceLine(lines, 'faucet', '330106')).toMatchObject({ family: 'faucet', regionCode: '' });
    expect(referenceLine(lines, 'toilet', '310104')).toMatchObject({ family: '', regionCode: '310104' });
    expect(referenceLine(lines, '', '330106')).toMatchObject({ family: '', regionCode: '' });
    expect(referenceLine([line('faucet', '')], '', '330106')).toBeUndefined();
  });

  it('D-3: fees above the reference by more than the setting are shown, never refused', () => {
    const fees = (labourFee: string, travelFee: string) => besideReference({ labourFee, travelFee }, line('', '', '80.00', '0.00'), 20);
    expect(fees('96.00', '0.00')).toEqual({
      referenceLabourFee: '80.00', referenceTravelFee: '0.00', labourDeviationPercent: '20.0', travelDeviationPercent: '', aboveReference: false,
    });
    expect(fees('96.01', '0.00').aboveReference).toBe(true);
    expect(fees('40.00', '1.00')).toMatchObject({ labourDeviationPercent: '-50.0', aboveReference: true });
    expect(besideReference(null, line('', ''), 20)).toMatchObject({ referenceLabourFee: '80.00', labourDeviationPercent: '', aboveReference: false });
    expect(besideReference({ labourFee: '900', travelFee: '0' }, undefined, 20)).toMatchObject({ referenceLabourFee: '', aboveReference: false });
  });
});
