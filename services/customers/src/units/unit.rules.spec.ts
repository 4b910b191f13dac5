import { checkSale, isCrossTerritory, LOOKUPS_PER_HOUR, mayLookUp, normaliseSerial, seesSalePrice, unitActions } from './unit.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const unit = { sold: false, dispatchedOn: '2024-03-01' };
const today = '2024-04-01';
const manager = { role: 'dealer_manager', dealerStatus: 'active' } as const;

describe('a product unit', () => {
  it('C-2: has a serial in one spelling', () => {
    expect(normaliseSerial(' sn-001 a')).toBe('SN-001A');
    expect(normaliseSerial('ＳＮ００１')).toBe('SN001');
    for (const wrong of ['', 'a', "x'; drop", '__proto__', 'S'.repeat(41)]) expect(normaliseSerial(wrong)).toBe('');
  });

  it('C-2: is sold once, between its dispatch and today, or on a day nobody knows', () => {
    const sale = { purchaseDate: '2024-03-15', salePrice: '1999.00' };
    expect(() => checkSale(unit, sale, today)).not.toThrow();
    expect(() => checkSale(unit, { purchaseDate: '', salePrice: '' }, today)).not.toThrow();
    expect(() => checkSale({ ...unit, sold: true }, sale, today)).toThrow(refusal('UNIT_ALREADY_SOLD'));
    expect(() => checkSale(unit, { ...sale, purchaseDate: '2024-04-02' }, today)).toThrow(refusal('DATE_IN_FUTURE'));
    expect(() => checkSale(unit, { ...sale, purchaseDate: '2024-02-29' }, today)).toThrow(refusal('DATE_BEFORE_DISPATCH'));
    expect(() => checkSale(unit, { ...sale, purchaseDate: '2024-02-30' }, today)).toThrow(refusal('INVALID_DATE'));
    for (const salePrice of ['-1', '1.234', '1e308', 'x', '10000000000']) expect(() => checkSale(unit, { ...sale, salePrice }, today)).toThrow(refusal('AMOUNT_INVALID'));
  });

  it('C-3: a sale of another dealer’s unit or outside the territory is flagged, not refused', () => {
    const sale = { sellerId: 'a', dispatchedTo: 'a', region: '310104', territory: ['310000'] };
    expect(isCrossTerritory(sale)).toBe(false);
    expect(isCrossTerritory({ ...sale, region: '330106' })).toBe(true);
    expect(isCrossTerritory({ ...sale, dispatchedTo: 'b' })).toBe(true);
    expect(isCrossTerritory({ ...sale, dispatchedTo: null })).toBe(true);
    expect(isCrossTerritory({ ...sale, region: '330106', territory: [] })).toBe(false);
  });

  it('D-9: look-ups by serial are limited for dealers’ users', () => {
    expect(mayLookUp('dealer_technician', LOOKUPS_PER_HOUR - 1)).toBe(true);
    expect(mayLookUp('dealer_technician', LOOKUPS_PER_HOUR)).toBe(false);
    expect(mayLookUp('service_clerk', 10_000)).toBe(true);
  });

  it('C-2: the sale price is the selling dealer’s and finance’s to see', () => {
    expect(seesSalePrice({ role: 'dealer_manager', dealerId: 'a' }, 'a')).toBe(true);
    expect(seesSalePrice({ role: 'dealer_manager', dealerId: 'parent' }, 'a')).toBe(false);
    expect(seesSalePrice({ role: 'finance_clerk', dealerId: null }, 'a')).toBe(true);
    expect(seesSalePrice({ role: 'service_clerk', dealerId: null }, 'a')).toBe(false);
  });

  it('says what may be done with it', () => {
    expect(unitActions({ sold: true, sellingDealerId: 'd1', ownWork: true }, manager).map(({ reason }) => reason)).toEqual(['UNIT_ALREADY_SOLD', undefined, 'ROLE_NOT_ALLOWED']);
    expect(unitActions({ sold: true, sellingDealerId: null, ownWork: true }, manager).map(({ reason }) => reason)).toEqual(['UNIT_ALREADY_SOLD', 'UNIT_SOLD_ELSEWHERE', 'ROLE_NOT_ALLOWED']);
    expect(unitActions({ sold: false, sellingDealerId: null, ownWork: true }, manager).map(({ reason }) => reason)).toEqual([undefined, 'UNIT_NOT_SOLD', 'ROLE_NOT_ALLOWED']);
    expect(unitActions({ sold: false, sellingDealerId: null, ownWork: true }, { role: 'service_supervisor', dealerStatus: null }).map(({ reason }) => reason)).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', undefined]);
  });

  it('D-1: only an active dealer sells, and nothing is handed over for a dealer that left', () => {
    const unsold = { sold: false, sellingDealerId: null, ownWork: true };
    const sold = { sold: true, sellingDealerId: 'd1', ownWork: true };
    const reasons = (...given: Parameters<typeof unitActions>): (string | undefined)[] => unitActions(...given).map(({ reason }) => reason).slice(0, 2);
    expect(reasons(unsold, { ...manager, dealerStatus: 'suspended' })).toEqual(['DEALER_NOT_ACTIVE', 'UNIT_NOT_SOLD']);
    expect(reasons(sold, { ...manager, dealerStatus: 'suspended' })).toEqual(['UNIT_ALREADY_SOLD', undefined]);
    expect(reasons({ ...sold, servingDealerStatus: 'terminated' }, manager)).toEqual(['UNIT_ALREADY_SOLD', 'DEALER_TERMINATED']);
    expect(reasons({ ...sold, servingDealerStatus: 'terminated' }, { role: 'service_clerk', dealerStatus: null })).toEqual(['UNIT_ALREADY_SOLD', undefined]);
  });

  it('C-5: a technician hands over what is his own work; of anything else the owner is not there for him', () => {
    const technician = { role: 'dealer_technician', dealerStatus: 'active' } as const;
    const transfer = (...given: Parameters<typeof unitActions>): string | undefined => unitActions(...given)[1].reason;
    const sold = { sold: true, sellingDealerId: 'd1', servingDealerStatus: 'active', ownWork: true } as const;
    expect(transfer(sold, technician)).toBeUndefined();
    expect(transfer({ ...sold, ownWork: false }, technician)).toBe('NOT_FOUND');
    expect(transfer({ ...sold, sellingDealerId: null, ownWork: false }, technician)).toBe('UNIT_SOLD_ELSEWHERE');
    expect(transfer({ ...sold, sold: false, sellingDealerId: null, ownWork: false }, technician)).toBe('UNIT_NOT_SOLD');
  });
});
