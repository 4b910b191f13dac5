import { compareMoney, ImportRowReader, STATED_AMOUNT, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { checkCustomer, normalisePhones } from '../customers/customer.rules.js';
import { normaliseSerial } from '../units/unit.rules.js';
import { checkAcceptedDay, checkPastUnit, checkPurchaseDay, type PastUnit, type ReportFrame } from './past-installation.rules.js';

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
  /** Of the dealer's own sale. */
  salePrice: string | null;
  ownerPhones: readonly string[];
}

/** What a customer's file says that a row may say as well. */
export interface KnownFile {
  name: string;
  phones: readonly string[];
  regionCode: string;
  addressDetail: string;
}

/** What the sheet is checked against. */
export interface PastRegistry {
  units: ReadonlyMap<string, KnownUnit>;
  /** The dealer's customers in use: number → id. */
  customers: ReadonlyMap<string, string>;
  /** The files of these customers and of the units' owners, by id. */
  files: ReadonlyMap<string, KnownFile>;
  /** The dealer's phones: phone → number of the file that has it. */
  phones: ReadonlyMap<string, string>;
  frame: ReportFrame;
  today: string;
}

/** A sound customer, of whom one value at a time is put to the check. */
const SOUND = { name: '-', phones: [] as string[], regionCode: '310104', addressDetail: '', language: 'zh-CN' };
const OF_CUSTOMER = ['customerName', 'phone', 'regionCode', 'addressDetail'] as const;

type Row = ImportRowReader<Column>;

/** The value of a cell in one spelling. */
export function cell(row: ImportRow, column: Column): string {
  return new ImportRowReader<Column>(row, []).plain(column);
}

/** The phone of a cell as customers' files keep it; empty when it cannot be one. */
export const phoneOf = (row: ImportRow): string => keptPhone(cell(row, 'phone'));

function keptPhone(text: string): string {
  try {
    return normalisePhones([text])[0];
  } catch {
    return '';
  }
}

/** What a sheet holds. */
export interface PastSheet {
  fresh: PastRow[];
  unchanged: number;
  errors: ImportFault[];
}

/**
 * D-7: checks a sheet of past installations row by row and cell by cell; every fault of a row is named. A row that is recorded already
 * with the same day and customer is neither fresh nor wrong, so the same file again changes nothing. What a row says otherwise than the registry or an earlier row is a fault of its
 * cell: nothing is left out in silence. A phone that a file has is offered by
 * its number (C-1); the same new customer may stand in several rows.
 */
export function* checkPastSheet(rows: readonly ImportRow[], registry: PastRegistry): Paced<PastSheet> {
  const result: PastSheet = { fresh: [], unchanged: 0, errors: [] };
  const serials = new Set<string>();
  const earlier = new Map<string, NewCustomer>();
  for (const { row, cells } of rows) {
    yield;
    const reader = new ImportRowReader<Column>({ row, cells }, result.errors);
    const serial = serialOf(reader, serials);
    const known = registry.units.get(serial);
    if (!known && reader.fits) reader.fault('serial', 'SERIAL_NOT_OF_DEALER');
    if (known && reader.fits && isRecorded(reader, known, registry)) {
      saysAsKnown(reader, known, { fileId: known.ownerId, registry });
      if (reader.fits) result.unchanged += 1;
      continue;
    }
    const read = readRow(reader, known, { registry, earlier });
    if (reader.fits) result.fresh.push({ row, serial, ...read });
  }
  return result;
}

/** The serial in one spelling; one that cannot be one is found nowhere. */
function serialOf(row: Row, seen: Set<string>): string {
  if (row.needed('serial') === '') return '';
  const serial = normaliseSerial(row.plain('serial'));
  if (seen.has(serial)) row.fault('serial', 'SERIAL_DOUBLE');
  else if (serial !== '') seen.add(serial);
  return serial;
}

/** The row says what is recorded: this unit, this day, this customer. */
function isRecorded(row: Row, known: KnownUnit, { customers }: PastRegistry): boolean {
  return known.ownerId !== null && known.acceptedOn === row.plain('acceptedOn') && namesOwner(row, known, customers);
}

function namesOwner(row: Row, known: KnownUnit, customers: PastRegistry['customers']): boolean {
  const number = row.plain('customerNumber');
  if (number !== '') return customers.get(number) === known.ownerId;
  return row.plain('phone') === '' || known.ownerPhones.includes(keptPhone(row.plain('phone')));
}

/** Where a row's faults come from beside itself; `earlier` keeps the new customers of the rows before, by phone. */
interface Around {
  registry: PastRegistry;
  earlier: Map<string, NewCustomer>;
}

type NewCustomer = NonNullable<PastRow['customer']>;

/** Reads a row to its end, whatever is wrong with it. Of a unit that is not known only what the row says is looked at, not what it lacks. */
function readRow(row: Row, known: KnownUnit | undefined, around: Around): Omit<PastRow, 'row' | 'serial'> {
  const { frame, today } = around.registry;
  const { customerId, customer } = customerOf(row, known, around);
  if (known) row.check('serial', () => checkPastUnit(known, customer ? 'new' : customerId === null ? 'owner' : { id: customerId }));
  const acceptedOn = row.plain('acceptedOn');
  const purchaseDate = known?.sold ? (known.purchaseDate ?? acceptedOn) : row.plain('purchaseDate');
  const dispatchedOn = known?.dispatchedOn ?? '';
  if (known ? !known.sold : purchaseDate !== '') row.check('purchaseDate', () => checkPurchaseDay(purchaseDate, frame, { dispatchedOn }));
  row.check('acceptedOn', () => checkAcceptedDay({ purchaseDate, acceptedOn }, frame, { dispatchedOn, today }));
  const salePrice = row.plain('salePrice');
  if (salePrice !== '' && !STATED_AMOUNT.test(salePrice)) row.fault('salePrice', 'AMOUNT_INVALID');
  if (row.fits) saysAsKnown(row, known, { fileId: customerId, registry: around.registry });
  return { customerId, customer, purchaseDate, acceptedOn, salePrice };
}

/** What the row says beside a file, and beside the dealer's own sale, is what they say, or nothing. */
function saysAsKnown(row: Row, known: KnownUnit | undefined, { fileId, registry }: { fileId: string | null; registry: PastRegistry }): void {
  const file = fileId === null ? undefined : registry.files.get(fileId);
  const differs = (column: Column, same: (value: string) => boolean): void => {
    const value = row.plain(column);
    if (value !== '' && !same(value)) row.fault(column, 'KNOWN_OTHERWISE');
  };
  if (file) {
    differs('customerName', (name) => name === file.name);
    differs('phone', (phone) => file.phones.includes(keptPhone(phone)));
    differs('regionCode', (code) => code === file.regionCode);
    differs('addressDetail', (detail) => detail === file.addressDetail);
  }
  if (!known || known.ownerId === null) return;
  const { purchaseDate, salePrice } = known;
  if (purchaseDate !== null) differs('purchaseDate', (day) => day === purchaseDate);
  differs('salePrice', (price) => salePrice !== null && STATED_AMOUNT.test(price) && compareMoney(price, salePrice) === 0);
}

/** Who a row means: the named file, the owner of the recorded sale, or a new customer. */
function customerOf(row: Row, known: KnownUnit | undefined, around: Around): Pick<PastRow, 'customerId' | 'customer'> {
  const { customers } = around.registry;
  const number = row.plain('customerNumber');
  if (number !== '') {
    const customerId = customers.get(number) ?? null;
    if (customerId === null) row.fault('customerNumber', 'CUSTOMER_UNKNOWN');
    return { customerId, customer: null };
  }
  if (known && known.ownerId !== null) {
    if (!namesOwner(row, known, customers)) row.fault('serial', 'UNIT_ALREADY_SOLD');
    return { customerId: known.ownerId, customer: null };
  }
  if (!known && OF_CUSTOMER.every((column) => row.plain(column) === '')) return { customerId: null, customer: null };
  return { customerId: null, customer: newCustomer(row, around) };
}

function newCustomer(row: Row, { registry, earlier }: Around): NewCustomer {
  const [name, regionCode, addressDetail] = (['customerName', 'regionCode', 'addressDetail'] as const).map((column) => row.plain(column));
  row.check('customerName', () => checkCustomer({ ...SOUND, name }));
  row.check('regionCode', () => checkCustomer({ ...SOUND, regionCode }));
  row.check('addressDetail', () => checkCustomer({ ...SOUND, addressDetail }));
  row.check('phone', () => normalisePhones([row.plain('phone')]));
  const phone = keptPhone(row.plain('phone'));
  if (registry.phones.has(phone)) row.fault('phone', 'CUSTOMER_PHONE_EXISTS');
  else repeatsEarlier(row, { name, phone, regionCode, addressDetail }, earlier);
  return { name, phone, regionCode, addressDetail };
}

/** A further row of a new customer says the same of him, or nothing of his address. */
function repeatsEarlier(row: Row, customer: NewCustomer, earlier: Around['earlier']): void {
  const first = earlier.get(customer.phone);
  if (customer.phone === '' || customer.name === '') return;
  if (!first) {
    earlier.set(customer.phone, customer);
    return;
  }
  if (first.name !== customer.name) return row.fault('phone', 'PHONE_DOUBLE');
  for (const column of ['regionCode', 'addressDetail'] as const) if (customer[column] !== '' && customer[column] !== first[column]) row.fault(column, 'ROWS_DIFFER');
}
