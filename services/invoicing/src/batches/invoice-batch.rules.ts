import { Refusal, addMoney, negateMoney } from '@aftercare/domain';

/** What stands on every row of the file as what is sold. */
export const ITEM_NAME = '售后服务材料';

/** An open batch may be closed by hand; refuses STEP_NOT_ALLOWED. */
export function assertOpenBatch(state: 'open' | 'closed'): void {
  if (state === 'open') return;
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The batch is closed already.');
}

/** Refuses NOTHING_TO_SEND. */
export function assertSomethingToSend(documents: readonly unknown[]): void {
  if (documents.length > 0) return;
  throw new Refusal('failed_precondition', 'NOTHING_TO_SEND', 'No invoice or red letter waits to be issued.');
}

/** A line of a document with its tax rate. */
export interface RatedLine {
  netAmount: string;
  taxAmount: string;
  taxRate: string;
}

/** B-3: a document's amounts by tax rate, lowest rate first; those of a red letter are negative. */
export function amountsByRate(lines: readonly RatedLine[], sign: 1 | -1): RatedLine[] {
  const sums = new Map<string, RatedLine>();
  for (const { taxRate, netAmount, taxAmount } of lines) {
    const sum = sums.get(taxRate) ?? { taxRate, netAmount: '0.00', taxAmount: '0.00' };
    sums.set(taxRate, { taxRate, netAmount: addMoney(sum.netAmount, netAmount), taxAmount: addMoney(sum.taxAmount, taxAmount) });
  }
  const signed = (amount: string): string => (sign === 1 ? amount : negateMoney(amount));
  return [...sums.values()].sort((a, b) => Number(a.taxRate) - Number(b.taxRate))
    .map(({ taxRate, netAmount, taxAmount }) => ({ taxRate, netAmount: signed(netAmount), taxAmount: signed(taxAmount) }));
}
