/** Pieces and an amount of a document, as one of two sides has them. */
export interface Figure {
  month: string;
  what: string;
  dealer_id: string;
  part_id: string | null;
  document_id: string;
  pieces: number;
  amount: string;
}

/** Where two sides do not have the same. */
export interface Difference {
  of: string;
  says: string;
  has: string;
}

const nameOf = ({ month, what, dealer_id: dealer, part_id: part, document_id: document }: Figure): string =>
  `${what} in ${month}, dealer ${dealer}${part ? ` part ${part}` : ''} document ${document}`;
const valueOf = ({ pieces, amount }: Figure): string => (Number(amount) === 0 ? `${pieces} pieces` : `${pieces} pieces for ${amount}`);

/** What the rows say that something else was made of, beside what that has; each side names a figure once. */
export function differences(rows: readonly Figure[], copies: readonly Figure[]): Difference[] {
  const [said, had] = [valuesOf(rows), valuesOf(copies)];
  const found: Difference[] = [];
  for (const of of new Set([...said.keys(), ...had.keys()])) {
    const [says, has] = [said.get(of) ?? 'nothing', had.get(of) ?? 'nothing'];
    if (says !== has) found.push({ of, says, has });
  }
  return found;
}

const valuesOf = (figures: readonly Figure[]): Map<string, string> => new Map(figures.map((figure) => [nameOf(figure), valueOf(figure)]));
