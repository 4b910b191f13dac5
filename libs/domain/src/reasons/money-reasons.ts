import type { Sentence } from './sentence.js';

/** Reasons of invoices, red letters, payments and the ledger. */
export const moneyReasons: Record<string, Sentence> = {
  INVOICE_NOT_ISSUED: ['发票尚未开具，或已全部红冲。未开具的申请请撤回。', 'The invoice is not issued, or wholly taken back. Withdraw a request that is not issued.'],
  RED_LETTER_EXISTS: ['已有红字发票（{{number}}）涉及这些行。请处理该红字发票。', 'Another red letter ({{number}}) is over these lines. Go on with that one.'],
  DATE_BEFORE_INVOICE: ['红字发票日期早于原发票日期。请核对。', 'The red letter would be older than its invoice. Check the date.'],
  PAPERS_MISSING: ['没有附上文件。请至少附一个。', 'There are no papers. Attach at least one.'],
  PAPERS_TOO_MANY: ['一张发票最多 20 个文件。请少附几个。', 'An invoice has at most 20 papers. Attach fewer.'],
  NOTHING_TO_SEND: ['没有等待开具的发票或红字发票。', 'No invoice or red letter waits to be issued. Request one first.'],
  DOCUMENT_UNKNOWN: ['没有这个编号的开票申请或红字发票。请核对编号。', 'There is no invoice request or red letter of this number. Check it.'],
  NOT_IN_BATCH: ['该单据不在任何批次中。请先导出批次，或手工登记。', 'The document is in no batch. Send it in one first, or enter its number by hand.'],
  IN_BATCH: ['该单据已随批次 {{number}} 导出，等待结果。请先导入结果，或关闭该批次。', 'The document went out in batch {{number}} and waits for its result. Read the result in first, or close the batch.'],
  RESULT_MISSING: ['既没有发票号码，也没有说明。有号码时须同时填写日期。', 'The row has neither a number nor a note. A number goes with its date.'],
  TOO_MANY_INVOICES: ['一次最多 {{max}} 张发票。请按经销商或缩短期间分次办理。', 'A run requests at most {{max}} invoices. Ask for one dealer or a shorter period.'],
  LINE_OVER_LIMIT: ['有一行的金额超过单张发票限额，单独开一张。请确认平台额度。', 'One line alone is above the limit of an invoice. See that the tax platform takes it.'],
  ALLOCATION_UNKNOWN: ['该到款没有这笔分配。请重新读取。', 'The payment has no such allocation. Read it again.'],
  ALREADY_UNDONE: ['该笔分配已经撤销。', 'This match was taken back already. Nothing is left to undo.'],
  NOTHING_TO_UNDO: ['没有指定要撤销的内容。请至少选一笔。', 'Nothing was named. Choose at least one match to take back.'],
  PAID_MOVED: ['该收费单冲销后，这笔款已转入预存款，不能再撤销。请用预存款。', 'A reversal has put this money to the deposit. Use the deposit.'],
  ACCOUNT_UNKNOWN: ['没有这个科目。请从列表中选择。', 'There is no such account. Choose one of the list.'],
  NOTHING_TO_REMIND: ['没有尚未催过的欠款。请等到下一期限。', 'There is nothing of which the dealer was not reminded. Wait for the next level.'],
  BANK_FORMAT_NAME_TAKEN: ['已有同名的银行文件格式。请换一个名称。', 'Another bank format has this name. Choose another.'],
  BANK_HEADINGS_MISSING: ['文件中没有找到格式所列的表头。请核对所选格式，或修改格式。', 'The file has no row with the headings of the format. Choose another format, or change it.'],
  REIMBURSEMENT_PAID: ['该报销已付款或已抵扣，不能冲销。', 'This reimbursement was paid or set off and is not reversed. Settle it with a manual slip.'],
  DATE_AFTER_CUT_OVER: ['单据日期晚于切换日期。请更正。', 'The document is younger than the cut-over date. Correct one of the dates.'],
  REIMBURSEMENT_NOT_DEALERS: ['该报销款不归经销商，不能抵扣应收。请直接付款。', 'This reimbursement is not the dealer’s and is not set off. Pay it.'],
};
