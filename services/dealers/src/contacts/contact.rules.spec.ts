import { checkContact, isMain, requireContactChange, requireMainStays, shownContact, type Contact } from './contact.rules.js';

const refusal = (reason: string, field?: string): Error => expect.objectContaining({ reason, ...(field ? { details: { field } } : {}) }) as Error;
const contact: Contact = { name: '王经理', position: '店长', phone: '13900001111', mail: 'wang@example.cn', purpose: 'service', main: true };

describe('a dealer’s contacts', () => {
  it('D-1: a contact has a name, a phone and a purpose; mail and position may follow', () => {
    expect(() => checkContact(contact)).not.toThrow();
    expect(() => checkContact({ ...contact, mail: '', position: '' })).not.toThrow();
    for (const [field, value] of [['name', ''], ['name', 'x'.repeat(61)], ['position', 'x'.repeat(61)], ['phone', ''], ['phone', 'call me'], ['mail', 'wang'], ['mail', 'a b@c.cn'], ['purpose', 'boss']] as const) {
      expect(() => checkContact({ ...contact, [field]: value })).toThrow(refusal('CONTACT_INVALID', field));
    }
  });

  it('D-1: the first contact is the main one; the main one is neither taken out nor put back, another takes its place', () => {
    expect([isMain(false, 0), isMain(false, 1), isMain(true, 1)]).toEqual([true, false, true]);
    expect(() => requireMainStays({ main: true }, null)).toThrow(refusal('CONTACT_IS_MAIN'));
    expect(() => requireMainStays({ main: true }, { main: false })).toThrow(refusal('CONTACT_IS_MAIN'));
    expect(() => requireMainStays({ main: true }, { main: true })).not.toThrow();
    expect(() => requireMainStays({ main: false }, null)).not.toThrow();
  });

  it('D-1: contacts are changed by the dealer’s own manager and the manufacturer’s service, not by its parent', () => {
    for (const role of ['service_clerk', 'service_supervisor']) expect(() => requireContactChange('d', { role, dealerId: null })).not.toThrow();
    expect(() => requireContactChange('d', { role: 'dealer_manager', dealerId: 'd' })).not.toThrow();
    expect(() => requireContactChange('d', { role: 'dealer_manager', dealerId: 'parent' })).toThrow(refusal('ROLE_NOT_ALLOWED'));
    for (const role of ['dealer_technician', 'admin', 'auditor']) expect(() => requireContactChange('d', { role, dealerId: 'd' })).toThrow(refusal('ROLE_NOT_ALLOWED'));
  });

  it('C-5: phone and mail are plain for the dealer’s own manager and the manufacturer’s service, masked for everybody else', () => {
    for (const reader of [{ role: 'dealer_manager', dealerId: 'd' }, { role: 'service_clerk', dealerId: null }, { role: 'service_supervisor', dealerId: null }]) {
      expect(shownContact(contact, 'd', reader)).toBe(contact);
    }
    for (const reader of [{ role: 'dealer_manager', dealerId: 'parent' }, { role: 'dealer_technician', dealerId: 'd' }, { role: 'warehouse_keeper', dealerId: null }, { role: 'auditor', dealerId: null }]) {
      expect(shownContact(contact, 'd', reader)).toEqual({ ...contact, phone: '139****1111', mail: 'w***@example.cn' });
    }
  });
});
