import { monthOf, newId } from '@aftercare/domain';
import { PostingRow, Voucher } from './ledger.entity.js';
import { voucherEntries, type LedgerAccount, type Signed } from './ledger.rules.js';
import type { Work } from './work.js';

/** A voucher to be booked. */
export interface Booking {
  /** Null for money whose dealer is not known yet. */
  dealerId: string | null;
  /** The step of the business, e.g. 'slip_confirmed'. */
  kind: string;
  documentKind: string;
  documentId: string;
  /** Its number, where it has one. */
  documentNumber?: string;
  /** Signed amounts, positive is debit; they add up to zero. */
  amounts: readonly Signed[];
}

/** B-4, B-6: books a voucher in the present month; one without amounts is not written. */
export async function post(work: Work, booking: Booking): Promise<void> {
  const { amounts, dealerId, documentNumber = '', ...head } = booking;
  const entries = voucherEntries(amounts);
  if (entries.length === 0) return;
  const at = await work.now();
  const voucher = { id: newId(), dealerId, ...head, documentNumber, at, month: monthOf(at) };
  await work.em.insert(Voucher, voucher);
  await work.em.insert(PostingRow, entries.map((entry) => ({ id: newId(), dealerId, voucherId: voucher.id, ...entry, at, month: voucher.month })));
}

/** B-4: credit less debit of a dealer's account, e.g. its deposit; the database keeps its months with each posting. */
export async function creditBalance(work: Pick<Work, 'em'>, dealerId: string, account: LedgerAccount): Promise<string> {
  const [{ balance }] = await work.em.query<{ balance: string }[]>(
    'select coalesce(sum(credit - debit), 0.00)::text as balance from account_month where dealer_id = $1 and account = $2', [dealerId, account]);
  return balance;
}
