import { codeKey, isRealDate, type ImportFault, type Paced } from '@aftercare/domain';
import { normaliseSerial } from './unit.rules.js';

/** A row of the dispatch sheet as it was read. */
export interface SheetRow {
  row: number;
  cells: Record<string, string>;
}

/** A row that can be imported. */
export interface DispatchRow {
  row: number;
  serial: string;
  modelId: string;
  dealerId: string;
  manufacturedOn: string;
  dispatchedOn: string;
}

/** What the sheet holds. */
export interface CheckedSheet {
  fresh: DispatchRow[];
  unchanged: number;
  errors: ImportFault[];
}

/** What the sheet is checked against. */
export interface Registry {
  /** Model code, by its key without case → id and state. */
  models: ReadonlyMap<string, { id: string; state: string }>;
  /** Dealer code, by its key without case → id and status. */
  dealers: ReadonlyMap<string, { id: string; status: string }>;
  /** Serial → what is registered already. */
  units: ReadonlyMap<string, Omit<DispatchRow, 'row' | 'serial'>>;
  today: string;
}

export const COLUMNS = ['serial', 'modelCode', 'dealerCode', 'manufacturedOn', 'dispatchedOn'] as const;
type Column = (typeof COLUMNS)[number];

/** The value of a cell in one spelling: no outer spaces; a date as YYYY-MM-DD, also from 2026/3/5 or 2026.3.5. */
export function cell(row: SheetRow, column: Column): string {
  const text = (Object.hasOwn(row.cells, column) ? row.cells[column] : '').normalize('NFKC').trim();
  if (column !== 'manufacturedOn' && column !== 'dispatchedOn') return text;
  const date = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(text);
  return date ? `${date[1]}-${date[2].padStart(2, '0')}-${date[3].padStart(2, '0')}` : text;
}

/**
 * C-3: checks a dispatch sheet row by row and cell by cell. `fresh` are the rows to register; a row that is registered
 * already with the same data is neither fresh nor wrong, so the same file again changes nothing.
 */
export function* checkSheet(rows: readonly SheetRow[], registry: Registry): Paced<CheckedSheet> {
  const errors: ImportFault[] = [];
  const fresh: DispatchRow[] = [];
  const seen = new Set<string>();
  let unchanged = 0;
  for (const row of rows) {
    const fault = (column: Column, code: string): void => void errors.push({ row: row.row, column, code });
    const before = errors.length;
    const dispatch = readRow(row, registry, fault);
    if (dispatch.serial !== '') {
      if (seen.has(dispatch.serial)) fault('serial', 'SERIAL_DOUBLE');
      seen.add(dispatch.serial);
    }
    const known = registry.units.get(dispatch.serial);
    yield;
    if (errors.length > before) continue;
    if (!known) fresh.push(dispatch);
    else if (same(known, dispatch)) unchanged += 1;
    else fault('serial', 'SERIAL_KNOWN');
  }
  return { fresh, unchanged, errors };
}

function readRow(row: SheetRow, registry: Registry, fault: (column: Column, code: string) => void): DispatchRow {
  for (const column of COLUMNS) if (cell(row, column) === '') fault(column, 'FIELD_MISSING');
  const [serialText, modelCode, dealerCode, manufacturedOn, dispatchedOn] = COLUMNS.map((column) => cell(row, column));
  const serial = normaliseSerial(serialText);
  if (serialText !== '' && serial === '') fault('serial', 'SERIAL_INVALID');
  const model = registry.models.get(codeKey(modelCode));
  if (modelCode !== '' && !model) fault('modelCode', 'MODEL_UNKNOWN');
  if (model && model.state !== 'published') fault('modelCode', 'MODEL_NOT_PUBLISHED');
  const dealer = registry.dealers.get(codeKey(dealerCode));
  if (dealerCode !== '' && !dealer) fault('dealerCode', 'DEALER_UNKNOWN');
  if (dealer?.status === 'terminated') fault('dealerCode', 'DEALER_LEFT');
  const dates: [Column, string][] = [['manufacturedOn', manufacturedOn], ['dispatchedOn', dispatchedOn]];
  for (const [column, date] of dates) {
    if (date === '') continue;
    if (!isRealDate(date)) fault(column, 'INVALID_DATE');
    else if (date > registry.today) fault(column, 'DATE_IN_FUTURE');
  }
  if (isRealDate(manufacturedOn) && isRealDate(dispatchedOn) && dispatchedOn < manufacturedOn) fault('dispatchedOn', 'DISPATCHED_BEFORE_MADE');
  return { row: row.row, serial, modelId: model?.id ?? '', dealerId: dealer?.id ?? '', manufacturedOn, dispatchedOn };
}

function same(known: Omit<DispatchRow, 'row' | 'serial'>, row: DispatchRow): boolean {
  return known.modelId === row.modelId && known.dealerId === row.dealerId && known.manufacturedOn === row.manufacturedOn && known.dispatchedOn === row.dispatchedOn;
}
