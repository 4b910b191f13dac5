import {
  assertParcelRole, assertSite, compareLines, destination, differs, hidesAnnounced, parcelRefusal, parcelSteps, type CountedPart,
} from './return-parcel.rules.js';

const keeper = { role: 'warehouse_keeper', siteId: null };
const dealer = { role: 'dealer_manager', siteId: null };
const taizhou = { id: 'tz', kind: 'receiving' as const };
const shanghai = { id: 'sh', kind: 'transit' as const };
const pieces = (quantity: number, more: object = {}) => ({ partId: 'P', unitSerial: '', quantity, ...more });
const came = (quantity: number, condition: CountedPart['condition'] = 'reusable', more: object = {}): CountedPart => ({ ...pieces(quantity, more), condition });

describe('H-4: the way of a return parcel', () => {
  it('H-4: announced, in transit, perhaps at a transit site, received, counted; every state is reached and leads on', () => {
    expect([parcelSteps.unreachable(), parcelSteps.deadEnds()]).toEqual([[], []]);
    expect(parcelSteps.next('receive', 'in_transit')).toBe('received');
    expect(parcelSteps.next('receive', parcelSteps.next('transit', 'in_transit'))).toBe('received');
    expect(() => parcelSteps.next('count', 'at_transit_site')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('H-4: a parcel that was announced and never marked as sent is received all the same, or called off', () => {
    expect(parcelSteps.next('receive', 'announced')).toBe('received');
    expect(parcelSteps.next('transit', 'announced')).toBe('at_transit_site');
    expect(parcelSteps.next('cancel', 'announced')).toBe('cancelled');
    expect(() => parcelSteps.next('cancel', 'in_transit')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect(parcelRefusal('cancel', { state: 'announced', warehouseId: null, viaTransitId: null }, dealer)).toBeUndefined();
    expect(parcelRefusal('cancel', { state: 'announced', warehouseId: null, viaTransitId: null }, keeper)).toBe('ROLE_NOT_ALLOWED');
  });

  it('H-4: a transit site passes the parcel on, and Taizhou receives it also where that was not written down', () => {
    expect(parcelSteps.next('pass-on', 'at_transit_site')).toBe('in_transit');
    expect(parcelSteps.next('receive', 'at_transit_site')).toBe('received');
    expect(() => parcelSteps.next('pass-on', 'in_transit')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    const there = { state: 'at_transit_site' as const, warehouseId: null, viaTransitId: 'sh' };
    expect(parcelRefusal('pass-on', there, { ...keeper, siteId: 'sh' })).toBeUndefined();
    expect(parcelRefusal('pass-on', there, { ...keeper, siteId: 'tz' })).toBe('SITE_NOT_YOURS');
    expect(() => assertSite('pass-on', taizhou, keeper)).toThrow(expect.objectContaining({ reason: 'SITE_NOT_TRANSIT' }));
  });

  it('H-4: only Taizhou receives and counts, Shanghai only passes on', () => {
    expect(() => assertSite('receive', taizhou, keeper)).not.toThrow();
    expect(() => assertSite('transit', shanghai, keeper)).not.toThrow();
    expect(() => assertSite('receive', shanghai, keeper)).toThrow(expect.objectContaining({ reason: 'SITE_NOT_RECEIVING' }));
    expect(() => assertSite('count', shanghai, keeper)).toThrow(expect.objectContaining({ reason: 'SITE_NOT_RECEIVING' }));
    expect(() => assertSite('transit', taizhou, keeper)).toThrow(expect.objectContaining({ reason: 'SITE_NOT_TRANSIT' }));
  });

  it('H-4: a keeper acts at the site he is bound to', () => {
    expect(() => assertSite('receive', taizhou, { ...keeper, siteId: 'tz' })).not.toThrow();
    expect(() => assertSite('receive', taizhou, { ...keeper, siteId: 'other' })).toThrow(expect.objectContaining({ reason: 'SITE_NOT_YOURS' }));
  });

  it('H-4: the dealer sends, the warehouse receives; each answers why the other may not', () => {
    expect(parcelRefusal('send', { state: 'announced', warehouseId: null, viaTransitId: null }, dealer)).toBeUndefined();
    expect(parcelRefusal('send', { state: 'announced', warehouseId: null, viaTransitId: null }, keeper)).toBe('ROLE_NOT_ALLOWED');
    expect(parcelRefusal('count', { state: 'in_transit', warehouseId: null, viaTransitId: null }, keeper)).toBe('STEP_NOT_ALLOWED');
    expect(parcelRefusal('count', { state: 'received', warehouseId: 'tz', viaTransitId: null }, { ...keeper, siteId: 'x' })).toBe('SITE_NOT_YOURS');
    expect(parcelRefusal('count', { state: 'received', warehouseId: 'tz', viaTransitId: null }, { ...keeper, siteId: 'tz' })).toBeUndefined();
    expect(() => assertParcelRole('announce', keeper)).toThrow(expect.objectContaining({ code: 'permission_denied' }));
  });
});

describe('H-5: the blind count', () => {
  it('H-5: the counter does not see the announced quantity before he has counted', () => {
    expect(hidesAnnounced('received', 'warehouse_keeper')).toBe(true);
    expect(hidesAnnounced('counted', 'warehouse_keeper')).toBe(false);
    expect(hidesAnnounced('received', 'service_clerk')).toBe(false);
  });

  it('H-5: 5 announced and 4 counted differ; a wrong part counts as not come', () => {
    expect(differs([pieces(5)], [came(4)])).toBe(true);
    expect(differs([pieces(5)], [came(3), came(2, 'scrap')])).toBe(false);
    expect(differs([pieces(1)], [came(1, 'wrong_part')])).toBe(true);
    expect(differs([], [came(1, 'wrong_part')])).toBe(true);
    expect(differs([pieces(1)], [])).toBe(true);
    expect(differs([], [])).toBe(false);
  });

  it('H-5: reusable goes back to stock, scrap to scrap, a claim to the supplier, a wrong part waits', () => {
    expect(destination('reusable', 'tz')).toBe('warehouse:tz');
    expect(destination('scrap', 'tz')).toBe('scrap');
    expect(destination('supplier_claim', 'tz')).toBe('supplier');
    expect(destination('wrong_part', 'tz')).toBeNull();
  });

  it('H-5: announced and counted stand beside each other', () => {
    const none = { lateQuantity: 0, refusedQuantity: 0 };
    const counted = [{ ...came(3), id: 'L', ...none, metQuantity: 3, surplusQuantity: 0 }, { ...came(1, 'scrap'), ...none, metQuantity: 0, surplusQuantity: 1 }];
    expect(compareLines([pieces(5), pieces(1, { unitSerial: 'S' })], counted)).toEqual([
      { lineId: 'L', partId: 'P', unitSerial: '', announcedQuantity: 5, countedQuantity: 3, condition: 'reusable', metQuantity: 3, surplusQuantity: 0, ...none },
      { lineId: '', partId: 'P', unitSerial: '', announcedQuantity: 0, countedQuantity: 1, condition: 'scrap', metQuantity: 0, surplusQuantity: 1, ...none },
      { lineId: '', partId: 'P', unitSerial: 'S', announcedQuantity: 1, countedQuantity: 0, condition: '', metQuantity: 0, surplusQuantity: 0, ...none },
    ]);
  });
});
