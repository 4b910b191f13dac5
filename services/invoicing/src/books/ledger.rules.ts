import { addMoney, compareMoney, isZeroMoney, negateMoney, Refusal, splitByLargestRemainder, subtractMoney } from '@aftercare/domain';

/** The accounts of the ledger (B-4). What is paid and not shipped is unearned revenue, a prepayment (F-8); unidentified is what came in of nobody known. */
export const LEDGER_ACCOUNTS = [
  'receivable', 'unearned_revenue', 'revenue', 'tax_payable', 'deposit', 'unmatched', 'bank_transfer', 'cash', 'wechat_pay', 'alipay', 'unidentified',
  'reimbursement_expense', 'reimbursement_payable', 'opening_balance',
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** One side of a voucher; one of debit and credit is zero. */
export interface Entry {
  account: LedgerAccount;
  debit: string;
  credit: string;
}

/** A signed amount on an account: positive is debit. */
export type Signed = [account: LedgerAccount, amount: string];

/** B-4: entries of a voucher from signed amounts; zero ones fall away. Refuses VOUCHER_UNBALANCED. */
export function voucherEntries(amounts: readonly Signed[]): Entry[] {
  if (!isZeroMoney(addMoney(...amounts.map(([, amount]) => amount)))) {
    throw new Refusal('failed_precondition', 'VOUCHER_UNBALANCED', 'Debit and credit of a voucher differ.');
  }
  return amounts.filter(([, amount]) => !isZeroMoney(amount)).map(([account, amount]) =>
    amount.startsWith('-') ? { account, debit: '0.00', credit: negateMoney(amount) } : { account, debit: addMoney(amount), credit: '0.00' });
}

/** A confirmed slip: the dealer owes the total with tax (F-2); of a request it is unearned until shipped (F-8). */
export function confirmedSlip(slip: { netTotal: string; taxTotal: string; grossTotal: string; origin: string }): Signed[] {
  const earned = slip.origin === 'request' ? 'unearned_revenue' : 'revenue';
  return [['receivable', slip.grossTotal], [earned, negateMoney(slip.netTotal)], ['tax_payable', negateMoney(slip.taxTotal)]];
}

/** A line as far as its revenue goes. */
export interface RevenueLine {
  quantity: number;
  netAmount: string;
  shippedQuantity: number;
  reversedNet: string;
  /** Of netAmount, what has become revenue and was not reversed. */
  revenueNet: string;
}

/**
 * F-8: what becomes revenue when further pieces of a line ship: a partial shipment its share, the last one the rest, and
 * never more than is still unearned.
 */
export function revenueOfShipment(line: RevenueLine, pieces: number): string {
  const unearned = subtractMoney(subtractMoney(line.netAmount, line.reversedNet), line.revenueNet);
  const shipped = Math.min(line.shippedQuantity + pieces, line.quantity);
  const upToNow = shipped === line.quantity ? line.netAmount : splitByLargestRemainder(line.netAmount, [shipped, line.quantity - shipped])[0];
  const before = line.shippedQuantity === 0 ? '0.00'
    : splitByLargestRemainder(line.netAmount, [line.shippedQuantity, line.quantity - line.shippedQuantity])[0];
  const share = subtractMoney(upToNow, before);
  return compareMoney(share, unearned) > 0 ? unearned : share;
}

/** F-8: what a reversal takes from where: first what never became revenue, then from revenue. */
export function reversalSplit(line: RevenueLine, net: string): { unearned: string; revenue: string } {
  const left = subtractMoney(subtractMoney(line.netAmount, line.reversedNet), line.revenueNet);
  const unearned = compareMoney(net, left) > 0 ? left : net;
  return { unearned, revenue: subtractMoney(net, unearned) };
}

/** The sum per account, and whether debit equals credit over all. */
export function trialBalance(sums: readonly { account: string; debit: string; credit: string }[]) {
  const debitTotal = addMoney(...sums.map((row) => row.debit));
  const creditTotal = addMoney(...sums.map((row) => row.credit));
  return {
    accounts: sums.map((row) => ({ ...row, balance: subtractMoney(row.debit, row.credit) })),
    debitTotal, creditTotal, balanced: compareMoney(debitTotal, creditTotal) === 0,
  };
}
