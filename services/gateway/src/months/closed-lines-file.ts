import { MonthService, type ClosedLine } from '@aftercare/contracts';
import { callContext, ServiceError, type Bus } from '@aftercare/messaging';
import { allItems } from '../http/all-items.js';
import { neutralised } from '../imports/cells.rules.js';
import { columnText, LINE_NUMBER } from '../texts/texts.js';

const ROWS_MAX = 200_000;
/** Spreadsheets know by it that the text is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';
const COLUMNS = [
  'position', 'dealerCode', 'dealerName', 'partNumber', 'term', 'reason', 'quantity', 'netAmount', 'documentKind', 'documentNumber', 'documentId', 'lineId', 'ofMonth',
] as const satisfies readonly (keyof ClosedLine)[];

/** B-6: a frozen list as a file of values between commas. Errors: MONTH_OPEN, EXPORT_TOO_LARGE. */
export async function closedLinesFile(bus: Bus, asked: { month: string; list: string }): Promise<Buffer> {
  const { items, more } = await allItems(ROWS_MAX, (page) => bus.call(MonthService.method.listClosedLines, { ...asked, page }));
  if (more) throw new ServiceError('invalid_argument', 'EXPORT_TOO_LARGE', 'The export has too many rows.', { rows: ROWS_MAX });
  const { locale } = callContext();
  const rows = [COLUMNS.map((key) => columnText(locale, key === 'position' ? LINE_NUMBER : key)), ...items.map((line) => COLUMNS.map((key) => line[key]))];
  return Buffer.from(BYTE_ORDER_MARK + rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join(''), 'utf8');
}

function quoted(value: string | number): string {
  return typeof value === 'number' ? String(value) : `"${String(neutralised(value)).replaceAll('"', '""')}"`;
}
