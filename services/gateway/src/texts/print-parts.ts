import type { Sentence } from '@aftercare/domain';

/** Labels and sentences of the papers about parts. */
export const partsPrintLabels = {
  stocktakeForm: ['用户借料盘点表', 'Stocktake of borrowed parts'],
  cutOffOn: ['盘点截止日', 'As of the end of'],
  returnUntil: ['退料期限', 'Return until'],
  objectUntil: ['异议期限', 'Object until'],
  stocktakeConfirmedAt: ['确认时间', 'Confirmed'],
  stocktakeLines: ['盘点明细', 'Parts'],
  stocktakeSums: ['合计', 'Sums'],
  partNumber: ['配件编号', 'Part no.'],
  partName: ['配件名称', 'Part'],
  borrowed: ['用户借料', 'Borrowed'],
  returned: ['用户退料', 'Returned'],
  otherwise: ['其他了结', 'Otherwise'],
  variance: ['盘盈盘亏', 'Variance'],
  unitPrice: ['成本价', 'Unit price'],
  netAmount: ['金额（不含税）', 'Amount (net)'],
  stillOut: ['未退', 'Still out'],
  netTotal: ['收费合计（不含税）', 'Charge (net)'],
  inWords: ['大写', 'In words'],
  objected: ['有异议', 'objected'],
  notCountedIn: ['不计入盘点的材料', 'Not in the stocktake'],
  exclusionRule: ['依据', 'Rule'],
  shippedPieces: ['发出件数', 'Shipped'],
  stocktakeNote: [
    '期限内未退回的材料视为事实占有，按截止日成本价收费；确认前退回并清点的仍予核销。',
    'What is not returned in time is in the dealer’s possession in fact and is charged at the dealer price of the cut-off day; what is counted before the confirmation still counts.',
  ],
  stocktakeShortened: ['只列前 {{max}} 行，其余请在系统中查看；合计为全部。', 'Only the first {{max}} rows are printed, see the platform for the rest; the sums are those of all.'],
  signWarehouse: ['台州售后服务处（签字）', 'Receiving warehouse (signature)'],
} as const satisfies Record<string, Sentence>;

/** Codes that stand on them, by kind and code. */
export const partsPrintWords: Record<string, Sentence> = {
  'stocktake.open': ['退料中', 'returns awaited'],
  'stocktake.closed': ['待确认', 'to be confirmed'],
  'stocktake.confirmed': ['已确认', 'confirmed'],
  'stocktake.cancelled': ['已取消', 'called off'],
  'stocktakeDecision.charge': ['收费', 'charged'],
  'stocktakeDecision.excuse': ['免退', 'excused'],
  'stocktakeDecision.extend': ['延期', 'extended'],
  'stocktakeExclusion.gift': ['赠送品', 'gift'],
  'stocktakeExclusion.office': ['售后服务用办公用品', 'office supplies'],
  'stocktakeExclusion.literature': ['宣传资料、样本、资料', 'literature'],
  'stocktakeExclusion.charged': ['已收费', 'charged'],
  'stocktakeExclusion.special_without_return': ['特批，不须退回', 'special approval without return'],
  'stocktakeExclusion.return_not_required': ['不须退旧件', 'return not required'],
};
