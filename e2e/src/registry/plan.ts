import { createHash } from 'node:crypto';
import { pinyin } from 'pinyin-pro';

/** How large a registry is made, and of which seed: the same plan makes the same rows. */
export interface Plan {
  seed: number;
  dealers: number;
  customers: number;
  units: number;
  calls: number;
  /** Business instant that everything made lies before, ISO 8601. */
  until: string;
}

/** Years the registry reaches back. */
export const YEARS = 5;
/** Every dealer has so many technicians. */
export const TECHNICIANS = 4;

export interface MadeDealer {
  n: number;
  id: string;
  code: string;
  name: string;
  /** Districts its customers live in; the first is its own. */
  regions: string[];
  territory: string[];
  parentId: string | null;
  managerId: string;
  technicianIds: string[];
}

export interface MadeModel {
  n: number;
  id: string;
  code: string;
  name: string;
  nameEn: string;
  family: string;
  familyName: string;
  familyNameEn: string;
  months: number;
}

export interface MadePart {
  n: number;
  id: string;
  number: string;
  name: string;
  nameEn: string;
  /** The dealer's price for one, in whole yuan. */
  price: number;
  partClass: string;
  returnRequired: boolean;
}

const PLACES = [
  ['上海', ['310104', '310115']], ['杭州', ['330106', '330203']], ['南京', ['320102', '320505']], ['广州', ['440106', '440304']],
  ['成都', ['510104']], ['武汉', ['420106']], ['长沙', ['430102']], ['济南', ['370102']], ['北京', ['110105']], ['天津', ['120101']],
  ['重庆', ['500103']], ['西安', ['610102']], ['厦门', ['350203']], ['合肥', ['340103']], ['沈阳', ['210102']], ['南宁', ['450102']],
] as const;

const FAMILIES = [
  ['faucet', '龙头', 'Faucet', 36], ['toilet', '坐便器', 'Toilet', 60], ['shower', '花洒', 'Shower', 24], ['basin', '面盆', 'Basin', 60], ['bidet', '智能盖板', 'Bidet seat', 12],
] as const;
const MODELS_PER_FAMILY = 5;

const SURNAMES = [...'王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹'];
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红玲芬燕彬鹏浩凯健俊帆帅琳晶欣颖雪梅'];

/** A character in pinyin, as the customers service writes it into the keys of a name. */
const soundOf = (character: string): string => pinyin(character, { toneType: 'none', v: true });
const surnameSound = (character: string): string => pinyin(character, { toneType: 'none', v: true, surname: 'head' });

/** Names are made of these, each with its sound beside it. */
export const NAMES = {
  surnames: SURNAMES, surnameSounds: SURNAMES.map(surnameSound), given: GIVEN, givenSounds: GIVEN.map(soundOf),
};

/** The first of a plan's dealers is the largest; the last two belong to the second. */
export function madeDealers({ seed, dealers, until }: Pick<Plan, 'seed' | 'dealers' | 'until'>): MadeDealer[] {
  const ids = Array.from({ length: dealers }, (_each, index) => madeId(seed, `dealer ${index + 1}`, until));
  return ids.map((id, index) => {
    const n = index + 1;
    const [place, regions] = PLACES[index % PLACES.length];
    return {
      n, id, code: `G${seed}-${String(n).padStart(3, '0')}`, name: `${place}${Math.floor(index / PLACES.length) + 1}号经销商`, regions: [...regions],
      territory: [...new Set(regions.map((code) => `${code.slice(0, 2)}0000`))], parentId: dealers > 4 && n > dealers - 2 ? ids[1] : null,
      managerId: madeId(seed, `manager ${n}`, until),
      technicianIds: Array.from({ length: TECHNICIANS }, (_technician, at) => madeId(seed, `technician ${n} ${at}`, until)),
    };
  });
}

export function madeModels({ seed, until }: Plan): MadeModel[] {
  return Array.from({ length: FAMILIES.length * MODELS_PER_FAMILY }, (_each, index) => {
    const [family, name, nameEn, months] = FAMILIES[index % FAMILIES.length];
    const n = index + 1;
    return { n, id: madeId(seed, `model ${n}`, until), code: `${family.slice(0, 2).toUpperCase()}-G${seed}-${100 + n}`, name: `${name}${n}型`, nameEn: `${nameEn} ${n}`, family, familyName: name, familyNameEn: nameEn, months };
  });
}

const PARTS = [['cartridge', '阀芯', 'Cartridge'], ['hose', '软管', 'Hose'], ['pump', '水泵', 'Pump'], ['sensor', '感应器', 'Sensor'], ['hinge', '铰链', 'Hinge']] as const;
const PARTS_OF_KIND = 8;
const PRICE_STEP = 7;
/** Two of three come back. */
const KEPT_EACH = 3;

export function madeParts({ seed, until }: Pick<Plan, 'seed' | 'until'>, ofKind = PARTS_OF_KIND): MadePart[] {
  return Array.from({ length: PARTS.length * ofKind }, (_each, index) => {
    const [partClass, name, nameEn] = PARTS[index % PARTS.length];
    const n = index + 1;
    return {
      n, id: madeId(seed, `part ${n}`, until), number: `P-G${seed}-${100 + n}`, name: `${name}${n}号`, nameEn: `${nameEn} ${n}`, price: PRICE_STEP * n, partClass,
      returnRequired: n % KEPT_EACH !== 0,
    };
  });
}

const MS_DIGITS = 12;
const DAY_MS = 86_400_000;

/** A UUIDv7 of the registry's first day that only seed and name decide. */
export function madeId(seed: number, name: string, until: string): string {
  const ms = (Date.parse(until) - YEARS * 365 * DAY_MS).toString(16).padStart(MS_DIGITS, '0');
  const hash = createHash('md5').update(`${seed} ${name}`).digest('hex');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
