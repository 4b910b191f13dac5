import { codeKey, compareMoney, ImportRowReader, STATED_AMOUNT, type DealerStatus, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { checkSale, normaliseSerial } from '../units/unit.rules.js';
import { checkCustomer, normalisePhones, requireActiveDealer } from './customer.rules.js';

/** Columns of the sheet of customers: a row is a customer, or one of his further units. */
export type CustomerColumn =
  | 'dealerCode' | 'name' | 'phones' | 'regionCode' | 'addressDetail' | 'language' | 'consentService' | 'consentMarketing' | 'sharedPhone'
  | 'serial' | 'purchaseDate' | 'salePrice';

/** A customer as rows of the sheet say it. */
export interface CustomerData {
  dealerId: string;
  name: string;
  phones: string[];
  regionCode: string;
  addressDetail: string;
  language: string;
  consentService: boolean;
  consentMarketing: boolean;
}

export interface KnownFile extends CustomerData {
  id: string;
}

/** A unit as it is registered, as far as who imports may know it. */
export interface KnownUnit {
  id: string;
  dispatchedOn: string;
  /** Null when the caller may not know that dealer. */
  dispatchedTo: string | null;
  purchaseDate: string | null;
  sold: boolean;
  /** Who bought it and who owns it, when the caller may know. */
  owners: string[];
  /** For how much, null when that was not said; left out of a sale whose price is another dealer's (C-2). */
  salePrice?: string | null;
}

/** What the sheet is checked against. */
export interface Registry {
  /** Dealers that the caller may act for, by the key of their code without case. */
  dealers: ReadonlyMap<string, { id: string; status: DealerStatus }>;
  /** The caller's own dealer, which a row without a code means; empty for the manufacturer. */
  ownCode: string;
  /** Files in use that have a phone of the sheet. */
  files: readonly KnownFile[];
  units: ReadonlyMap<string, KnownUnit>;
  today: string;
}

/** A file to open or to add to, with the units that its customer owns. */
export interface ImportedFile {
  data: CustomerData;
  /** Empty for a file to be opened. */
  existingId: string;
  sales: { serial: string; purchaseDate: string; salePrice: string }[];
}

const SOUND = { name: '-', phones: [] as string[], regionCode: '310104', addressDetail: '', language: 'zh-CN' };
const PHONE_SIGNS = /[,，;；、/|\n]+/;
const UNSOLD = { purchaseDate: '', salePrice: '' };
const SHOWN = ['regionCode', 'addressDetail', 'language', 'consentService', 'consentMarketing'] as const;

/** What a sheet holds. */
export interface CustomerSheet {
  files: ImportedFile[];
  unchanged: number;
  faults: ImportFault[];
}

/**
 * X-9, C-1, C-2: checks a sheet of customers with the units they own. Rows with one dealer, name and phones are one customer, each
 * with another unit. A phone that another file has is a fault unless the row says that it is shared. What is registered as the row
 * says it is left as it is.
 */
export function* checkCustomerSheet(rows: readonly ImportRow[], registry: Registry): Paced<CustomerSheet> {
  const faults: ImportFault[] = [];
  const sheet = new Sheet(registry);
  for (const row of rows) {
    sheet.take(new ImportRowReader<CustomerColumn>(row, faults));
    yield;
  }
  const files = sheet.files.filter(({ existingId, sales }) => existingId === '' || sales.length > 0);
  return { files, unchanged: sheet.unchanged, faults };
}

/** The customers of a sheet as its rows are read one after the other. */
class Sheet {
  readonly files: ImportedFile[] = [];
  unchanged = 0;
  private readonly byPerson = new Map<string, ImportedFile>();
  private readonly byPhone = new Map<string, ImportedFile>();
  private readonly knownByPhone = new Map<string, KnownFile[]>();
  private readonly serials = new Set<string>();

  constructor(private readonly registry: Registry) {
    for (const file of registry.files) {
      for (const phone of file.phones) {
        const key = `${file.dealerId} ${phone}`;
        this.knownByPhone.set(key, [...(this.knownByPhone.get(key) ?? []), file]);
      }
    }
  }

  take(row: ImportRowReader<CustomerColumn>): void {
    const data = this.read(row);
    const person = [data.dealerId, data.name, ...[...data.phones].sort()].join('\n');
    const earlier = this.byPerson.get(person);
    const file = earlier ?? this.open(row, data);
    if (earlier) repeatsEarlier(row, data, earlier.data);
    else if (row.fits) this.remember(person, file);
    const sale = this.readSale(row, file);
    if (sale) file.sales.push(sale);
    else if (earlier && row.text('serial') === '') row.fault('name', 'ROW_DOUBLE');
    else if (file.existingId !== '') this.unchanged += 1;
  }

  private read(row: ImportRowReader<CustomerColumn>): CustomerData {
    const code = row.plain('dealerCode') || this.registry.ownCode;
    const dealer = this.registry.dealers.get(codeKey(code));
    if (code === '') row.fault('dealerCode', 'FIELD_MISSING');
    else if (!dealer) row.fault('dealerCode', 'DEALER_UNKNOWN');
    else row.check('dealerCode', () => requireActiveDealer(dealer.status));
    const data = {
      dealerId: dealer?.id ?? '', name: row.needed('name'), phones: phonesIn(row), regionCode: row.plain('regionCode'), addressDetail: row.text('addressDetail'),
      language: row.plain('language') || SOUND.language, consentService: row.yesNo('consentService', false), consentMarketing: row.yesNo('consentMarketing', false),
    };
    if (data.name !== '') row.check('name', () => checkCustomer({ ...SOUND, name: data.name }));
    if (data.regionCode !== '') row.check('regionCode', () => checkCustomer({ ...SOUND, regionCode: data.regionCode }));
    row.check('addressDetail', () => checkCustomer({ ...SOUND, addressDetail: data.addressDetail }));
    row.check('language', () => checkCustomer({ ...SOUND, language: data.language }));
    return data;
  }

  /** The file of a person not named before in the sheet: a registered one with this name and these phones, or a new one. */
  private open(row: ImportRowReader<CustomerColumn>, data: CustomerData): ImportedFile {
    const shared = row.yesNo('sharedPhone', false);
    const known = [...new Set(data.phones.flatMap((phone) => this.knownByPhone.get(`${data.dealerId} ${phone}`) ?? []))];
    const same = known.find(({ name }) => name === data.name);
    if (same) {
      if ([...same.phones].sort().join() !== [...data.phones].sort().join()) row.fault('phones', 'KNOWN_OTHERWISE');
      for (const column of SHOWN) if (row.text(column) !== '' && same[column] !== data[column]) row.fault(column, 'KNOWN_OTHERWISE');
      return { data: same, existingId: same.id, sales: [] };
    }
    row.needed('regionCode');
    const taken = known.length > 0 || data.phones.some((phone) => this.byPhone.has(`${data.dealerId} ${phone}`));
    if (taken && !shared) row.fault('phones', 'CUSTOMER_PHONE_EXISTS');
    return { data, existingId: '', sales: [] };
  }

  private remember(person: string, file: ImportedFile): void {
    this.files.push(file);
    this.byPerson.set(person, file);
    for (const phone of file.data.phones) this.byPhone.set(`${file.data.dealerId} ${phone}`, file);
  }

  /** The sale of the row's unit; null when there is none, when it is registered as the row says it, or when it is wrong. */
  private readSale(row: ImportRowReader<CustomerColumn>, file: ImportedFile): ImportedFile['sales'][number] | null {
    const sale = { purchaseDate: row.date('purchaseDate'), salePrice: row.plain('salePrice') };
    const text = row.text('serial');
    const serial = normaliseSerial(text);
    if (text === '') {
      if (sale.purchaseDate !== '' || sale.salePrice !== '') row.fault('serial', 'FIELD_MISSING');
      return null;
    }
    if (this.serials.has(serial)) row.fault('serial', 'SERIAL_DOUBLE');
    this.serials.add(serial);
    const unit = this.registry.units.get(serial);
    if (!unit) row.fault('serial', this.registry.ownCode === '' ? 'SERIAL_UNKNOWN' : 'SERIAL_NOT_OF_DEALER');
    if (!unit || this.isRegistered(row, unit, { ...sale, owner: file.existingId })) return null;
    row.check('purchaseDate', () => checkSale({ ...unit, sold: false }, { ...UNSOLD, purchaseDate: sale.purchaseDate }, this.registry.today));
    row.check('salePrice', () => checkSale({ ...unit, sold: false }, { ...UNSOLD, salePrice: sale.salePrice }, this.registry.today));
    return { serial, ...sale };
  }

  /** True for a unit that is sold: to this customer on this day at this price, else that is a fault. */
  private isRegistered(row: ImportRowReader<CustomerColumn>, unit: KnownUnit, sale: { purchaseDate: string; salePrice: string; owner: string }): boolean {
    if (!unit.sold) return false;
    if (sale.owner === '' || !unit.owners.includes(sale.owner)) {
      row.fault('serial', 'UNIT_ALREADY_SOLD');
      return true;
    }
    if (sale.purchaseDate !== '' && sale.purchaseDate !== unit.purchaseDate) row.fault('purchaseDate', 'KNOWN_OTHERWISE');
    if (sale.salePrice !== '' && !isPrice(sale.salePrice, unit.salePrice)) row.fault('salePrice', 'KNOWN_OTHERWISE');
    return true;
  }
}

/** Whether a price of a sheet is the recorded one, as far as the caller may know that. */
function isPrice(price: string, recorded: string | null | undefined): boolean {
  return recorded === undefined || (recorded !== null && STATED_AMOUNT.test(price) && compareMoney(price, recorded) === 0);
}

/** The phones of a row in one spelling; none when one of them is wrong. */
export function phonesIn(row: ImportRowReader<CustomerColumn>): string[] {
  const written = row.plain('phones').split(PHONE_SIGNS).map((phone) => phone.trim()).filter(Boolean);
  if (written.length === 0) {
    row.fault('phones', 'FIELD_MISSING');
    return [];
  }
  let phones: string[] = [];
  row.check('phones', () => {
    phones = normalisePhones(written);
  });
  return phones;
}

/** A further row of a customer says the same of him, or nothing. */
function repeatsEarlier(row: ImportRowReader<CustomerColumn>, data: CustomerData, earlier: CustomerData): void {
  for (const column of SHOWN) if (row.text(column) !== '' && data[column] !== earlier[column]) row.fault(column, 'ROWS_DIFFER');
}
