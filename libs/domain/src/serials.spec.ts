import { serialKey, serialText, typedSerialKey } from './serials.js';

describe('serial numbers', () => {
  it('C-2: have one spelling, however they are typed', () => {
    for (const typed of ['sn-001 a', ' SN-001A', 'ＳＮ－００１ａ']) expect(serialText(typed)).toBe('SN-001A');
    expect(serialText(' ')).toBe('');
  });

  it('Q-7: are compared by a key that does not say them, one for all spellings and none without a serial', () => {
    expect(new Set(['sn-001 a', ' SN-001A', 'ＳＮ－００１ａ'].map(serialKey))).toEqual(new Set([serialKey('SN-001A')]));
    expect(serialKey('SN-001A')).toMatch(/^[0-9a-f]{64}$/);
    expect([serialKey('SN-001B') === serialKey('SN-001A'), serialKey(' ')]).toEqual([false, '']);
  });

  it('Q-7, C-5: a typed one has a key only where it has the form of a serial, which a phone number and a name have not', () => {
    for (const typed of ['sn-001 a', 'ＳＮ－００１ａ']) expect(typedSerialKey(typed)).toBe(serialKey('SN-001A'));
    for (const typed of ['13912345678', '139 1234 5678', '１３９１２３４５６７８', '+86-139', '王小明13912345678', 'Wang', '', ' ']) expect(typedSerialKey(typed)).toBe('');
  });
});
