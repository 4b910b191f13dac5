import type { Locale } from '@aftercare/domain';
import type { FaultRow } from './tie-out.queries.js';

type Words = Record<Locale, (fault: FaultRow) => string>;

const TERMS: Record<string, Record<Locale, string>> = {
  shipped_due: { 'zh-CN': '发料（应退）', en: 'shipped with a return due' },
  shipped_charged: { 'zh-CN': '发料（收费）', en: 'shipped as charged' },
  shipped_free: { 'zh-CN': '发料（免费不退）', en: 'shipped free' },
  shortage_charged: { 'zh-CN': '确认短少（收费）', en: 'agreed shortage of a charged line' },
  shortage_free: { 'zh-CN': '确认短少（免费）', en: 'agreed shortage of a free line' },
  shortage_due: { 'zh-CN': '确认短少（应退）', en: 'agreed shortage of an obligation' },
  opened: { 'zh-CN': '借料义务', en: 'obligation' },
  opening: { 'zh-CN': '期初借料', en: 'opening holdings' },
  returned_met: { 'zh-CN': '退料', en: 'counted pieces' },
  returned_late: { 'zh-CN': '收费后退回', en: 'late pieces' },
  returned_surplus: { 'zh-CN': '盘盈退料', en: 'surplus pieces' },
  late_reversed: { 'zh-CN': '收费后退回的冲销', en: 'late pieces whose charge was taken back' },
  settled_returned: { 'zh-CN': '义务了结（退回）', en: 'obligation met by a return' },
  settled_charged: { 'zh-CN': '义务了结（收费）', en: 'obligation converted' },
  settled_excused: { 'zh-CN': '义务了结（免除）', en: 'obligation excused' },
  settled_credit: { 'zh-CN': '义务了结（盘盈抵）', en: 'obligation met by credit' },
  undone_returned: { 'zh-CN': '退回了结的撤销', en: 'return taken back' },
  undone_charged: { 'zh-CN': '收费了结的撤销', en: 'conversion of an obligation taken back' },
  undone_excused: { 'zh-CN': '免除的撤销', en: 'excuse taken back' },
  undone_credit: { 'zh-CN': '盘盈抵的撤销', en: 'use of credit taken back' },
  credit_kept: { 'zh-CN': '盘盈留存', en: 'credit kept' },
  credit_used: { 'zh-CN': '盘盈使用', en: 'credit used' },
  converted: { 'zh-CN': '转收费', en: 'slip line of a conversion' },
  conversion_reversed: { 'zh-CN': '转收费的冲销', en: 'conversion reversed' },
  manual: { 'zh-CN': '手工收费', en: 'manual slip line' },
  revenue_reversed: { 'zh-CN': '收入冲销', en: 'revenue taken back' },
  slip_line: { 'zh-CN': '收费单明细', en: 'slip line' },
  slip_reversed: { 'zh-CN': '收费单冲销', en: 'reversed slip line' },
  missing: { 'zh-CN': '收货短少', en: 'missing at receipt' },
};

const SENTENCES: Record<string, Words> = {
  unmatched: {
    'zh-CN': ({ term, pieces, difference, documentNumber }) => `${documentNumber} ${TERMS[term]['zh-CN']} ${pieces} 件与对应记录相差 ${difference} 件：对应记录缺失或件数不符`.trim(),
    en: ({ term, pieces, difference, documentNumber }) => `${documentNumber} ${TERMS[term].en}, ${pieces} pieces: its counterpart is missing or has other pieces (difference ${difference})`.trim(),
  },
  not_on_slip: {
    'zh-CN': ({ pieces, difference, documentNumber }) => `${documentNumber} 按收费发出 ${pieces} 件，其中 ${difference} 件不在任何已确认的收费单上`.trim(),
    en: ({ pieces, difference, documentNumber }) => `${documentNumber} shipped ${pieces} pieces as charged; ${difference} of them stand on no confirmed slip`.trim(),
  },
  revenue_differs: {
    'zh-CN': ({ term, amount, documentNumber }) => `${documentNumber} ${TERMS[term]['zh-CN']} 的收入 ${amount} 与单据金额不符`.trim(),
    en: ({ term, amount, documentNumber }) => `${documentNumber} ${TERMS[term].en}: revenue ${amount} is not what its slip comes to`.trim(),
  },
  late_unknown: {
    'zh-CN': ({ pieces, documentNumber }) => `${documentNumber} 冲销了 ${pieces} 件收费后退回，但没有相应的清点记录`.trim(),
    en: ({ pieces, documentNumber }) => `${documentNumber} takes the charge of ${pieces} late pieces back that nobody counted`.trim(),
  },
  altered: {
    'zh-CN': ({ term, pieces, documentNumber }) => `${documentNumber} ${TERMS[term]['zh-CN']} ${pieces} 件与通知的内容不同，或重复出现`.trim(),
    en: ({ term, pieces, documentNumber }) => `${documentNumber} ${TERMS[term].en}, ${pieces} pieces: not as it was told, or it stands twice`.trim(),
  },
};

/** A line at fault with its fault in the reader's language. */
export function worded(fault: FaultRow, locale: Locale): FaultRow & { text: string } {
  return { ...fault, text: SENTENCES[fault.kind][locale](fault) };
}
