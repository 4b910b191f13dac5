/** A division of GB/T 2260 with those in it. */
export interface Division {
  code: string;
  name: string;
  children?: readonly Division[];
}

/** A part of a region's path: a province, a city or a district. */
interface Part {
  code: string;
  name: string;
}

/** How a Chinese word is spelled in Latin letters, a syllable each. */
type Spelling = (word: string) => string[];

/** What a division is called that is none: the districts of a city as a whole, or what a province governs without a city between. */
const NOT_A_PLACE = /^市辖区$|直辖县级行政区划$/;

/** Provinces that are known by another name than the spelling of their Chinese one. */
const PROVINCES: Readonly<Record<string, string>> = {
  150000: 'Inner Mongolia', 450000: 'Guangxi', 540000: 'Xizang', 610000: 'Shaanxi', 640000: 'Ningxia', 650000: 'Xinjiang', 810000: 'Hong Kong', 820000: 'Macao',
};

/** Endings of names and what they are called, the longest first; a city goes by its name alone. */
const KINDS: readonly (readonly [ending: string, word: string])[] = [
  ['自治州', 'Autonomous Prefecture'], ['自治县', 'Autonomous County'], ['自治旗', 'Autonomous Banner'], ['新区', 'New Area'], ['地区', 'Prefecture'],
  ['省', ''], ['市', ''], ['区', 'District'], ['县', 'County'], ['旗', 'Banner'], ['盟', 'League'],
];

/** The way to each division from its province down, by its code. */
export function regionPaths(provinces: readonly Division[]): Map<string, readonly Part[]> {
  const paths = new Map<string, readonly Part[]>();
  const add = ({ code, name, children = [] }: Division, above: readonly Part[]): void => {
    const isPlace = !NOT_A_PLACE.test(name);
    const path = isPlace ? [...above, { code, name }] : above;
    if (isPlace) paths.set(code, path);
    for (const child of children) add(child, path);
  };
  for (const province of provinces) add(province, []);
  return paths;
}

/** D-1: the way to a region; to the city or province around it where the region itself has no name (110100, 429000). */
export function pathOf(paths: ReadonlyMap<string, readonly Part[]>, code: string): readonly Part[] {
  return paths.get(code) ?? paths.get(`${code.slice(0, 4)}00`) ?? paths.get(`${code.slice(0, 2)}0000`) ?? [];
}

/** D-1: a region as it stands in a Chinese address: 浙江省杭州市西湖区. */
export const chineseName = (path: readonly Part[]): string => path.map(({ name }) => name).join('');

/** D-1: a region as it stands in an English address: Xihu District, Hangzhou, Zhejiang. */
export const englishName = (path: readonly Part[], spell: Spelling): string => path.map((part) => englishPart(part, spell)).reverse().join(', ');

function englishPart({ code, name }: Part, spell: Spelling): string {
  if (Object.hasOwn(PROVINCES, code)) return PROVINCES[code];
  const [ending, word] = KINDS.find(([end]) => name.length > end.length && name.endsWith(end)) ?? ['', ''];
  const stem = name.slice(0, name.length - ending.length);
  // A name of one character is spelled with its ending: Zhaoxian County.
  return [spelled(spell(stem.length === 1 ? name : stem)), word].filter((each) => each !== '').join(' ');
}

/** Xi'an is not Xian. */
function spelled(syllables: string[]): string {
  const word = syllables.map((syllable, at) => (at > 0 && /^[aoe]/.test(syllable) ? `'${syllable}` : syllable)).join('');
  return word.charAt(0).toUpperCase() + word.slice(1);
}
