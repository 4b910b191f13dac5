import { readBack, type Noted } from './read-back.rules.js';

const noted: Noted = {
  unitSerial: 'SN-7', unitDescription: '龙头', contactName: '王小明', contactPhone: '13912345678', address: { detail: '中山西路1000号' }, symptoms: '一直滴水。',
  intake: { when: '昨晚', where: '主卫', who: '', what: '', howMany: '1 个', why: '', degree: '$& 很急' }, wishedFrom: '2026-03-02T01:00:00Z', wishedTo: '2026-03-02T03:00:00Z',
};

describe('reading back', () => {
  it('R-11: says what was noted in both languages and asks whether it is right', () => {
    const { zh, en } = readBack(noted);
    expect(zh).toBe('王小明您好，跟您核对一下登记的内容。联系电话：13912345678。产品：龙头 SN-7。故障现象：一直滴水。何时开始：昨晚。位置：主卫。数量：1 个。严重程度：$& 很急。'
      + '上门地址：中山西路1000号。希望上门时间：2026年3月2日 09:00 至 2026年3月2日 11:00。请问以上内容对吗？');
    expect(en).toContain('王小明, let me read back what I noted. We call you back on 13912345678. The product is 龙头 SN-7. What is wrong: 一直滴水.');
    expect(en).toMatch(/You would like us to come between 2 Mar 2026, 09:00 and 2 Mar 2026, 11:00\. Is that right\?$/);
  });

  it('R-11: leaves out what was not said', () => {
    const { zh, en } = readBack({ unitSerial: '', unitDescription: '马桶', contactName: '', contactPhone: '021555', symptoms: '漏', wishedFrom: '', wishedTo: '2026-03-02T03:00:00Z' });
    expect(zh).toBe('联系电话：021555。产品：马桶。故障现象：漏。希望上门时间：2026年3月2日 11:00 之前。请问以上内容对吗？');
    expect(en).toBe('We call you back on 021555. The product is 马桶. What is wrong: 漏. You would like us to come before 2 Mar 2026, 11:00. Is that right?');
  });
});
