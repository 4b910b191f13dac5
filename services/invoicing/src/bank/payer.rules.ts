/** How the payer of a bank line was found. */
export type FoundBy = '' | 'slip_named' | 'account' | 'name' | 'by_hand' | 'conflict';

/** Who pays, as far as invoicing knows dealers. */
export interface KnownPayer {
  dealerId: string;
  /** Name and title 抬头. */
  names: readonly string[];
  bankAccount: string;
}

/** What a bank says of who paid. */
export interface PayerTold {
  reference: string;
  payerName: string;
  payerAccount: string;
}

/** What may point at a dealer. */
export interface PayersKnown {
  payers: readonly KnownPayer[];
  /** Dealers by the numbers of their slips. */
  slips: ReadonlyMap<string, string>;
}

const SLIP_NUMBER = /CS-\d{4}-\d{6,}/g;

/** Numbers of slips that a text names, in capitals, each once. */
export function slipNumbersIn(reference: string): string[] {
  return [...new Set(reference.normalize('NFKC').toUpperCase().match(SLIP_NUMBER) ?? [])];
}

const bare = (text: string): string => text.normalize('NFKC').replace(/[\s()（）·.,-]/g, '').toUpperCase();

const only = (found: readonly string[]): string | undefined => {
  const different = [...new Set(found)];
  return different.length === 1 ? different[0] : undefined;
};

/**
 * B-4: whose money a bank line is: the dealer of the slips it names, else the one with the payer's account, else the only one of the
 * payer's name. Where the slips' dealer and the account's differ, a person decides.
 */
export function payerOf(told: PayerTold, { payers, slips }: PayersKnown): { dealerId: string; foundBy: FoundBy } {
  const named = slipNumbersIn(told.reference).flatMap((number) => slips.get(number) ?? []);
  const account = bare(told.payerAccount);
  const byAccount = account === '' ? undefined : only(payers.filter(({ bankAccount }) => bare(bankAccount) === account).map(({ dealerId }) => dealerId));
  if (named.length > 0) {
    const dealer = only(named);
    if (dealer === undefined || (byAccount !== undefined && byAccount !== dealer)) return { dealerId: dealer ?? '', foundBy: 'conflict' };
    return { dealerId: dealer, foundBy: 'slip_named' };
  }
  if (byAccount !== undefined) return { dealerId: byAccount, foundBy: 'account' };
  const name = bare(told.payerName);
  const byName = name === '' ? undefined : only(payers.filter(({ names }) => names.some((each) => bare(each) === name)).map(({ dealerId }) => dealerId));
  return byName === undefined ? { dealerId: '', foundBy: '' } : { dealerId: byName, foundBy: 'name' };
}
