import type { Exclusion } from '@aftercare/domain';

/** Why a verdict is what it is; a stable code, see the sentences. */
export type CoverageReason =
  | 'within_term' | 'extension' | 'replaced_part_term' | 'not_sold'
  | 'term_over' | 'no_term' | 'parts_not_covered' | `exclusion_${Exclusion}`
  | 'unknown_serial' | 'purchase_date_unknown';

/** The exclusions of W-5 in words. */
export const EXCLUSION_WORDS: Record<Exclusion, [zh: string, en: string]> = {
  misuse: ['未按说明书使用', 'it was used against the manual'],
  self_moved: ['用户自行移机、运输或安装', 'the customer moved, transported or installed it himself'],
  unauthorised_repair: ['未经授权的维修', 'it was repaired by somebody unauthorised'],
  power_supply: ['电源电压或频率异常', 'the power supply was unstable'],
  force_majeure: ['不可抗力', 'of force majeure'],
};

/** The reason as one sentence in both languages, so that a clerk, a dealer and an auditor read the same (W-6). */
export function coverageSentence(reason: CoverageReason, dates: { event: string; last: string }): { zh: string; en: string } {
  const { event, last } = dates;
  if (reason.startsWith('exclusion_')) {
    const [zh, en] = EXCLUSION_WORDS[reason.slice('exclusion_'.length) as Exclusion];
    return { zh: `虽在保修范围内，但因${zh}，须收费。`, en: `It would be covered, but is charged because ${en}.` };
  }
  return {
    within_term: { zh: `${event} 在保修期内，保修至 ${last}（含当日）。`, en: `${event} is within the warranty, which runs up to and including ${last}.` },
    extension: { zh: `${event} 在延长的保修期内，延至 ${last}（含当日）。`, en: `${event} is within the extended warranty, which runs up to and including ${last}.` },
    replaced_part_term: { zh: `该配件为维修更换件，其自身保修至 ${last}（含当日）。`, en: `The part was put in at a repair and is covered by its own term up to and including ${last}.` },
    not_sold: { zh: '该产品登记为尚未售出，予以保修。', en: 'The unit is registered as not yet sold and is covered.' },
    term_over: { zh: `保修期已于 ${last} 结束，${event} 须收费。`, en: `The warranty ended on ${last}, so ${event} is charged.` },
    no_term: { zh: '该型号对此类配件没有保修条款，须收费。', en: 'The model has no warranty term for this class of parts, so it is charged.' },
    parts_not_covered: { zh: '该类配件的保修条款不含配件费用，须收费。', en: 'The warranty term of this class does not cover parts, so it is charged.' },
    unknown_serial: { zh: '序列号未登记，须提供购买日期凭证后才能判定。', en: 'The serial number is not registered; proof of purchase must be entered first.' },
    purchase_date_unknown: { zh: '购买日期未知，须提供购买日期凭证后才能判定。', en: 'The purchase date is unknown; proof of purchase must be entered first.' },
  }[reason as Exclude<CoverageReason, `exclusion_${Exclusion}`>];
}
