import type { Sentence } from '@aftercare/domain';

const asExported: Sentence = ['导出时已填，不读取', 'As it was exported, not read'];
const EXPORTED = [
  'documentKind', 'documentId', 'kind', 'taxTitle', 'taxNumber', 'taxBank', 'taxAccount', 'taxAddress', 'taxPhone', 'itemName', 'taxRate', 'netAmount', 'taxAmount', 'grossAmount',
  'originalNumber', 'reason', 'outcome',
];

/** What the columns of imports of money may hold. */
export const moneyImportNotes: Record<string, Sentence> = {
  ...Object.fromEntries(EXPORTED.map((key) => [`invoice-results.${key}`, asExported])),
  'invoice-results.number': ['开票申请或红字发票的编号', 'Number of the invoice request or red letter'],
  'invoice-results.invoiceNumber': ['开出的发票号码，20 位数字。请设为文本格式', 'Number on the paper, 20 digits. Format the cell as text'],
  'invoice-results.invoiceDate': ['开票日期，不晚于今天；有号码时必填', 'Date on the paper, today at the latest; goes with the number'],
  'invoice-results.batchNumber': ['导出时已填的批次编号。旧批次的退回不会算到新批次', 'Batch as it was exported; a refusal of an older batch is not taken for one of a later batch'],
  'invoice-results.note': ['未能开具时平台给出的原因', 'Why the tax platform refused it'],
  'opening-money.dealerCode': ['已登记的经销商的代码；每个经销商只能登记一次期初', 'Code of a registered dealer; each is opened once'],
  'opening-money.kind': ['receivable 应收、deposit 预存款、credit_line 信用额度；也可填中文', 'receivable, deposit or credit_line'],
  'opening-money.documentNumber': ['原系统中收费单的编号，不重复；只用于应收', 'Number of the slip in the books before, each once; for a receivable only'],
  'opening-money.documentDate': ['原单据日期，账龄由此算起；只用于应收', 'Its date, from which its age counts; for a receivable only'],
  'opening-money.amount': ['未付金额（含税）、预存余额或额度，最多两位小数', 'What is still owed with tax, what is paid in, or the limit; at most 2 decimals'],
};
