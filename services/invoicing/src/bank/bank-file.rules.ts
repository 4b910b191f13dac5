import { addMoney, compareMoney, isAmount, isRealDate, Refusal, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';

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

/** The lines of a file, and what is wrong with it. */
export interface BankFile {
  lines: BankLineRead[];
  faults: ImportFault[];
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
 * Each line has a key by which it is known again: the bank's number, else all that the bank says and the how-manieth of its like it is.
 */
export function* readBankFile(rows: readonly ImportRow[], columns: BankColumnNames, today: string): Paced<BankFile> {
  const faults: ImportFault[] = [];
  const heading = headingsIn(rows, columns);
  if (!heading) return { lines: [], faults: [{ row: 0, column: '', code: 'BANK_HEADINGS_MISSING' }] };
  const lines: BankLineRead[] = [];
  const alike = new Map<string, number>();
  for (const row of rows) {
    yield;
    if (row.row <= heading.row) continue;
    const told = cellsOf(row, heading.places, columns);
    if (!told) continue;
    faults.push(...faultsOf(row.row, told, { places: heading.places, today }));
    const like = JSON.stringify([told.bankDate, told.amount, told.reference, told.payerName, told.payerAccount]);
    const seen = (alike.get(like) ?? 0) + 1;
    alike.set(like, seen);
    const lineKey = told.transactionNumber === '' ? `${like} ${seen}` : `number ${told.transactionNumber}`;
    if (lines.some((line) => line.lineKey === lineKey)) faults.push({ row: row.row, column: heading.places.transactionNumber, code: 'ROW_DOUBLE' });
    lines.push({ row: row.row, lineKey, ...told });
  }
  return { lines, faults };
}

type Told = Omit<BankLineRead, 'row' | 'lineKey'>;

function cellsOf({ cells }: ImportRow, places: Places, columns: BankColumnNames): Told | undefined {
  const cell = (column: keyof BankColumnNames): string => (columns[column] === '' ? '' : plain(cells[places[column]]));
  if (columns.direction !== '' && cell('direction') !== plain(columns.incoming)) return undefined;
  const amount = cell('amount').replace(/[,\s¥￥]/g, '');
  const isOut = amount === '' || amount.startsWith('-') || /^0*(\.0*)?$/.test(amount);
  // A row without a date is a sum or a remark below the lines.
  if (cell('date') === '' || isOut) return undefined;
  return {
    bankDate: dateOf(cell('date')), amount: isAmount(amount) ? addMoney(amount) : amount, reference: cell('reference').slice(0, TEXT_MAX), payerName: cell('payerName').slice(0, TEXT_MAX),
    payerAccount: cell('payerAccount').slice(0, TEXT_MAX), transactionNumber: cell('transactionNumber').slice(0, TEXT_MAX),
  };
}

const DATE = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?$/;

/** 20260331, 2026/3/31 and 2026-03-31 10:00:00 as 2026-03-31; anything else stays as it is. */
export function dateOf(text: string): string {
  const parts = DATE.exec(text);
  return parts ? `${parts[1]}-${parts[2].padStart(2, '0')}-${parts[3].padStart(2, '0')}` : text;
}

function faultsOf(row: number, { bankDate, amount }: Told, { places, today }: { places: Places; today: string }): ImportFault[] {
  const faults: ImportFault[] = [];
  if (!isRealDate(bankDate)) faults.push({ row, column: places.date, code: 'INVALID_DATE' });
  else if (bankDate > today) faults.push({ row, column: places.date, code: 'DATE_IN_FUTURE' });
  if (!isAmount(amount) || compareMoney(amount, '0') <= 0) faults.push({ row, column: places.amount, code: 'AMOUNT_INVALID' });
  return faults;
}
