import type { Locale } from '@aftercare/domain';
import type { Obstacle } from './month-close.rules.js';

/** How far two sides of an obstacle are apart, for people. */
const apart = ({ listed, found }: Obstacle): string => `${listed === '' ? '–' : listed} ≠ ${found === '' ? '–' : found}`;
const unseen = ({ partNumber }: Obstacle): string => (partNumber === '' ? '' : `${partNumber}: `);
const named = ({ documentNumber, documentKind, partNumber }: Obstacle): string => [documentNumber || documentKind, partNumber].filter(Boolean).join(' ');

const SENTENCES: Record<Obstacle['code'], Record<Locale, (of: Obstacle) => string>> = {
  MONTH_NOT_OVER: { 'zh-CN': () => '该月尚未结束。请在下月办理。', en: () => 'The month has not ended. Close it next month.' },
  MONTH_CLOSED: { 'zh-CN': () => '该月已结账，不能再次结账。', en: () => 'The month is closed already. Nothing re-opens it.' },
  EARLIER_MONTH_OPEN: { 'zh-CN': ({ found }) => `更早的月份 ${found} 尚未结账。请先结该月。`, en: ({ found }) => `The earlier month ${found} is open. Close that one first.` },
  BEFORE_FIRST_MONTH: { 'zh-CN': ({ found }) => `首个月份是 ${found}，更早的月份没有内容，不能结账。`, en: ({ found }) => `The first month is ${found}. There is nothing to close before it.` },
  TRANSACTION_RUNNING: {
    'zh-CN': ({ service, found }) => `${service} 有一个在该月内（${found}）开始的操作仍在进行。请稍后再试。`,
    en: ({ service, found }) => `In ${service} something that began in the month (${found}) is still running. Try again in a while.`,
  },
  SERVICE_SILENT: { 'zh-CN': ({ service }) => `服务 ${service} 没有应答。请稍后再试。`, en: ({ service }) => `${service} does not answer. Try again in a while.` },
  SERVICE_OVERTAXED: {
    'zh-CN': ({ service }) => `服务 ${service} 未能在规定时间内读完该月的清单。请在业务较少时再试。`,
    en: ({ service }) => `${service} could not read the lists of the month in time. Try again when there is less to do.`,
  },
  EVENTS_WAITING: { 'zh-CN': ({ service, count }) => `${service} 有 ${count} 条消息尚未发出。请稍后再试。`, en: ({ service, count }) => `${service} has ${count} events that are not sent. Try again in a while.` },
  DEAD_LETTERS_OPEN: {
    'zh-CN': ({ service, count }) => `${service} 有 ${count} 条未处理的失败消息。请管理员重放或关闭。`,
    en: ({ service, count }) => `${service} has ${count} open dead letters. Have the administrator replay or discard them.`,
  },
  DEAD_LETTERS_ELSEWHERE: {
    'zh-CN': ({ service, count }) => `提示：${service} 有 ${count} 条与清单无关的失败消息，不影响结账。`,
    en: ({ service, count }) => `For information: ${service} has ${count} open dead letters that no list is made of. They do not stand against closing.`,
  },
  FIGURES_REBUILDING: { 'zh-CN': () => '统计正在重建。请等待完成。', en: () => 'The figures are being rebuilt. Wait until that is done.' },
  TIE_OUT_FAULTS: { 'zh-CN': ({ count }) => `三表不平，有 ${count} 行有误。请查看核对表的问题行。`, en: ({ count }) => `The lists do not tie out: ${count} lines are at fault. Look at the faults of the tie-out.` },
  LISTS_DIFFER: {
    'zh-CN': (of) => (of.count > 0 ? `${unseen(of)}单据与统计不符（${of.count} 组经销商和零部件）。请稍后再试，或重建统计。` : `${named(of)}：单据与统计不符（${apart(of)}）。请重建统计，或查明缺失的消息。`),
    en: (of) => (of.count > 0
      ? `${unseen(of)}the documents and the figures differ for dealers and parts (${of.count}). Try again in a while, or rebuild the figures.`
      : `${named(of)}: the documents and the figures differ (${apart(of)}). Rebuild the figures, or find the event that is missing.`),
  },
  HOLDINGS_DIFFER: {
    'zh-CN': (of) => `${of.partNumber}：经销商借料义务的变动与库存账不符（${apart(of)}）。请查明缺失的出入库。`,
    en: (of) => `${of.partNumber}: the change of what the dealer owes and his holdings in the stock ledger differ (${apart(of)}). Find the movement that is missing.`,
  },
  CLOSED_LIST_DIFFERS: {
    'zh-CN': (of) => `${named(of)}：已结账月份的单据与冻结的清单不符（${apart(of)}）。请查明更改的原因。`,
    en: (of) => `${named(of)}: a document of the month that is closed is not as it was frozen (${apart(of)}). Find out what changed it.`,
  },
  REVENUE_DIFFERS: {
    'zh-CN': (of) => `${named(of)}：收入表与总账不符（${apart(of)}）。请查明缺失的记账；被丢弃的失败消息可由管理员重放。`,
    en: (of) => `${named(of)}: the revenue list and the ledger differ (${apart(of)}). Find what was not booked; the administrator can replay a dead letter that was discarded.`,
  },
};

/** An obstacle in the reader's language, with what to do. */
export function wordedObstacle(of: Obstacle, locale: Locale): string {
  return SENTENCES[of.code][locale](of);
}
