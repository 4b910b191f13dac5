import { nameKeysOf, searchTerms } from './customer-search.rules.js';
import { nameKeys } from './name-keys.js';

describe('finding a customer', () => {
  it('C-1: a name is found from each of its characters on, in characters, in pinyin and by initials', () => {
    expect(nameKeys('王小明')).toEqual([
      { part: '王小明', pinyin: 'wangxiaoming', initials: 'wxm' },
      { part: '小明', pinyin: 'xiaoming', initials: 'xm' },
      { part: '明', pinyin: 'ming', initials: 'm' },
    ]);
  });

  it('C-1: a surname is read as surnames are, ü is typed as v', () => {
    expect(nameKeys('单雄信')[0]).toMatchObject({ pinyin: 'shanxiongxin', initials: 'sxx' });
    expect(nameKeys('吕布')[0]).toMatchObject({ pinyin: 'lvbu', initials: 'lb' });
  });

  it('C-1: letters read themselves, a word has one initial, a part may begin within it', () => {
    const keys = nameKeys('John Smith');
    expect(keys[0]).toEqual({ part: 'johnsmith', pinyin: 'johnsmith', initials: 'js' });
    expect(keys.map(({ part }) => part)).toContain('mith');
    expect(keys.filter(({ initials }) => initials !== '').map(({ pinyin }) => pinyin)).toEqual(['johnsmith', 'smith']);
    expect(nameKeys('A座 李')).toMatchObject([{ part: 'a座李', initials: 'azl' }, { part: '座李' }, { part: '李', pinyin: 'li' }]);
  });

  it('C-1: what has no sound is found by its characters', () => {
    expect(nameKeysOf([{ character: '𠮷', sound: '' }, { character: '·', sound: '' }])).toEqual([{ part: '𠮷', pinyin: '', initials: '' }]);
  });

  it('C-1: what is typed is a number or serial, a part of the name, letters or the end of a phone', () => {
    expect(searchTerms(' ')).toBeNull();
    expect(searchTerms('Wang Xiao')).toMatchObject({ name: 'wangxiao', letters: 'wangxiao', phoneEnd: null });
    expect(searchTerms('王')).toEqual({ code: '王', name: '王', letters: null, phoneEnd: null });
    expect(searchTerms('8765 4321')).toMatchObject({ phoneEnd: '12345678', letters: null });
    expect(searchTerms('４３２１')).toMatchObject({ phoneEnd: '1234' });
    for (const typed of ['+86 138 1234 4321', '0086-138 12344321', '(138)1234.4321']) expect(searchTerms(typed)).toMatchObject({ phoneEnd: '12344321831' });
    expect(searchTerms('cu-2026-000001')).toMatchObject({ code: 'CU-2026-000001', letters: null });
  });

  it('C-1: three digits or one letter would show whole lists and are no search for a phone or initials', () => {
    expect(searchTerms('432')?.phoneEnd).toBeNull();
    expect(searchTerms('w')?.letters).toBeNull();
  });
});
