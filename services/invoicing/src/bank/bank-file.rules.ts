import { addMoney, compareMoney, isAmount, Refusal, refusalReason, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { assertBankDate } from '../payments/payment.rules.js';

/** Headings of a bank's file; those that may be missing are empty. */
export interface BankColumnNames {
  date: string;
  amount: string;
  reference: string;
  payerName: string;
  payerAccount: string;
  transactionNumber: string;
  direction: string;
  incoming: string;
}

/** What came in, as a line of the file says it. */
export interface BankLineRead {
  row: number;
  lineKey: string;
  bankDate: string;
  amount: string;
  reference: string;
  payerName: string;
  payerAccount: string;
  transactionNumber: string;
}

/** What a line says, in a file or as it is kept. */
export type BankLineTold = Omit<BankLineRead, 'row' | 'lineKey'>;

/** The lines of a file, and what is wrong with it. */
export interface BankFile {
  lines: BankLineRead[];
  faults: ImportFault[];
  /** Where the bank's number stands, empty without such a column. */
  numberColumn: string;
}

const TEXT_MAX = 200;
const NEEDED = ['date', 'amount', 'reference'] as const;

/** B-4: a format names the columns that a payment cannot do without, and money in where it names a direction. Refuses FIELD_MISSING. */
export function assertColumns(columns: BankColumnNames): void {
  const missing = NEEDED.find((column) => columns[column].trim() === '') ?? ((columns.direction === '') !== (columns.incoming === '') ? 'incoming' : undefined);
  if (missing) throw new Refusal('invalid_argument', 'FIELD_MISSING', 'A bank’s file is read by date, amount and reference.', { field: `columns.${missing}` });
}

const plain = (text: string | undefined): string => (text ?? '').normalize('NFKC').trim();
const sameHeading = (cell: string, name: string): boolean => plain(cell).toLowerCase() === plain(name).toLowerCase();

type Places = Record<keyof BankColumnNames, string>;

/** Where the columns stand: in the first row that has every heading that is named. */
function headingsIn(rows: readonly ImportRow[], columns: BankColumnNames): { row: number; places: Places } | undefined {
  const named = Object.entries(columns).filter(([column, name]) => column !== 'incoming' && name !== '');
  for (const { row, cells } of rows) {
    const places = named.map(([column, name]) => [column, Object.keys(cells).find((key) => sameHeading(cells[key], name)) ?? ''] as const);
    if (places.every(([, key]) => key !== '')) return { row, places: Object.fromEntries(places) as Places };
  }
  return undefined;
}

/**
 * B-4: reads a bank's file by its format: what stands above the headings is passed over, as are empty rows, money that went out and sums.
 * Each line has a key that is kept once: the bank's number with date and amount, since banks count anew each day or in each branch; else all
 * that the bank says and the how-manieth of its like it is. A number is of one line a day.
 */
export function* readBankFile(rows: readonly ImportRow[], columns: BankColumnNames, today: string): Paced<BankFile> {
  const faults: ImportFault[] = [];
  const heading = headingsIn(rows, columns);
  if (!heading) return { lines: [], faults: [{ row: 0, column: '', code: 'BANK_HEADINGS_MISSING' }], numberColumn: '' };
  const numberColumn = heading.places.transactionNumber ?? '';
  const lines: BankLineRead[] = [];
  const alike = new Map<string, number>();
  const numbered = new Map<string, BankLineTold>();
  for (const row of rows) {
    yield;
    if (row.row <= heading.row) continue;
    const told = cellsOf(row, heading.places, columns);
    if (!told) continue;
    faults.push(...faultsOf(row.row, told, { places: heading.places, today }));
    const like = factsOf(told);
    const seen = (alike.get(like) ?? 0) + 1;
    alike.set(like, seen);
    if (told.transactionNumber === '') {
      lines.push({ row: row.row, lineKey: `${like} ${seen}`, ...told });
      continue;
    }
    const before = numbered.get(dayNumberOf(told));
    if (before) faults.push({ row: row.row, column: numberColumn, code: saysTheSame(before, told) ? 'ROW_DOUBLE' : 'ROWS_DIFFER' });
    else numbered.set(dayNumberOf(told), told);
    lines.push({ row: row.row, lineKey: JSON.stringify(['number', told.transactionNumber, told.bankDate, told.amount]), ...told });
  }
  return { lines, faults, numberColumn };
}


function cellsOf({ cells }: ImportRow, places: Places, columns: BankColumnNames): BankLineTold | undefined {
  const cell = (column: keyof BankColumnNames): string => (columns[column] === '' ? '' : plain(cells[places[column]]));
  if (columns.direction !== '' && cell('direction') !== plain(columns.incoming)) return undefined;
  const amount = cell('amount').replace(/[,\s¥￥]/g, '');
  const isOut = amount === '' || amount.startsWith('-') || /^0*(\.0*)?$/.test(amount);
  // A row without a date, or with a heading in its place, is a sum or a remark below the lines.
  if (cell('date') === '' || SUM.test(cell('date')) || isOut) return undefined;
  return {
    bankDate: dateOf(cell('date')), amount: isAmount(amount) ? addMoney(amount) : amount, reference: cell('reference').slice(0, TEXT_MAX), payerName: cell('payerName').slice(0, TEXT_MAX),
    payerAccount: cell('payerAccount').slice(0, TEXT_MAX), transactionNumber: cell('transactionNumber').slice(0, TEXT_MAX),
  };
}

/** What stands where the date does of a row that sums the lines up. */
const SUM = /^(本日|本月|本页|本期)?(合计|小计|总计|累计)|^(grand |sub)?total\b/i;

/** All that a line says beside the bank's number. */
export function factsOf({ bankDate, amount, reference, payerName, payerAccount }: BankLineTold): string {
  return JSON.stringify([bankDate, amount, reference, payerName, payerAccount]);
}

/** The bank's number of a day: of one line, whatever its amount. */
export function dayNumberOf({ transactionNumber, bankDate }: BankLineTold): string {
  return JSON.stringify([transactionNumber, bankDate]);
}

/** Two lines with the bank's number of a day are the same one: by amount, and by the payer where both name one. */
export function saysTheSame(one: BankLineTold, other: BankLineTold): boolean {
  const agree = (mine: string, theirs: string): boolean => mine === '' || theirs === '' || mine === theirs;
  return one.amount === other.amount && agree(one.payerName, other.payerName) && agree(plainAccount(one.payerAccount), plainAccount(other.payerAccount));
}

const plainAccount = (account: string): string => account.replace(/[\s-]/g, '');

const DATE = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?$/;

/** 20260331, 2026/3/31 and 2026-03-31 10:00:00 as 2026-03-31; anything else stays as it is. */
export function dateOf(text: string): string {
  const parts = DATE.exec(text);
  return parts ? `${parts[1]}-${parts[2].padStart(2, '0')}-${parts[3].padStart(2, '0')}` : text;
}

function faultsOf(row: number, { bankDate, amount }: BankLineTold, { places, today }: { places: Places; today: string }): ImportFault[] {
  const faults: ImportFault[] = [];
  const ofDate = refusalReason(() => assertBankDate(bankDate, today));
  if (ofDate) faults.push({ row, column: places.date, code: ofDate });
  if (!isAmount(amount) || compareMoney(amount, '0') <= 0) faults.push({ row, column: places.amount, code: 'AMOUNT_INVALID' });
  return faults;
}
