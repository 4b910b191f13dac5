import { maskAddress, maskMail, maskName, maskPhone, refuseMasked } from './masking.js';
import { refusalReason } from './refusal.js';

describe('masking of personal data (C-5)', () => {
  it('C-5: a name keeps its first character and nothing of its length', () => {
    expect(maskName('张三')).toBe('张**');
    expect(maskName('欧阳娜娜')).toBe('欧**');
    expect(maskName(' Smith ')).toBe('S**');
    expect(maskName('𠮷田')).toBe('𠮷**');
    expect(maskName('')).toBe('');
  });

  it('C-5: a name of one character is masked wholly', () => {
    expect(['王', ' Q ', '𠮷'].map(maskName)).toEqual(['*', '*', '*']);
  });

  it('C-5: what is masked already is shown as it is, a paper masks what the screen shows masked', () => {
    for (const name of ['王', '王小明', 'Smith', '***']) expect(maskName(maskName(name))).toBe(maskName(name));
    for (const address of ['号', '88', '路1号', '路12号', '中山北路8', '中山北路88号', '𠮷野路3号']) expect(maskAddress(maskAddress(address))).toBe(maskAddress(address));
    for (const mail of ['w@example.cn', 'wang@example.cn']) expect(maskMail(maskMail(mail))).toBe(maskMail(mail));
    for (const phone of ['62345', '13812341234']) expect(maskPhone(maskPhone(phone))).toBe(maskPhone(phone));
  });

  it('C-5: a phone keeps three digits in front and four behind', () => {
    expect(maskPhone('13812341234')).toBe('138****1234');
    expect(maskPhone('62345')).toBe('****45');
    expect(maskPhone('')).toBe('');
  });

  it('C-5: a mail address keeps its first character and where it goes to', () => {
    expect(maskMail('wang@example.cn')).toBe('w***@example.cn');
    expect(maskMail('w@example.cn')).toBe('****@example.cn');
    expect(maskMail('')).toBe('');
  });

  it('C-5: an address keeps its first three characters, a short one no more than half', () => {
    expect(maskAddress('中山北路88号')).toBe('中山北****');
    expect(['路1号', '88', '路12号', '号'].map(maskAddress)).toEqual(['路****', '8****', '路1****', '****']);
    expect(maskAddress('')).toBe('');
  });

  it('C-5: a value that comes back as it was shown masked never replaces the one it stands for', () => {
    const refused = (given: string, stored: string) => refusalReason(() => refuseMasked({ given, stored, mask: maskName, field: 'name' }));
    expect(refused('王**', '王小明')).toBe('VALUE_MASKED');
    expect(refused(' 王** ', '王小明')).toBe('VALUE_MASKED');
    expect(refused('*', '王')).toBe('VALUE_MASKED');
    expect([refused('李**', '王小明'), refused('王小', '王小明'), refused('', ''), refused('王**', '王**'), refused('', '王小明')]).toEqual(Array(5).fill(undefined));
    expect(() => refuseMasked({ given: '138****1234', stored: '13812341234', mask: maskPhone, field: 'phones[1]' })).toThrow(expect.objectContaining({ details: { field: 'phones[1]' } }));
  });
});
