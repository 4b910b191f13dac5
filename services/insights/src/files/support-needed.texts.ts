import type { Locale } from '@aftercare/domain';
import type { Evidence, Need } from './support-needed.rules.js';

type Sentence<T> = Record<Locale, (it: T) => string>;

const NEEDS: Record<Need['kind'], Sentence<Need>> = {
  training: {
    'zh-CN': ({ subjectName }) => `需要 ${subjectName} 系列的培训`,
    en: ({ subjectName }) => `Training on the family ${subjectName} is needed`,
  },
  parts: {
    'zh-CN': ({ subjectName }) => `配件 ${subjectName} 更换偏多，需要支持`,
    en: ({ subjectName }) => `Support with the part ${subjectName} is needed`,
  },
  staff: { 'zh-CN': () => '需要增加维修人员', en: () => 'More technicians are needed' },
};

const FIGURES: Record<Evidence['figure'], Sentence<Evidence>> = {
  firstFixPercent: {
    'zh-CN': ({ value, compared, threshold }) => `一次修复率 ${value}%，全网中位数 ${compared}%，相差不应达到 ${threshold} 个百分点`,
    en: ({ value, compared, threshold }) => `First-time-fix rate ${value} %, the network's median is ${compared} %; ${threshold} points below are too many`,
  },
  repeatPercent: {
    'zh-CN': ({ value, compared, threshold }) => `重复叫修占 ${value}%，全网中位数 ${compared}%，相差不应达到 ${threshold} 个百分点`,
    en: ({ value, compared, threshold }) => `Repeat calls ${value} %, the network's median is ${compared} %; ${threshold} points above are too many`,
  },
  certified: {
    'zh-CN': ({ threshold }) => `叫修已达 ${threshold} 次以上，没有在岗维修人员持有效证书`,
    en: ({ threshold }) => `${threshold} calls or more, and no technician at work holds a valid certificate`,
  },
  per100Calls: {
    'zh-CN': ({ value, compared, threshold }) => `每百次叫修更换 ${value} 件，全网 ${compared} 件，不应达到其 ${threshold}%`,
    en: ({ value, compared, threshold }) => `${value} pieces for 100 calls, the network has ${compared}; ${threshold} % of that is too much`,
  },
  onTime24Percent: {
    'zh-CN': ({ value, threshold }) => `24 小时解决率 ${value}%，应达到 ${threshold}%`,
    en: ({ value, threshold }) => `${value} % solved within 24 hours, ${threshold} % would be enough`,
  },
  callsPerTechnician: {
    'zh-CN': ({ value, threshold }) => `每名维修人员每 30 天解决 ${value} 次，超过 ${threshold} 次`,
    en: ({ value, threshold }) => `${value} solved calls a technician and 30 days, more than ${threshold}`,
  },
};

/** A need and its figures in words, as the reader reads them. */
export function worded(need: Need, locale: Locale) {
  const figures = need.figures.map((figure) => ({ ...figure, text: FIGURES[figure.figure][locale](figure) }));
  return { ...need, text: NEEDS[need.kind][locale](need), figures };
}
