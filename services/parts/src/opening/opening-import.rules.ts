import { ImportRowReader, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { unitCostRefusal } from '../stock/unit-cost.rules.js';

/** Columns of the sheets of going live. The ids are added by who sends the rows; empty where nothing has the code or number. */
export type OpeningColumn = 'warehouseCode' | 'siteId' | 'dealerCode' | 'dealerId' | 'partNumber' | 'partId' | 'quantity' | 'unitCost' | 'unitSerial' | 'dueOn' | 'cutOverOn';

/** A row of stock or of holdings. */
export interface OpeningDraft {
  /** The warehouse, or the dealer. */
  ownerId: string;
  partId: string;
  partNumber: string;
  quantity: number;
  unitCost: string | null;
  unitSerial: string;
  dueOn: string | null;
}

/** What a sheet of going live holds. */
export interface OpeningSheet {
  drafts: OpeningDraft[];
  cutOverOn: string;
  faults: ImportFault[];
}

/** What the rows are held against. */
export interface OpeningPresent {
  kind: 'stock' | 'holdings';
  /** Local date. */
  today: string;
  /** Warehouses or dealers that have an opening which is not reversed. */
  opened: ReadonlySet<string>;
  /** Sites that pass goods on and keep no stock (H-4). */
  transit: ReadonlySet<string>;
  /** Warehouses that the sender works at; null for all. */
  siteId: string | null;
}

const QUANTITY_MAX = 100_000;
const SERIAL_MAX = 40;

/** checks a sheet of opening stock or holdings cell by cell; one cut-over date, and nobody is opened twice. */
export function* checkOpeningSheet(rows: readonly ImportRow[], present: OpeningPresent): Paced<OpeningSheet> {
  const faults: ImportFault[] = [];
  const drafts: OpeningDraft[] = [];
  const places = new Set<string>();
  let cutOverOn = '';
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<OpeningColumn>(row, faults);
    const draft = readDraft(reader, present);
    const date = reader.date('cutOverOn');
    if (reader.needed('cutOverOn') !== '' && date > present.today) reader.fault('cutOverOn', 'DATE_IN_FUTURE');
    cutOverOn ||= date;
    if (date !== '' && date !== cutOverOn) reader.fault('cutOverOn', 'CUT_OVER_MIXED');
    const place = [draft.ownerId, draft.partId, draft.unitSerial, draft.dueOn ?? ''].join(' ');
    if (reader.fits && places.has(place)) reader.fault('partNumber', 'ROW_DOUBLE');
    places.add(place);
    drafts.push(draft);
  }
  return { drafts, cutOverOn, faults };
}

function readDraft(row: ImportRowReader<OpeningColumn>, present: OpeningPresent): OpeningDraft {
  const isStock = present.kind === 'stock';
  const quantity = row.whole('quantity', 0);
  if (row.needed('quantity') !== '' && (quantity < 1 || quantity > QUANTITY_MAX)) row.fault('quantity', 'QUANTITY_INVALID');
  if (row.needed('partNumber') !== '' && row.text('partId') === '') row.fault('partNumber', 'PART_UNKNOWN');
  const ownerId = isStock ? readWarehouse(row, present) : readDealer(row, present);
  const unitCost = row.plain('unitCost');
  const refusal = unitCostRefusal(unitCost);
  if (isStock && row.needed('unitCost') !== '' && refusal) row.fault('unitCost', refusal);
  const unitSerial = row.plain('unitSerial');
  if (unitSerial.length > SERIAL_MAX) row.fault('unitSerial', 'VALUE_INVALID');
  const dueOn = row.date('dueOn');
  return {
    ownerId, partId: row.text('partId'), partNumber: row.plain('partNumber'), quantity, unitCost: isStock ? unitCost : null, unitSerial: isStock ? '' : unitSerial,
    dueOn: isStock || dueOn === '' ? null : dueOn,
  };
}

function readWarehouse(row: ImportRowReader<OpeningColumn>, { opened, transit, siteId }: OpeningPresent): string {
  const id = row.text('siteId');
  if (row.needed('warehouseCode') !== '' && id === '') row.fault('warehouseCode', 'WAREHOUSE_UNKNOWN');
  else if (siteId !== null && id !== siteId) row.fault('warehouseCode', 'OTHER_SITE');
  else if (transit.has(id)) row.fault('warehouseCode', 'SITE_NOT_RECEIVING');
  else if (opened.has(id)) row.fault('warehouseCode', 'OPENED_ALREADY');
  return id;
}

function readDealer(row: ImportRowReader<OpeningColumn>, { opened }: OpeningPresent): string {
  const id = row.text('dealerId');
  if (row.needed('dealerCode') !== '' && id === '') row.fault('dealerCode', 'DEALER_UNKNOWN');
  else if (opened.has(id)) row.fault('dealerCode', 'OPENED_ALREADY');
  return id;
}
