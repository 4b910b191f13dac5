import { serialText } from './serials.js';

describe('serial numbers', () => {
  it('C-2: have one spelling, however they are typed', () => {
    for (const typed of ['sn-001 a', ' SN-001A', 'ＳＮ－００１ａ']) expect(serialText(typed)).toBe('SN-001A');
    expect(serialText(' ')).toBe('');
  });
});
