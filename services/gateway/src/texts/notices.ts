import type { Sentence } from './platform-reasons.js';

/** Sentences of notices by kind; `number` is the document's, the rest comes with the notice. */
export const notices: Record<string, Sentence> = {
  'call.sla_warning': ['叫修 {{number}} 即将超时，到期 {{dueAt}}。', 'Call {{number}} is about to run out of time; due {{dueAt}}.'],
};

/** Headings of sheets. */
export const columns: Record<string, Sentence> = {
  serial: ['序列号', 'Serial'],
  modelCode: ['型号', 'Model'],
  dealerCode: ['经销商代码', 'Dealer code'],
  manufacturedOn: ['生产日期', 'Manufactured on'],
  dispatchedOn: ['发货日期', 'Dispatched on'],
  errors: ['错误', 'Errors'],
  number: ['编号', 'Number'],
  name: ['名称', 'Name'],
  nameEn: ['英文名称', 'English name'],
  code: ['代码', 'Code'],
  state: ['状态', 'State'],
  status: ['状态', 'Status'],
  dealerId: ['经销商', 'Dealer'],
  quantity: ['数量', 'Quantity'],
  version: ['版本', 'Version'],
  createdAt: ['创建时间', 'Created at'],
  partNumber: ['配件编号', 'Part number'],
  partName: ['配件名称', 'Part name'],
  grossTotal: ['价税合计', 'Total with tax'],
  month: ['月份', 'Month'],
};
