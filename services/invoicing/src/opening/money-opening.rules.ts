import { addMoney, compareMoney, defineSteps, ImportRowReader, isAmount, isZeroMoney, Refusal, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';

export type MoneyOpeningKind = 'receivable' | 'deposit' | 'credit_line';
export type MoneyOpeningState = 'draft' | 'approved' | 'discarded' | 'reversed';
export type MoneyOpeningAction = 'approve' | 'discard' | 'reverse';

/** nothing is booked before a second person approves it, and it is taken back only as a whole. */
export const moneyOpeningSteps = defineSteps<MoneyOpeningState, MoneyOpeningAction>({
  initial: 'draft',
  steps: {
    approve: { from: ['draft'], to: 'approved' },
    discard: { from: ['draft'], to: 'discarded' },
    reverse: { from: ['approved'], to: 'reversed' },
  },
  final: ['discarded', 'reversed'],
});

/** who drafted it does not approve it. Refuses APPROVER_IS_REQUESTER. */
export function assertApproverOfOpening(createdBy: string, userId: string): void {
  if (createdBy !== userId) return;
  throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'It is approved by somebody other than who drafted it.');
}

/** an opening is taken back only while nothing of it was paid, reversed or used. Refuses OPENING_IN_USE. */
export function assertUnused(isUnused: boolean): void {
  if (isUnused) return;
  throw new Refusal('failed_precondition', 'OPENING_IN_USE', 'Money of this opening was paid or used.');
}

/** What was booked or approved since an opening was drafted. */
export interface InTheWay {
  /** A number of the opening that is another slip's by now, empty for none. */
  takenNumber: string;
  /** Limit of the dealer's credit line, null for none. */
  limitAmount: string | null;
}

/**
 * a number is one slip's, and an opening grants a credit line where none is; a limit that was approved since stands. Refuses NUMBER_TAKEN,
 * CREDIT_LINE_APPROVED.
 */
export function assertBookable({ takenNumber, limitAmount }: InTheWay): void {
  if (takenNumber !== '') throw new Refusal('already_exists', 'NUMBER_TAKEN', 'This number is another slip’s.', { number: takenNumber });
  if (limitAmount === null || isZeroMoney(limitAmount)) return;
  throw new Refusal('failed_precondition', 'CREDIT_LINE_APPROVED', 'The dealer has an approved credit line already.');
}

/** whether the credit line is still as the opening left it. */
export function isCreditOfOpening(line: { limitAmount: string | null; approvedBy: string | null }, opening: { limitAmount: string; approvedBy: string | null }): boolean {
  return line.limitAmount !== null && compareMoney(line.limitAmount, opening.limitAmount) === 0 && line.approvedBy === opening.approvedBy;
}

/** A row of the sheet. */
export interface MoneyOpeningDraft {
  dealerId: string;
  kind: MoneyOpeningKind;
  documentNumber: string;
  documentDate: string | null;
  amount: string;
}

/** What a sheet holds. */
export interface MoneyOpeningSheet {
  drafts: MoneyOpeningDraft[];
  cutOverOn: string;
  faults: ImportFault[];
}

/** What the rows are held against. */
export interface MoneyOpeningPresent {
  today: string;
  /** Dealers by their codes in lower case. */
  dealers: ReadonlyMap<string, string>;
  /** Dealers that have an opening which is not discarded or reversed. */
  opened: ReadonlySet<string>;
  /** Numbers of slips that are kept already. */
  numbers: ReadonlySet<string>;
}

type Column = 'dealerCode' | 'kind' | 'documentNumber' | 'documentDate' | 'amount' | 'cutOverOn';

const KINDS: Readonly<Record<string, MoneyOpeningKind>> = {
  receivable: 'receivable', 应收: 'receivable', deposit: 'deposit', 预存款: 'deposit', credit_line: 'credit_line', 信用额度: 'credit_line',
};
const NUMBER_MAX = 40;
/** numbers that slips of the platform take or will take. */
const OWN_NUMBER = /^CS-\d{4}-\d+/;

/** checks a sheet of opening receivables, deposits and credit lines cell by cell; one cut-over date, and no dealer is opened twice. */
export function* checkMoneyOpening(rows: readonly ImportRow[], present: MoneyOpeningPresent): Paced<MoneyOpeningSheet> {
  const faults: ImportFault[] = [];
  const drafts: MoneyOpeningDraft[] = [];
  const places = new Set<string>();
  let cutOverOn = '';
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<Column>(row, faults);
    const date = reader.date('cutOverOn');
    if (reader.needed('cutOverOn') !== '' && date > present.today) reader.fault('cutOverOn', 'DATE_IN_FUTURE');
    cutOverOn ||= date;
    if (date !== '' && date !== cutOverOn) reader.fault('cutOverOn', 'CUT_OVER_MIXED');
    const draft = readDraft(reader, present, date);
    // A number is one slip's, whoever owes it; a deposit and a credit line are one each.
    const place = draft.kind === 'receivable' ? draft.documentNumber : `${draft.dealerId} ${draft.kind}`;
    if (reader.fits && places.has(place)) reader.fault(draft.kind === 'receivable' ? 'documentNumber' : 'kind', 'ROW_DOUBLE');
    places.add(place);
    drafts.push(draft);
  }
  return { drafts, cutOverOn, faults };
}

function readDraft(row: ImportRowReader<Column>, { dealers, opened, numbers }: MoneyOpeningPresent, cutOverOn: string): MoneyOpeningDraft {
  const dealerId = dealers.get(row.plain('dealerCode').toLowerCase()) ?? '';
  if (row.needed('dealerCode') !== '' && dealerId === '') row.fault('dealerCode', 'DEALER_UNKNOWN');
  else if (opened.has(dealerId)) row.fault('dealerCode', 'OPENED_ALREADY');
  const kind = KINDS[row.plain('kind').toLowerCase()];
  if (row.needed('kind') !== '' && kind === undefined) row.fault('kind', 'KIND_UNKNOWN');
  const amount = row.plain('amount').replace(/,/g, '');
  const fits = isAmount(amount) && compareMoney(amount, '0') >= (kind === 'credit_line' ? 0 : 1);
  if (row.needed('amount') !== '' && !fits) row.fault('amount', 'AMOUNT_INVALID');
  const draft = { dealerId, kind: kind ?? 'deposit', amount: fits ? addMoney(amount) : '0.00' };
  if (kind !== 'receivable') return { ...draft, documentNumber: '', documentDate: null };
  const documentNumber = row.needed('documentNumber').normalize('NFKC').toUpperCase();
  if (documentNumber.length > NUMBER_MAX) row.fault('documentNumber', 'VALUE_INVALID');
  if (numbers.has(documentNumber) || OWN_NUMBER.test(documentNumber)) row.fault('documentNumber', 'NUMBER_TAKEN');
  const documentDate = row.date('documentDate');
  if (row.needed('documentDate') !== '' && cutOverOn !== '' && documentDate > cutOverOn) row.fault('documentDate', 'DATE_AFTER_CUT_OVER');
  return { ...draft, documentNumber, documentDate };
}
