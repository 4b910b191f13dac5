import fc from 'fast-check';
import {
  checkCustomer, masked, normalisePhones, offerExisting, requireActiveDealer, requireInUse, requireReason, requireServingDealer, withoutPersonal,
} from './customer.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const customer = { name: '张三丰', phones: ['13812341234'], regionCode: '310104', addressDetail: '漕溪路 100 弄 5 号', language: 'zh-CN' };

describe('a customer', () => {
  it('C-1: has phones in one spelling, at least one and each once', () => {
    expect(normalisePhones(['138 1234-1234', '+86 138 1234 1234', '008613812341234', '１３８１２３４１２３４'])).toEqual(['13812341234']);
    expect(normalisePhones(['(021) 5555-1234', '+1 202 555 0123'])).toEqual(['02155551234', '+12025550123']);
    expect(normalisePhones(['+86 21 5555 1234', '0086-21-55551234', '+86 (021) 5555 1234'])).toEqual(['02155551234']);
    expect(normalisePhones(['+86 10 6400 0001', '+86 755 1234 5678'])).toEqual(['01064000001', '075512345678']);
    for (const wrong of [[], ['12'], ['abc'], [''], ['1'.repeat(16)], ['13812341234; drop']]) {
      expect(() => normalisePhones(wrong)).toThrow(refusal('PHONE_INVALID'));
    }
  });

  it('C-1: normalising twice changes nothing more', () => {
    fc.assert(fc.property(fc.stringMatching(/^(\+?86)?1[3-9]\d{9}$/), (phone) => {
      const once = normalisePhones([phone]);
      expect(normalisePhones(once)).toEqual(once);
    }));
  });

  it('C-1: the same phone at one dealer offers the existing file; a family may share one', () => {
    expect(() => offerExisting({ id: 'c1', phoneAt: 0 }, false)).toThrow(
      expect.objectContaining({ reason: 'CUSTOMER_PHONE_EXISTS', details: { field: 'phones[0]', existingId: 'c1' } }),
    );
    expect(() => offerExisting({ id: 'c1', phoneAt: 0 }, true)).not.toThrow();
    expect(() => offerExisting(null, false)).not.toThrow();
  });

  it('C-1: has a name, an address with a known region and a language', () => {
    expect(() => checkCustomer(customer)).not.toThrow();
    expect(() => checkCustomer({ ...customer, name: '' })).toThrow(refusal('NAME_INVALID'));
    expect(() => checkCustomer({ ...customer, regionCode: '310000' })).toThrow(refusal('REGION_UNKNOWN'));
    expect(() => checkCustomer({ ...customer, addressDetail: 'x'.repeat(301) })).toThrow(refusal('ADDRESS_INVALID'));
    expect(() => checkCustomer({ ...customer, language: 'fr' })).toThrow(refusal('LANGUAGE_UNKNOWN'));
  });

  it('C-1: a name has at most 100 characters, rare ones as well, and a longer one is refused by its field', () => {
    for (const sign of ['x', '长', '𠮷']) {
      expect(() => checkCustomer({ ...customer, name: sign.repeat(100) })).not.toThrow();
      expect(() => checkCustomer({ ...customer, name: sign.repeat(101) })).toThrow(expect.objectContaining({ reason: 'NAME_INVALID', details: { field: 'name' } }));
    }
  });

  it('D-1: a suspended dealer takes no new customers and serves those it has; a terminated one does neither', () => {
    expect(() => requireActiveDealer('active')).not.toThrow();
    for (const status of ['applicant', 'suspended', 'terminated'] as const) expect(() => requireActiveDealer(status)).toThrow(refusal('DEALER_NOT_ACTIVE'));
    expect(() => requireServingDealer('suspended')).not.toThrow();
    expect(() => requireServingDealer('terminated')).toThrow(refusal('DEALER_NOT_ACTIVE'));
  });

  it('C-5: is masked for those who need not know, and a reveal says why', () => {
    expect(masked(customer)).toEqual({ name: '张**', phones: ['138****1234'], addressDetail: '漕溪路****' });
    expect(() => requireReason('  ')).toThrow(refusal('REASON_MISSING'));
  });

  it('C-5: a free text that leaves the service names neither the customer nor a phone', () => {
    const text = withoutPersonal('张三丰 家漏水，电 13812341234 或 139 8888 7777，漕溪路 100 弄 5 号', customer);
    expect(text).toBe('*** 家漏水，电 *** 或 ***，***');
    expect(withoutPersonal('王转给李家，A 栋', { ...customer, name: '王' })).toBe('***转给李家，A 栋');
    expect(withoutPersonal('A 栋漏水', { ...customer, name: 'A' })).toBe('A 栋漏水');
  });

  it('C-1: takes nothing new once it was merged, and names the surviving file', () => {
    expect(() => requireInUse({ mergedInto: null, anonymisedAt: null })).not.toThrow();
    expect(() => requireInUse({ mergedInto: null, anonymisedAt: '2026-11-26' })).toThrow(refusal('CUSTOMER_ANONYMISED'));
    expect(() => requireInUse({ mergedInto: 'c2', anonymisedAt: null })).toThrow(expect.objectContaining({ reason: 'CUSTOMER_MERGED', details: { mergedInto: 'c2' } }));
  });
});
