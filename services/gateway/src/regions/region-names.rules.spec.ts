import { chineseName, englishName, pathOf, regionPaths, type Division } from './region-names.rules.js';

const DIVISIONS: Division[] = [
  { code: '310000', name: '上海市', children: [{ code: '310104', name: '徐汇区' }, { code: '310115', name: '浦东新区' }] },
  { code: '330000', name: '浙江省', children: [{ code: '330100', name: '杭州市', children: [{ code: '330101', name: '市辖区' }, { code: '330106', name: '西湖区' }] }] },
  { code: '130000', name: '河北省', children: [{ code: '130100', name: '石家庄市', children: [{ code: '130133', name: '赵县' }] }] },
  { code: '150000', name: '内蒙古自治区', children: [{ code: '152500', name: '锡林郭勒盟' }] },
  { code: '420000', name: '湖北省', children: [{ code: '429000', name: '湖北省-自治区直辖县级行政区划', children: [{ code: '429004', name: '仙桃市' }] }] },
  { code: '610000', name: '陕西省', children: [{ code: '610100', name: '西安市' }] },
];
const SOUNDS: Record<string, string> = {
  上: 'shang', 海: 'hai', 徐: 'xu', 汇: 'hui', 浦: 'pu', 东: 'dong', 浙: 'zhe', 江: 'jiang', 杭: 'hang', 州: 'zhou', 西: 'xi', 湖: 'hu', 安: 'an', 赵: 'zhao', 县: 'xian',
  河: 'he', 北: 'bei', 石: 'shi', 家: 'jia', 庄: 'zhuang', 锡: 'xi', 林: 'lin', 郭: 'guo', 勒: 'le',
};

const paths = regionPaths(DIVISIONS);
const chinese = (code: string): string => chineseName(pathOf(paths, code));
const english = (code: string): string => englishName(pathOf(paths, code), (word) => [...word].map((character) => SOUNDS[character] ?? ''));

it('D-1: a region is named from the province down in Chinese, and from the district up in English', () => {
  expect(['310000', '310104', '330100', '330106', '152500'].map(chinese)).toEqual(['上海市', '上海市徐汇区', '浙江省杭州市', '浙江省杭州市西湖区', '内蒙古自治区锡林郭勒盟']);
  expect(['310000', '310104', '310115', '330106', '152500'].map(english)).toEqual([
    'Shanghai', 'Xuhui District, Shanghai', 'Pudong New Area, Shanghai', 'Xihu District, Hangzhou, Zhejiang', 'Xilinguole League, Inner Mongolia',
  ]);
});

it('D-1: a code without a name of its own is named by what lies around it, one of nowhere has no name', () => {
  expect(['310100', '330101', '330199', '429000', '429004', '990000', ''].map(chinese)).toEqual(['上海市', '浙江省杭州市', '浙江省杭州市', '湖北省', '湖北省仙桃市', '', '']);
});

it('D-1: an English name keeps syllables and provinces apart', () => {
  expect(['610100', '130133'].map(english)).toEqual(["Xi'an, Shaanxi", 'Zhaoxian County, Shijiazhuang, Hebei']);
});
