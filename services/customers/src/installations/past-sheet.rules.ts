import { Refusal, type Paced } from '@aftercare/domain';
import { checkCustomer, normalisePhones } from '../customers/customer.rules.js';
import { normaliseSerial } from '../units/unit.rules.js';
import { checkPastDates, checkPastUnit, checkWho, type PastUnit, type ReportFrame } from './past-installation.rules.js';

/** A row of the sheet as it was read. */
export interface SheetRow {
  row: number;
  cells: Record<string, string>;
}

/** What is wrong with a cell, as a reason code. */
export interface CellError {
  row: number;
  column: string;
  code: string;
}

export const PAST_COLUMNS = ['serial', 'customerNumber', 'customerName', 'phone', 'regionCode', 'addressDetail', 'purchaseDate', 'acceptedOn', 'salePrice'] as const;
type Column = (typeof PAST_COLUMNS)[number];

/** A row that can be registered; without a customer's id the file is made, once per phone. */
export interface PastRow {
  row: number;
  serial: string;
  customerId: string | null;
  customer: { name: string; phone: string; regionCode: string; addressDetail: string } | null;
  purchaseDate: string;
  acceptedOn: string;
  salePrice: string;
}

/** A unit with the phones of its owner, if the report's dealer sold it. */
export interface KnownUnit extends PastUnit {
  dispatchedOn: string;
  purchaseDate: string | null;
  ownerPhones: readonly string[];
}

/** What the sheet is checked against. */
export interface PastRegistry {
  units: ReadonlyMap<string, KnownUnit>;
  /** The dealer's customers in use: number → id. */
  customers: ReadonlyMap<string, string>;
  /** The dealer's phones: phone → number of the file that has it. */
  phones: ReadonlyMap<string, string>;
  frame: ReportFrame;
  today: string;
}

const AMOUNT = /^(0|[1-9]\d{0,9})(\.\d{1,2})?$/;
/** Where the field of a rule's refusal stands in the sheet. */
const COLUMN_OF: Record<string, Column> = {
  name: 'customerName', phones: 'phone', 'phones[0]': 'phone', 'address.regionCode': 'regionCode', 'address.detail': 'addressDetail', customer: 'customerName',
};

/** The value of a cell in one spelling. */
export function cell(row: SheetRow, column: Column): string {
  return (Object.hasOwn(row.cells, column) ? row.cells[column] : '').normalize('NFKC').trim();
}

/** The phone of a cell as customers' files keep it; empty when it cannot be one. */
export function phoneOf(row: SheetRow): string {
  try {
    return normalisePhones([cell(row, 'phone')])[0];
  } catch {
    return '';
  }
}

/** What a sheet holds. */
export interface PastSheet {
  fresh: PastRow[];
  unchanged: number;
  errors: CellError[];
}

/**
 * D-7: checks a sheet of past installations row by row and cell by cell. A row that is recorded already with the same day and
 * customer is neither fresh nor wrong, so the same file again changes nothing. A phone that a file has is offered by its number
 * (C-1); the same new customer may stand in several rows.
 */
export function* checkPastSheet(rows: readonly SheetRow[], registry: PastRegistry): Paced<PastSheet> {
  const result: PastSheet = { fresh: [], unchanged: 0, errors: [] };
  const serials = new Set<string>();
  const names = new Map<string, string>();
  for (const row of rows) {
    yield;
    try {
      const serial = serialOf(row, serials);
      const known = registry.units.get(serial);
      if (!known) throw fault('serial', 'SERIAL_NOT_OF_DEALER', 'No unit with this serial came through the dealer.');
      if (isRecorded(row, known, registry)) result.unchanged += 1;
      else result.fresh.push(readRow(row, { serial, known, registry, names }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      result.errors.push({ row: row.row, column: COLUMN_OF[String(error.details.field)] ?? String(error.details.field ?? ''), code: error.reason });
    }
  }
  return result;
}

function serialOf(row: SheetRow, seen: Set<string>): string {
  const text = cell(row, 'serial');
  if (text === '') throw fault('serial', 'FIELD_MISSING', 'The serial is missing.');
  const serial = normaliseSerial(text);
  if (seen.has(serial)) throw fault('serial', 'SERIAL_DOUBLE', 'The serial stands twice.');
  if (serial !== '') seen.add(serial);
  return serial;
}

/** The row says what is recorded: this unit, this day, this customer. */
function isRecorded(row: SheetRow, known: KnownUnit, { customers }: PastRegistry): boolean {
  return known.ownerId !== null && known.acceptedOn === cell(row, 'acceptedOn') && namesOwner(row, known, customers);
}

function namesOwner(row: SheetRow, known: KnownUnit, customers: PastRegistry['customers']): boolean {
  const number = cell(row, 'customerNumber');
  if (number !== '') return customers.get(number) === known.ownerId;
  return cell(row, 'phone') === '' || known.ownerPhones.includes(phoneOf(row));
}

function readRow(row: SheetRow, at: { serial: string; known: KnownUnit; registry: PastRegistry; names: Map<string, string> }): PastRow {
  const { serial, known, registry, names } = at;
  const customerId = customerIdOf(row, known, registry);
  const fresh = customerId === null && known.ownerId === null ? newCustomer(row, registry, names) : null;
  checkWho({ existing: customerId !== null, fresh: fresh !== null }, known.ownerId !== null);
  checkPastUnit(known, customerId === null ? (fresh ? 'new' : 'owner') : { id: customerId });
  const acceptedOn = cell(row, 'acceptedOn');
  const purchaseDate = known.sold ? (known.purchaseDate ?? acceptedOn) : cell(row, 'purchaseDate');
  checkPastDates({ purchaseDate, acceptedOn }, registry.frame, { dispatchedOn: known.dispatchedOn, today: registry.today });
  const salePrice = cell(row, 'salePrice');
  if (salePrice !== '' && !AMOUNT.test(salePrice)) throw fault('salePrice', 'AMOUNT_INVALID', 'A price has at most two decimals.');
  return { row: row.row, serial, customerId, customer: fresh, purchaseDate, acceptedOn, salePrice };
}

/** The existing file a row means: the named one, or the owner of the recorded sale. */
function customerIdOf(row: SheetRow, known: KnownUnit, { customers }: PastRegistry): string | null {
  const number = cell(row, 'customerNumber');
  if (number !== '') {
    const id = customers.get(number);
    if (id === undefined) throw fault('customerNumber', 'CUSTOMER_UNKNOWN', 'The dealer has no such customer in use.');
    return id;
  }
  if (known.ownerId === null) return null;
  if (!namesOwner(row, known, customers)) throw fault('serial', 'UNIT_ALREADY_SOLD', 'The unit is sold already, to another customer.');
  return known.ownerId;
}

function newCustomer(row: SheetRow, { phones }: PastRegistry, names: Map<string, string>): NonNullable<PastRow['customer']> {
  const [name, regionCode, addressDetail] = (['customerName', 'regionCode', 'addressDetail'] as const).map((column) => cell(row, column));
  const [phone] = normalisePhones([cell(row, 'phone')]);
  checkCustomer({ name, phones: [phone], regionCode, addressDetail, language: 'zh-CN' });
  if (phones.has(phone)) throw fault('phone', 'CUSTOMER_PHONE_EXISTS', 'A customer of this dealer has this phone: name the file.');
  if ((names.get(phone) ?? name) !== name) throw fault('phone', 'PHONE_DOUBLE', 'The phone stands beside another name.');
  names.set(phone, name);
  return { name, phone, regionCode, addressDetail };
}

function fault(column: Column, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field: column });
}
