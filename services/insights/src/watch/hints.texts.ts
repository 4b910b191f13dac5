import type { Locale } from '@aftercare/domain';
import type { HintRow } from './hints.queries.js';

/** A serial that is not registered may be anything and is not told; that of the other case may be. */
const unitZh = (serial: string): string => (serial === '' ? '同一序列号（此处未登记）的产品' : `产品 ${serial} `);
const unitEn = (serial: string): string => (serial === '' ? 'a unit of the same serial (not registered here)' : `unit ${serial}`);

const SENTENCES: Record<string, Record<Locale, (hint: HintRow) => string>> = {
  same_part: {
    'zh-CN': ({ otherNumber, partNumber, serial }) => (otherNumber === ''
      ? `本叫修同一天的两份维修记录都为${unitZh(serial)}更换了配件 ${partNumber}`
      : `${unitZh(serial)}同一天在 ${otherNumber} 也更换了配件 ${partNumber}`),
    en: ({ otherNumber, partNumber, serial }) => (otherNumber === ''
      ? `Part ${partNumber} was replaced in ${unitEn(serial)} by two records of this call on the same day`
      : `Part ${partNumber} was replaced in ${unitEn(serial)} on the same day at ${otherNumber} as well`),
  },
  same_photo: {
    'zh-CN': ({ otherNumber }) => `同一张照片也用于 ${otherNumber}`,
    en: ({ otherNumber }) => `The same photo stands at ${otherNumber} as well`,
  },
  minutes: {
    'zh-CN': ({ value, compared }) => `从叫修到解决仅 ${value} 分钟，少于 ${compared} 分钟`,
    en: ({ value, compared }) => `Solved ${value} minutes after it was opened, less than ${compared}`,
  },
  parts_per_call: {
    'zh-CN': ({ value, compared, family }) => `当月 ${family || '未知'} 系列每次维修用件 ${value} 件，其他经销商为 ${compared} 件`,
    en: ({ value, compared, family }) => `${value} pieces for a repair of family ${family || 'unknown'} in the month, the other dealers have ${compared}`,
  },
};

/** A hint with its reason in the reader's language. */
export function worded(hint: HintRow, locale: Locale): HintRow & { text: string } {
  return { ...hint, text: SENTENCES[hint.kind][locale](hint) };
}
