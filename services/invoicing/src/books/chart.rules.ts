import type { LedgerAccount } from './ledger.rules.js';

/** Code and name of an account in the chart of accounts 会计科目 of the Ministry of Finance, as finance packages take vouchers. */
export interface ChartAccount {
  code: string;
  name: string;
}

/** under which account of the chart each account of the ledger is exported. */
export const CHART: Readonly<Record<LedgerAccount, ChartAccount>> = {
  receivable: { code: '1122', name: '应收账款' },
  unearned_revenue: { code: '2205', name: '合同负债' },
  revenue: { code: '6001', name: '主营业务收入' },
  tax_payable: { code: '222101', name: '应交增值税' },
  deposit: { code: '2203', name: '预收账款' },
  unmatched: { code: '220301', name: '预收账款—待核销' },
  bank_transfer: { code: '1002', name: '银行存款' },
  cash: { code: '1001', name: '库存现金' },
  wechat_pay: { code: '101201', name: '其他货币资金—微信' },
  alipay: { code: '101202', name: '其他货币资金—支付宝' },
  unidentified: { code: '224101', name: '其他应付款—待查收款' },
  reimbursement_expense: { code: '660101', name: '销售费用—售后服务费' },
  reimbursement_payable: { code: '224102', name: '其他应付款—报销' },
  opening_balance: { code: '9999', name: '期初余额' },
};

/** The account of the chart behind an account of the ledger. */
export function chartOf(account: LedgerAccount): ChartAccount {
  return CHART[account];
}
