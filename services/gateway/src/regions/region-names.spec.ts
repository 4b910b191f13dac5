import { isRegionCode } from '@aftercare/domain';
import { regionNames } from './region-names.js';

/** Every code there may be. */
const codes = Array.from({ length: 800_000 }, (_, at) => String(100_000 + at)).filter(isRegionCode);

it('D-1: every code that is taken has a name in both languages', async () => {
  const [chinese, english] = [await regionNames('zh-CN'), await regionNames('en')];
  expect(codes.length).toBeGreaterThan(3_000);
  expect(codes.filter((code) => !/^[\p{Script=Han}]{2,40}$/u.test(chinese(code)))).toEqual([]);
  expect(codes.filter((code) => !/^[A-Z][A-Za-zü' ]*(, [A-Z][A-Za-zü' ]*){0,2}$/.test(english(code)))).toEqual([]);
});

it('D-1: names are read as places are', async () => {
  const english = await regionNames('en');
  expect(['500000', '350200', '341500', '150102', '810000', '610100', '110100', '429004'].map(english)).toEqual([
    'Chongqing', "Xiamen, Fujian", "Lu'an, Anhui", 'Xincheng District, Huhehaote, Inner Mongolia', 'Hong Kong', "Xi'an, Shaanxi", 'Beijing', 'Xiantao, Hubei',
  ]);
});

it('D-1: a language is loaded once', async () => {
  expect(regionNames('en')).toBe(regionNames('en'));
  expect((await regionNames('zh-CN'))('310104')).toBe('上海市徐汇区');
});
