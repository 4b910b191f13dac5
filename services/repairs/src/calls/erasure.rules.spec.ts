import { anonymousCall, erasedText, isErased, namedFiles, partedFiles, refuseErasedCustomer, stillNeeded, withoutWords } from './erasure.rules.js';

const contact = { contactName: '王小明', contactPhone: '02155551234', addressDetail: '中山西路1000号' };

const words = Object.values(contact);

describe('a call without its person', () => {
  it('C-5: a text names neither contact nor phone nor address', () => {
    expect(withoutWords(words)('王小明 说漏水，电 02155551234 或 139 8888 7777，中山西路1000号')).toBe('*** 说漏水，电 *** 或 ***，***');
    expect(withoutWords(words)('更换阀芯 3 号')).toBe('更换阀芯 3 号');
    expect(withoutWords(['', ' ', '***'])('滴水')).toBe('滴水');
  });

  it('C-5: a name of one character goes as well, a single letter or digit names nobody', () => {
    expect(withoutWords(['佟', 'A', '1'])('佟家阀芯漏，给佟换芯 A1')).toBe('***家阀芯漏，给***换芯 A1');
  });

  it('C-5: a phone goes in any spelling, a landline also without its area, other numbers stay', () => {
    const clear = withoutWords(['02155551234', '0571-8888 7777', '+1 415 555 0100']);
    expect(clear('021-5555 1234 (021)55551234 5555-1234 0571 88887777 415 555 0100 +14155550100')).toBe('*** *** *** *** 415 555 0100 +***');
    expect(clear('+8602155551234')).toBe('+86***');
    expect(clear('序列号 955551234，压力 5555')).toBe('序列号 955551234，压力 5555');
  });

  it('C-5: nothing of what the customer told is left', () => {
    const erased = anonymousCall({ unitDescription: '王小明家的龙头' });
    expect(JSON.stringify(Object.values(erased.intake))).toBe('["","","","","","",""]');
    expect([isErased(contact), isErased(erased)]).toEqual([false, true]);
    expect(erased).toMatchObject({ contactName: '***', contactPhone: '', addressDetail: '', symptoms: '***', unitDescription: '***' });
    expect(anonymousCall({ unitDescription: '' }).unitDescription).toBe('');
    expect([erasedText('王小明 签字'), erasedText('')]).toEqual(['***', '']);
  });

  it('C-5: a call is for a file that still has its person', () => {
    expect(() => refuseErasedCustomer(null)).not.toThrow();
    expect(() => refuseErasedCustomer('2026-03-01T00:00:00.000Z')).toThrow(expect.objectContaining({ code: 'failed_precondition', reason: 'CUSTOMER_ANONYMISED' }));
  });

  it('C-5: words wait for an erasure that is committed and not told yet, and for no other', () => {
    const waits = [true, false].flatMap((committed) => [true, false].map((told) => [committed, told, stillNeeded({ committed, told })]));
    expect(waits).toEqual([[true, true, false], [true, false, true], [false, true, false], [false, false, false]]);
  });

  it('C-5, R-7: photos and signature go with the person, what a quality report shows stays', () => {
    const [home, damage, signature] = ['a', 'b', 'c'].map((id) => ({ id, sha256: id }));
    const parted = partedFiles([[home, damage], signature, [[damage]]], [[damage]]);
    expect(parted).toMatchObject({ theirs: ['a', 'c'], evidence: ['b'] });
    expect(parted.without([home, damage])).toEqual([damage]);
    expect(namedFiles({ photos: [home, home], signature: null, note: 'x' })).toEqual([home]);
  });
});
