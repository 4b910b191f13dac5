import type { ExtensionBasis } from '@aftercare/domain';
import type { CoverageFacts } from './coverage-facts.rules.js';
import { EXCLUSION_WORDS } from './coverage-sentences.rules.js';
import { ANY_CLASS, type Term } from './terms.rules.js';

/** A sentence in both languages, so that a clerk, a dealer and an auditor read the same (W-6). */
export interface Explained {
  code: string;
  zh: string;
  en: string;
}

/** What a tried rule found. */
export interface Note {
  note: string;
  noteZh: string;
}

/** W-10: as what a warranty was extended; which settlement or campaign stands in the unit's file, not in a verdict (D-9). */
const EXTENSION_BASIS_WORDS: Record<ExtensionBasis, [zh: string, en: string]> = {
  settlement: ['（协商解决）', ' as a settlement'],
  campaign: ['（活动）', ' as a campaign'],
};

const BASIS_ZH: Record<Term['startBasis'], string> = { purchase: '购买日', commissioning: '验收日' };

/** W-6: the facts that a verdict used, each as a sentence; what is not known of a unit is said as well. */
export function usedFacts(facts: CoverageFacts): Explained[] {
  return [
    { code: 'event_date', zh: `判定日期：${facts.eventDate}`, en: `judged for ${facts.eventDate}` },
    ...registryFacts(facts),
    ...termFacts(facts),
    ...(facts.exclusion === null ? [] : [{ code: 'exclusion', zh: `除外原因：${EXCLUSION_WORDS[facts.exclusion][0]}`, en: `exclusion: ${EXCLUSION_WORDS[facts.exclusion][1]}` }]),
    ...(facts.visit ? [{ code: 'visit', zh: '属于回访', en: 'on a follow-up visit' }] : []),
  ];
}

function registryFacts({ serial, registered, sold, purchaseDate, proofPurchaseDate, acceptedOn }: CoverageFacts): Explained[] {
  const list: Explained[] = [registered
    ? { code: 'registered', zh: `序列号 ${serial} 已登记`, en: `serial ${serial} is registered` }
    : { code: 'not_registered', zh: `序列号 ${serial || '（空）'} 未登记`, en: `serial ${serial || '(none)'} is not registered` }];
  if (registered && !sold) list.push({ code: 'not_sold', zh: '登记为尚未售出', en: 'registered as not yet sold' });
  if (purchaseDate !== null) list.push({ code: 'purchase_date', zh: `购买日期：${purchaseDate}`, en: `bought on ${purchaseDate}` });
  else if (proofPurchaseDate !== null) list.push({ code: 'purchase_proved', zh: `凭证证明的购买日期：${proofPurchaseDate}`, en: `purchase proved for ${proofPurchaseDate}` });
  else if (sold) list.push({ code: 'purchase_date_unknown', zh: '购买日期未知', en: 'the purchase date is unknown' });
  if (acceptedOn !== null) list.push({ code: 'accepted', zh: `安装验收日期：${acceptedOn}`, en: `installation accepted on ${acceptedOn}` });
  else if (registered) list.push({ code: 'not_installed', zh: '尚无验收合格的安装', en: 'no installation accepted yet' });
  return list;
}

function termFacts({ registered, terms, termsVersion, partClass, extendedUntil, extensionBasis, replacedOn }: CoverageFacts): Explained[] {
  const named = partClass !== '' && partClass !== ANY_CLASS;
  const list: Explained[] = [{ code: 'part_class', zh: `配件类别：${named ? partClass : '未指明'}`, en: `part class: ${named ? partClass : 'not named'}` }];
  if (registered && terms.length > 0) list.push({ code: 'terms', zh: `适用保修条款第 ${termsVersion} 版`, en: `version ${termsVersion} of the model’s warranty terms applies` });
  if (extendedUntil !== null) {
    const [zh, en] = extensionBasis ? EXTENSION_BASIS_WORDS[extensionBasis] : ['', ''];
    list.push({ code: 'extension', zh: `已延保至 ${extendedUntil}${zh}`, en: `extended until ${extendedUntil}${en}` });
  }
  if (replacedOn !== null) list.push({ code: 'replaced', zh: `该配件已于 ${replacedOn} 更换`, en: `this part was replaced on ${replacedOn}` });
  return list;
}

/** W-8: what would lead to another coverage, by its code. */
export function changeWords(code: string, facts: { eventDate: string; lastCoveredDay: string }): Explained {
  const words: Record<string, [zh: string, en: string]> = {
    purchase_proof: ['补充购买日期凭证（日期和照片）', 'proof of the purchase, with its date and a photo'],
    exclusion_withdrawn: ['撤销除外原因', 'the exclusion withdrawn'],
    exclusion: ['证实存在除外原因（附原因说明和照片）', 'an exclusion, with its cause and a photo'],
    extension: [`延保至 ${facts.eventDate} 或更晚`, `an extension until ${facts.eventDate} or later`],
    earlier_event: [`判定日期不晚于 ${facts.lastCoveredDay}`, `an event on ${facts.lastCoveredDay} or earlier`],
    later_event: [`判定日期晚于 ${facts.lastCoveredDay}`, `an event after ${facts.lastCoveredDay}`],
  };
  const [zh, en] = words[code];
  return { code, zh, en };
}

/** What each rule says that it found. */
export const notes = {
  unknownSerial: (): Note => ({ note: 'the registry does not know the serial', noteZh: '序列号未登记' }),
  unknownDate: (): Note => ({ note: 'sold, but the registry has no purchase date', noteZh: '已售出，但没有登记购买日期' }),
  registered: (): Note => ({ note: 'the unit is registered', noteZh: '产品已登记' }),
  notSold: (): Note => ({ note: 'registered as not yet sold', noteZh: '登记为尚未售出' }),
  bought: (date: string, proved: boolean): Note => ({
    note: `bought on ${date}${proved ? ', proved by the reviewer' : ''}`, noteZh: `购买日期 ${date}${proved ? '（由审核人凭证证明）' : ''}`,
  }),
  noTerm: (partClass: string): Note => ({ note: `no term for ${partClass || 'parts without class'}`, noteZh: `没有适用于${partClass || '无类别配件'}的条款` }),
  partsNotCovered: (partClass: string): Note => ({ note: `the term of ${partClass} does not cover parts`, noteZh: `${partClass} 的条款不含配件` }),
  term: ({ months, partClass, startBasis }: Term): Note => ({
    note: `${months} months for ${partClass} from ${startBasis}`, noteZh: `${partClass} 保修 ${months} 个月，自${BASIS_ZH[startBasis]}起`,
  }),
  limit: (reason: string, day: string): Note => ({ note: `${reason}: last covered day ${day}`, noteZh: `${LIMIT_ZH[reason]}：保至 ${day}（含当日）` }),
  exclusion: (exclusion: NonNullable<CoverageFacts['exclusion']>): Note => ({
    note: `exclusion ${exclusion}, which needs a cause and a photo`, noteZh: `除外原因：${EXCLUSION_WORDS[exclusion][0]}（须有原因说明和照片）`,
  }),
  visit: (): Note => ({ note: 'follow-up visit: parts by the warranty, never a service fee', noteZh: '回访：配件按保修判定，不收服务费' }),
} as const;

const LIMIT_ZH: Record<string, string> = { within_term: '保修期', extension: '延长保修', replaced_part_term: '更换件自身保修期' };
