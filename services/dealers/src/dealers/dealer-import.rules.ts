import { codeKey, ImportRowReader, type DealerStatus, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { checkContact, type Contact } from '../contacts/contact.rules.js';
import { checkAgreement, checkDealerData, checkParent, checkTaxIdentity, type Agreement, type TaxIdentity } from './dealer.rules.js';

/** The main contact, and the ones for a purpose. */
const CONTACTS = { contact: 'other', serviceContact: 'service', financeContact: 'finance', partsContact: 'parts' } as const;
type ContactColumn = `${keyof typeof CONTACTS}${'Name' | 'Position' | 'Phone' | 'Mail'}`;

/** Columns of the sheet of dealers. */
export type DealerColumn =
  | 'code' | 'name' | 'nameEn' | 'regionCode' | 'addressDetail' | ContactColumn | 'parentCode' | 'territory'
  | 'taxTitle' | 'taxNumber' | 'taxBank' | 'taxAccount' | 'taxAddress' | 'taxPhone' | 'agreementNumber' | 'validFrom' | 'validTo';

/** A dealer as a row of the sheet says it, and as it is registered. */
export interface DealerRow {
  code: string;
  name: string;
  nameEn: string;
  regionCode: string;
  addressDetail: string;
  contacts: Contact[];
  parentCode: string;
  territory: string[];
  taxIdentity: TaxIdentity | null;
  agreement: Agreement | null;
}

export interface KnownDealer extends Omit<DealerRow, 'agreement'> {
  status: DealerStatus;
  agreements: Agreement[];
}

/** A row whose fields are all right, to look at one cell at a time. */
const SOUND = { name: '-', nameEn: '', regionCode: '310104', territory: [] as string[] };
const SOUND_TAX = { title: '-', taxNumber: '000000000000000', bank: '', account: '', address: '', phone: '' };
const SOUND_CONTACT: Contact = { name: '-', position: '', phone: '000', mail: '', purpose: 'other', main: false };
const CELL = { name: 'Name', position: 'Position', phone: 'Phone', mail: 'Mail' } as const;
const SOUND_AGREEMENT = { number: '-', validFrom: '2000-01-01', validTo: '2000-12-31' };
const TEXT_LENGTH_MAX = 200;
const PLAIN = { addressDetail: 'addressDetail', taxBank: 'bank', taxAccount: 'account', taxAddress: 'address', taxPhone: 'phone' } as const;

/** What a sheet holds. */
export interface DealerSheet {
  fresh: DealerRow[];
  unchanged: number;
  faults: ImportFault[];
}

/**
 * X-9, D-1: checks a sheet of dealers cell by cell. `fresh` are the dealers to draft, parents before their children; one that is
 * registered already as the row says it is neither fresh nor wrong. An empty cell says nothing of what is registered.
 * Both maps go by codeKey: codes are compared without case.
 */
export function* checkDealerSheet(
  rows: readonly ImportRow[],
  known: ReadonlyMap<string, KnownDealer>,
): Paced<DealerSheet> {
  const faults: ImportFault[] = [];
  const sheet = new Map<string, DealerRow>();
  const children: [ImportRowReader<DealerColumn>, DealerRow][] = [];
  let unchanged = 0;
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<DealerColumn>(row, faults);
    const dealer = readDealer(reader);
    const key = codeKey(dealer.code);
    if (sheet.has(key)) reader.fault('code', 'ROW_DOUBLE');
    else if (dealer.code !== '') sheet.set(key, dealer);
    children.push([reader, dealer]);
    const registered = known.get(key);
    if (!registered) continue;
    for (const column of differences(dealer, registered)) reader.fault(column, 'KNOWN_OTHERWISE');
    unchanged += 1;
  }
  for (const [reader, dealer] of children) checkParentOf(reader, dealer, { sheet, known });
  const fresh = [...sheet.values()].filter(({ code }) => !known.has(codeKey(code)));
  return { fresh: [...fresh.filter(({ parentCode }) => parentCode === ''), ...fresh.filter(({ parentCode }) => parentCode !== '')], unchanged, faults };
}

function readDealer(row: ImportRowReader<DealerColumn>): DealerRow {
  const dealer = {
    code: row.plain('code'), name: row.text('name'), nameEn: row.text('nameEn'), regionCode: row.plain('regionCode'), addressDetail: row.text('addressDetail'),
    parentCode: row.plain('parentCode'), territory: row.list('territory'),
  };
  for (const column of ['code', 'name', 'regionCode'] as const) row.needed(column);
  if (dealer.code !== '') row.check('code', () => checkDealerData({ ...SOUND, code: dealer.code }));
  if (dealer.name !== '') row.check('name', () => checkDealerData({ ...SOUND, name: dealer.name }));
  row.check('nameEn', () => checkDealerData({ ...SOUND, nameEn: dealer.nameEn }));
  if (dealer.regionCode !== '') row.check('regionCode', () => checkDealerData({ ...SOUND, regionCode: dealer.regionCode }));
  row.check('territory', () => checkDealerData({ ...SOUND, territory: dealer.territory }));
  for (const column of Object.keys(PLAIN) as (keyof typeof PLAIN)[]) if (row.text(column).length > TEXT_LENGTH_MAX) row.fault(column, 'VALUE_INVALID');
  return { ...dealer, contacts: readContacts(row), taxIdentity: readTaxIdentity(row), agreement: readAgreement(row) };
}

/** A contact of whom any cell is filled in has a name and a phone. */
function readContacts(row: ImportRowReader<DealerColumn>): Contact[] {
  const contacts: Contact[] = [];
  for (const of of Object.keys(CONTACTS) as (keyof typeof CONTACTS)[]) {
    const purpose = CONTACTS[of];
    const contact = {
      name: row.text(`${of}Name`), position: row.text(`${of}Position`), phone: row.plain(`${of}Phone`), mail: row.plain(`${of}Mail`), purpose, main: of === 'contact',
    };
    if ([contact.name, contact.position, contact.phone, contact.mail].every((text) => text === '')) continue;
    for (const column of ['Name', 'Phone'] as const) row.needed(`${of}${column}`);
    for (const field of ['name', 'position', 'phone', 'mail'] as const) {
      if (contact[field] !== '') row.check(`${of}${CELL[field]}`, () => checkContact({ ...SOUND_CONTACT, [field]: contact[field] }));
    }
    contacts.push(contact);
  }
  return contacts;
}

/** An identity for invoices begins with its title or number; the rest without both is a fault of the title. */
function readTaxIdentity(row: ImportRowReader<DealerColumn>): TaxIdentity | null {
  const tax = {
    title: row.text('taxTitle'), taxNumber: row.plain('taxNumber'), bank: row.text('taxBank'), account: row.text('taxAccount'),
    address: row.text('taxAddress'), phone: row.text('taxPhone'),
  };
  if (Object.values(tax).every((text) => text === '')) return null;
  row.check('taxTitle', () => checkTaxIdentity({ ...SOUND_TAX, title: tax.title }));
  row.check('taxNumber', () => checkTaxIdentity({ ...SOUND_TAX, taxNumber: tax.taxNumber }));
  return tax;
}

function readAgreement(row: ImportRowReader<DealerColumn>): Agreement | null {
  const agreement = { number: row.text('agreementNumber'), validFrom: row.date('validFrom'), validTo: row.date('validTo') };
  const given = (['agreementNumber', 'validFrom', 'validTo'] as const).filter((column) => row.text(column) !== '');
  if (given.length === 0) return null;
  for (const column of ['agreementNumber', 'validFrom', 'validTo'] as const) row.needed(column);
  if (agreement.number !== '') row.check('agreementNumber', () => checkAgreement({ ...SOUND_AGREEMENT, number: agreement.number }));
  if (agreement.validFrom !== '' && agreement.validTo !== '') row.check('validTo', () => checkAgreement({ ...SOUND_AGREEMENT, validFrom: agreement.validFrom, validTo: agreement.validTo }));
  return agreement;
}

/** A parent is registered or stands in the same sheet, is nobody's child and has not left. */
function checkParentOf(
  row: ImportRowReader<DealerColumn>,
  dealer: DealerRow,
  found: { sheet: ReadonlyMap<string, DealerRow>; known: ReadonlyMap<string, KnownDealer> },
): void {
  if (dealer.parentCode === '') return;
  const key = codeKey(dealer.parentCode);
  const known = found.known.get(key);
  const parent = known ?? found.sheet.get(key);
  if (!parent || key === codeKey(dealer.code)) row.fault('parentCode', 'PARENT_UNKNOWN');
  else row.check('parentCode', () => checkParent({ parentId: parent.parentCode || null, status: known?.status ?? 'applicant' }));
}

/** The columns in which a row says otherwise than what is registered. */
function differences(row: DealerRow, known: KnownDealer): DealerColumn[] {
  const columns: DealerColumn[] = [];
  for (const column of ['name', 'nameEn', 'regionCode', 'addressDetail'] as const) {
    if (row[column] !== '' && row[column] !== known[column]) columns.push(column);
  }
  if (row.territory.length > 0 && [...row.territory].sort().join() !== [...known.territory].sort().join()) columns.push('territory');
  if (row.parentCode !== '' && codeKey(row.parentCode) !== codeKey(known.parentCode)) columns.push('parentCode');
  columns.push(...contactDifferences(row, known));
  const tax = { taxTitle: 'title', taxNumber: 'taxNumber', taxBank: 'bank', taxAccount: 'account', taxAddress: 'address', taxPhone: 'phone' } as const;
  for (const column of Object.keys(tax) as (keyof typeof tax)[]) {
    const text = row.taxIdentity?.[tax[column]] ?? '';
    if (text !== '' && text !== known.taxIdentity?.[tax[column]]) columns.push(column);
  }
  const filed = known.agreements.find(({ number }) => number === row.agreement?.number);
  if (row.agreement && !filed) columns.push('agreementNumber');
  for (const column of ['validFrom', 'validTo'] as const) if (filed && row.agreement?.[column] !== filed[column]) columns.push(column);
  return columns;
}

/** A contact is registered as the row says it, as the main one or of its purpose, else its cells that differ from the nearest one do. */
function contactDifferences(row: DealerRow, known: KnownDealer): DealerColumn[] {
  const columns: DealerColumn[] = [];
  for (const of of Object.keys(CONTACTS) as (keyof typeof CONTACTS)[]) {
    const isMain = of === 'contact';
    const given = row.contacts.find(({ main, purpose }) => (isMain ? main : !main && purpose === CONTACTS[of]));
    if (!given) continue;
    const registered = known.contacts.filter(({ main, purpose }) => (isMain ? main : purpose === CONTACTS[of]));
    const nearest = registered.find(({ name }) => name === given.name) ?? registered[0];
    for (const field of ['name', 'position', 'phone', 'mail'] as const) {
      if (given[field] !== '' && given[field] !== nearest?.[field]) columns.push(`${of}${CELL[field]}`);
    }
  }
  return columns;
}
