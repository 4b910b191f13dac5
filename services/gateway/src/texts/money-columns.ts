import type { Sentence } from '@aftercare/domain';

/** Headings of the columns that only lists of invoices, payments and the ledger have. */
export const moneyColumns: Record<string, Sentence> = {
  // Invoices, red letters, files for the tax platform.
  invoiceId: ['发票', 'Invoice'],
  invoiceDate: ['开票日期', 'Invoice date'],
  redTotal: ['已红冲', 'Taken back'],
  grossAmount: ['金额（含税）', 'Amount with tax'],
  taxAmount: ['税额', 'Tax'],
  taxRate: ['税率（%）', 'Tax rate in percent'],
  itemName: ['项目名称', 'What is sold'],
  originalNumber: ['原发票号码', 'Invoice that is taken back'],
  batchNumber: ['批次编号', 'Batch'],
  documentCount: ['单据数', 'Documents'],
  waitingCount: ['待返回', 'Waiting'],
  slipCount: ['收费单数', 'Slips'],
  oldestAt: ['最早日期', 'Oldest'],
  includeNow: ['含立即开票', 'With those to be invoiced now'],
  dealerCount: ['经销商数', 'Dealers'],
  doneCount: ['已完成', 'Done'],
  invoiceCount: ['发票数', 'Invoices'],
  // Payments and accounts.
  balance: ['余额', 'Balance'],
  method: ['方式', 'Method'],
  ownAccount: ['我方账户', 'Own account'],
  bankDate: ['银行日期', 'Bank date'],
  remark: ['摘要', 'Remark'],
  payerName: ['付款人', 'Payer'],
  payerAccount: ['付款账号', 'Payer’s account'],
  transactionNumber: ['流水号', 'Transaction'],
  foundBy: ['识别方式', 'Found by'],
  paymentId: ['到款', 'Payment'],
  paymentNumber: ['到款编号', 'Payment number'],
  paymentState: ['到款状态', 'State of the payment'],
  postedByItself: ['自动入账', 'Posted by itself'],
  upTo30: ['0–30 天', '0 to 30 days'],
  upTo60: ['31–60 天', '31 to 60 days'],
  upTo90: ['61–90 天', '61 to 90 days'],
  over90: ['90 天以上', 'More than 90 days'],
  creditBalance: ['预存及未核销', 'Deposit and unmatched'],
  level: ['级别', 'Level'],

  postedOn: ['记账日期', 'Posted on'],
  accountCode: ['科目代码', 'Account code'],
  accountName: ['科目名称', 'Account name'],

  // Going live.
  documentDate: ['单据日期', 'Date of the document'],
  receivableTotal: ['应收合计', 'Receivables'],
  depositTotal: ['预存合计', 'Deposits'],
};
