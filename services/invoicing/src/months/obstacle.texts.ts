import type { Locale } from '@aftercare/domain';
import type { Obstacle } from './month-close.rules.js';

/** How far two sides of an obstacle are apart, for people. */
const apart = ({ listed, found }: Obstacle): string => `${listed === '' ? '–' : listed} ≠ ${found === '' ? '–' : found}`;
const named = ({ documentNumber, documentKind, partNumber }: Obstacle): string => [documentNumber || documentKind, partNumber].filter(Boolean).join(' ');

const SENTENCES: Record<Obstacle['code'], Record<Locale, (of: Obstacle) => string>> = {
  MONTH_NOT_OVER: { 'zh-CN': () => '该月尚未结束。请在下月办理。', en: () => 'The month has not ended. Close it next month.' },
  MONTH_CLOSED: { 'zh-CN': () => '该月已结账，不能再次结账。', en: () => 'The month is closed already. Nothing re-opens it.' },
  EARLIER_MONTH_OPEN: { 'zh-CN': ({ found }) => `更早的月份 ${found} 尚未结账。请先结该月。`, en: ({ found }) => `The earlier month ${found} is open. Close that one first.` },
  SERVICE_SILENT: { 'zh-CN': ({ service }) => `服务 ${service} 没有应答。请稍后再试。`, en: ({ service }) => `${service} does not answer. Try again in a while.` },
  EVENTS_WAITING: { 'zh-CN': ({ service, count }) => `${service} 有 ${count} 条消息尚未发出。请稍后再试。`, en: ({ service, count }) => `${service} has ${count} events that are not sent. Try again in a while.` },
  DEAD_LETTERS_OPEN: {
    'zh-CN': ({ service, count }) => `${service} 有 ${count} 条未处理的失败消息。请管理员重放或关闭。`,
    en: ({ service, count }) => `${service} has ${count} open dead letters. Have the administrator replay or discard them.`,
  },
  FIGURES_REBUILDING: { 'zh-CN': () => '统计正在重建。请等待完成。', en: () => 'The figures are being rebuilt. Wait until that is done.' },
  TIE_OUT_FAULTS: { 'zh-CN': ({ count }) => `三表不平，有 ${count} 行有误。请查看核对表的问题行。`, en: ({ count }) => `The lists do not tie out: ${count} lines are at fault. Look at the faults of the tie-out.` },
  LISTS_DIFFER: {
    'zh-CN': (of) => `${named(of)}：单据与统计不符（${apart(of)}）。请重建统计，或查明缺失的消息。`,
    en: (of) => `${named(of)}: the documents and the figures differ (${apart(of)}). Rebuild the figures, or find the event that is missing.`,
  },
  REVENUE_DIFFERS: {
    'zh-CN': (of) => `${named(of)}：收入表与总账不符（${apart(of)}）。请查明缺失的记账。`,
    en: (of) => `${named(of)}: the revenue list and the ledger differ (${apart(of)}). Find what was not booked.`,
  },
};

/** An obstacle in the reader's language, with what to do. */
export function wordedObstacle(of: Obstacle, locale: Locale): string {
  return SENTENCES[of.code][locale](of);
}
