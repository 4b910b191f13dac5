import {
  activate, checkActivation, checkAgreement, checkDealerData, checkParent, checkTaxIdentity, dealerActions, dealerSteps, missingForActivation, nameSuccessor, suspend, terminate,
  type DealerFacts,
} from './dealer.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const identity = { title: '上海阀门有限公司', taxNumber: '91310104MA1FR12345', bank: '', account: '', address: '', phone: '' };
const agreement = { number: 'AG-1', validFrom: '2026-01-01', validTo: '2026-12-31' };
const draft: DealerFacts = { status: 'applicant', draftedBy: 'clerk', taxIdentity: identity, agreement };
const supervisor = { userId: 'supervisor', role: 'service_supervisor' };
const today = '2026-03-01';

describe('a dealer', () => {
  it('D-1: goes applicant → active ⇄ suspended → terminated, and every state is reached and left', () => {
    expect(dealerSteps.unreachable()).toEqual([]);
    expect(dealerSteps.deadEnds()).toEqual([]);
    expect(activate(draft, supervisor, today)).toBe('active');
    expect(suspend('active', 'late reports')).toBe('suspended');
    expect(activate({ ...draft, status: 'suspended' }, supervisor, today)).toBe('active');
    expect(() => activate({ ...draft, status: 'terminated' }, supervisor, today)).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(() => suspend('applicant', 'x')).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('D-1: becomes active with an agreement in force and an identity for invoices', () => {
    expect(() => activate({ ...draft, agreement: null }, supervisor, today)).toThrow(refusal('AGREEMENT_MISSING'));
    expect(() => activate(draft, supervisor, '2027-01-01')).toThrow(refusal('AGREEMENT_MISSING'));
    expect(() => activate(draft, supervisor, '2025-12-31')).toThrow(refusal('AGREEMENT_MISSING'));
    expect([activate(draft, supervisor, '2026-01-01'), activate(draft, supervisor, '2026-12-31')]).toEqual(['active', 'active']);
    expect(() => activate({ ...draft, taxIdentity: null }, supervisor, today)).toThrow(refusal('TAX_IDENTITY_MISSING'));
  });

  it('D-1: is approved by somebody other than who drafted it', () => {
    expect(() => activate(draft, { userId: 'clerk', role: 'service_supervisor' }, today)).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(activate({ ...draft, status: 'suspended' }, { userId: 'clerk', role: 'service_supervisor' }, today)).toBe('active');
  });

  it('D-1: ends with a reason and an active successor', () => {
    const dealer = { id: 'a', status: 'active' as const };
    expect(terminate(dealer, 'agreement ended', { id: 'b', status: 'active' })).toBe('terminated');
    expect(() => terminate(dealer, ' ', { id: 'b', status: 'active' })).toThrow(refusal('REASON_MISSING'));
    expect(() => terminate(dealer, 'x', { id: 'b', status: 'suspended' })).toThrow(refusal('SUCCESSOR_NOT_ACTIVE'));
    expect(() => terminate(dealer, 'x', { id: 'a', status: 'active' })).toThrow(refusal('SUCCESSOR_NOT_ACTIVE'));
  });

  it('D-1: ends without a successor when nobody is there, and gets one afterwards, once', () => {
    expect(terminate({ id: 'a', status: 'suspended' }, 'agreement ended', null)).toBe('terminated');
    const left = { id: 'a', status: 'terminated' as const, successorDealerId: null };
    expect(() => nameSuccessor(left, { id: 'b', status: 'active' })).not.toThrow();
    expect(() => nameSuccessor(left, { id: 'a', status: 'active' })).toThrow(refusal('SUCCESSOR_NOT_ACTIVE'));
    for (const status of ['applicant', 'suspended', 'terminated'] as const) expect(() => nameSuccessor(left, { id: 'b', status })).toThrow(refusal('SUCCESSOR_NOT_ACTIVE'));
    expect(() => nameSuccessor({ ...left, successorDealerId: 'b' }, { id: 'c', status: 'active' })).toThrow(refusal('SUCCESSOR_NAMED'));
    expect(() => nameSuccessor({ ...left, status: 'active' }, { id: 'b', status: 'active' })).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('D-1: has one level of sub-dealers', () => {
    expect(() => checkParent({ parentId: 'p', status: 'active' })).toThrow(refusal('PARENT_IS_CHILD'));
    expect(() => checkParent({ parentId: null, status: 'terminated' })).toThrow(refusal('PARENT_NOT_ACTIVE'));
    expect(() => checkParent({ parentId: null, status: 'suspended' })).not.toThrow();
  });

  it('D-1: has a district code for its address and known regions for its territory', () => {
    const data = { code: 'SH001', name: '上海', nameEn: '', regionCode: '310104', territory: ['310000', '330100', '330106'] };
    expect(() => checkDealerData(data)).not.toThrow();
    expect(() => checkDealerData({ ...data, regionCode: '310199' })).toThrow(refusal('REGION_UNKNOWN'));
    expect(() => checkDealerData({ ...data, territory: ['310000', '999999'] })).toThrow(
      expect.objectContaining({ reason: 'REGION_UNKNOWN', details: { field: 'territoryRegionCodes[1]' } }),
    );
    expect(() => checkDealerData({ ...data, code: 'a b' })).toThrow(refusal('CODE_INVALID'));
    expect(() => checkDealerData({ ...data, name: '' })).toThrow(refusal('NAME_INVALID'));
  });

  it('D-1: gives tax identity and agreement later, but never broken ones', () => {
    expect(() => checkTaxIdentity(null)).not.toThrow();
    expect(() => checkTaxIdentity(identity)).not.toThrow();
    expect(() => checkTaxIdentity({ ...identity, taxNumber: '12' })).toThrow(refusal('TAX_IDENTITY_INVALID'));
    expect(() => checkTaxIdentity({ ...identity, title: '' })).toThrow(refusal('TAX_IDENTITY_INVALID'));
    expect(() => checkAgreement(agreement)).not.toThrow();
    expect(() => checkAgreement({ ...agreement, validTo: '2026-02-30' })).toThrow(refusal('AGREEMENT_INVALID'));
    expect(() => checkAgreement({ ...agreement, validTo: '2025-12-31' })).toThrow(expect.objectContaining({ reason: 'AGREEMENT_INVALID', details: { field: 'validTo' } }));
    expect(() => checkAgreement({ ...agreement, number: '' }, 'agreement.')).toThrow(expect.objectContaining({ details: { field: 'agreement.number' } }));
  });

  it('D-1: says who may do what next, and why not', () => {
    const reasons = (role: string, facts: DealerFacts): (string | undefined)[] =>
      dealerActions({ successorDealerId: null, ...facts }, { userId: 'u', role }, today).map(({ reason }) => reason);
    expect(reasons('service_supervisor', draft)).toEqual([undefined, undefined, 'STEP_NOT_ALLOWED', 'STEP_NOT_ALLOWED', 'STEP_NOT_ALLOWED']);
    expect(reasons('service_clerk', draft)).toEqual([undefined, ...Array<string>(4).fill('ROLE_NOT_ALLOWED')]);
    expect(reasons('dealer_manager', draft)).toEqual(Array(5).fill('ROLE_NOT_ALLOWED'));
    expect(reasons('service_supervisor', { ...draft, status: 'terminated' })).toEqual([...Array<string>(4).fill('STEP_NOT_ALLOWED'), undefined]);
  });

  it('X-9: whoever activates many is told everything that is missing of each, not the first thing only', () => {
    const missing = (given: object, userId = 'u'): string[] => missingForActivation({ ...draft, ...given }, { userId, role: 'service_supervisor' }, today);
    expect(missing({})).toEqual([]);
    expect(missing({ taxIdentity: null, agreement: null }, draft.draftedBy)).toEqual(['APPROVER_IS_REQUESTER', 'AGREEMENT_MISSING', 'TAX_IDENTITY_MISSING']);
    expect(missing({ status: 'active', taxIdentity: null })).toEqual(['STEP_NOT_ALLOWED']);
  });

  it('X-9: dealers are named by ids, at most 200, or by the import that drafted them', () => {
    expect(() => checkActivation({ ids: ['a'], importJobId: '' })).not.toThrow();
    expect(() => checkActivation({ ids: [], importJobId: 'j' })).not.toThrow();
    for (const given of [{ ids: [], importJobId: '' }, { ids: ['a'], importJobId: 'j' }, { ids: Array<string>(201).fill('a'), importJobId: '' }]) {
      expect(() => checkActivation(given)).toThrow(expect.objectContaining({ reason: 'DEALERS_MISSING' }) as Error);
    }
  });
});
