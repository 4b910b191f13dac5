import { LOCALES, ROLES, TERM_BASES } from '@aftercare/domain';
import { columns } from '../texts/columns.js';
import type { SheetColumn, SheetForm } from './sheet-form.rules.js';

/** What a cell may be chosen from: a closed list, or what is registered. */
type Choices = readonly string[] | 'models' | 'dealers' | 'warehouses';

interface ImportColumn extends SheetColumn {
  choices?: Choices;
}

/** An import: the sheet, and the job that takes its rows. */
export interface ImportForm extends SheetForm {
  name: 'units' | 'dealers' | 'users' | 'models' | 'customers' | 'past-installations' | 'part-prices' | 'fault-codes' | 'parts' | 'part-models' | 'price-lists' | 'opening-stock' | 'opening-holdings' | 'invoice-results' | 'bank-lines' | 'opening-money';
  /** The service that owns the documents, and its kind of job. */
  service: string;
  kind: string;
  columns: readonly ImportColumn[];
  /** Holds data of persons (C-5): the file is its sender's alone and is not kept for long. */
  isPersonal: boolean;
}

type Given = Omit<ImportColumn, 'key' | 'names' | 'required'>;
const column = (key: string, required: boolean, given: Given): ImportColumn => ({ key, names: columns[key] ?? [], required, ...given });
const needed = (key: string, given: Given = {}): ImportColumn => column(key, true, given);
const optional = (key: string, given: Given = {}): ImportColumn => column(key, false, given);

const YES_NO = ['是', '否'];

export const unitForm: ImportForm = {
  name: 'units', service: 'customers', kind: 'import-units', rowsMax: 20_000, isPersonal: false,
  columns: [
    needed('serial'), needed('modelCode', { choices: 'models' }), needed('dealerCode', { choices: 'dealers' }), needed('manufacturedOn', { isDate: true }),
    needed('dispatchedOn', { isDate: true }),
  ],
};

export const dealerForm: ImportForm = {
  name: 'dealers', service: 'dealers', kind: 'import-dealers', rowsMax: 2_000, isPersonal: true,
  columns: [
    needed('code', { example: 'SH-EXAMPLE' }), needed('name', { example: '上海示例经销商' }), optional('nameEn', { example: 'Shanghai Example Dealer' }),
    needed('regionCode', { example: '310104' }), optional('addressDetail', { example: '漕溪路 100 弄 1 号' }), optional('contactName', { example: '王经理' }),
    optional('contactPosition', { example: '总经理' }), optional('contactPhone', { example: '021-64000001' }), optional('contactMail', { example: 'wang@example.cn' }),
    ...['service', 'finance', 'parts'].flatMap((purpose) => ['Name', 'Position', 'Phone', 'Mail'].map((cell) => optional(`${purpose}Contact${cell}`))),
    optional('parentCode'), optional('territory', { example: '310000,320500' }),
    optional('taxTitle', { example: '上海示例有限公司' }), optional('taxNumber', { example: '91310104MA1EXAMPL0' }), optional('taxBank', { example: '工商银行徐汇支行' }),
    optional('taxAccount', { example: '1001-0000-0001' }), optional('taxAddress'), optional('taxPhone'), optional('agreementNumber', { example: 'AG-2026-001' }),
    optional('validFrom', { isDate: true, example: '2026-01-01' }), optional('validTo', { isDate: true, example: '2027-12-31' }),
  ],
};

export const userForm: ImportForm = {
  name: 'users', service: 'gateway', kind: 'import-users', rowsMax: 2_000, isPersonal: true,
  columns: [
    needed('username', { example: 'example.manager' }), needed('name', { example: '王小明' }), needed('role', { choices: ROLES, example: 'dealer_manager' }),
    optional('dealerCode', { choices: 'dealers', example: 'SH-EXAMPLE' }), optional('warehouseCode', { choices: 'warehouses' }),
  ],
};

export const modelForm: ImportForm = {
  name: 'models', service: 'customers', kind: 'import-models', rowsMax: 10_000, isPersonal: false,
  columns: [
    needed('code', { example: 'HP-EXAMPLE' }), needed('name', { example: '智能马桶（示例）' }), optional('nameEn', { example: 'Smart toilet (example)' }),
    needed('family', { example: 'toilet' }), optional('partClass', { example: '*' }), needed('months', { example: '24' }), optional('coversParts', { choices: YES_NO, example: '是' }),
    optional('coversLabour', { choices: YES_NO, example: '是' }), optional('startBasis', { choices: TERM_BASES, example: 'purchase' }), optional('replacementMonths', { example: '6' }),
  ],
};

export const customerForm: ImportForm = {
  name: 'customers', service: 'customers', kind: 'import-customers', rowsMax: 10_000, isPersonal: true,
  columns: [
    optional('dealerCode', { choices: 'dealers', example: 'SH-EXAMPLE' }), needed('name', { example: '示例用户' }), needed('phones', { example: '13800000000、021-64000000' }),
    needed('regionCode', { example: '310104' }), optional('addressDetail', { example: '漕溪路 100 弄 1 号' }), optional('language', { choices: LOCALES, example: 'zh-CN' }),
    optional('consentService', { choices: YES_NO, example: '是' }), optional('consentMarketing', { choices: YES_NO, example: '否' }),
    optional('sharedPhone', { choices: YES_NO, example: '否' }), optional('serial', { example: 'SN-EXAMPLE-0001' }), optional('purchaseDate', { isDate: true, example: '2026-01-05' }),
    optional('salePrice', { example: '1999.00' }),
  ],
};

export const faultCodeForm: ImportForm = {
  name: 'fault-codes', service: 'repairs', kind: 'import-fault-codes', rowsMax: 10_000, isPersonal: false,
  columns: [
    needed('family', { example: 'faucet' }), needed('kind', { choices: ['fault', 'cause', 'action'], example: 'cause' }), needed('code', { example: 'C-EXAMPLE' }),
    needed('name', { example: '阀芯磨损（示例）' }), optional('nameEn', { example: 'Worn cartridge (example)' }), optional('parentCode', { example: 'F-EXAMPLE' }),
  ],
};

/** the catalogue of parts; a row is a part. */
export const partForm: ImportForm = {
  name: 'parts', service: 'parts', kind: 'import-parts', rowsMax: 20_000, isPersonal: false,
  columns: [
    needed('number', { example: 'P-EXAMPLE' }), needed('name', { example: '阀芯（示例）' }), optional('nameEn', { example: 'Cartridge (example)' }), needed('unit', { example: 'piece' }),
    needed('partClass', { example: 'cartridge' }), optional('families', { example: 'faucet' }), optional('returnRequired', { choices: YES_NO, example: '是' }),
    optional('weightGrams', { example: '120' }), optional('supersedesNumber'),
  ],
};

/** which models parts fit, and where they stand on the exploded views; a row is one place. */
export const partFitForm: ImportForm = {
  name: 'part-models', service: 'parts', kind: 'import-part-models', rowsMax: 20_000, isPersonal: false,
  columns: [needed('partNumber', { example: 'P-EXAMPLE' }), needed('modelCode', { choices: 'models', example: 'HP-EXAMPLE' }), optional('drawingPosition', { example: '12a' })],
};

/** X-2, F-7: a price list as a draft; the headings of an exported list are known, so that it can be changed and sent back. */
export const priceListForm: ImportForm = {
  name: 'price-lists', service: 'parts', kind: 'import-price-list', rowsMax: 5_000, isPersonal: false,
  columns: [
    needed('partNumber', { example: 'P-EXAMPLE' }), needed('dealerPrice', { example: '12.3450' }), needed('suggestedPrice', { example: '20.00' }),
    needed('effectiveFrom', { isDate: true, example: '2026-04-01' }),
    ...['name', 'nameEn', 'unit', 'partId', 'unitCost', 'priceListNumber'].map((key) => optional(key)),
  ],
};

const CUT_OVER = '2026-03-31';

/** what lay in warehouses at the cut-over date. */
export const openingStockForm: ImportForm = {
  name: 'opening-stock', service: 'parts', kind: 'import-opening-stock', rowsMax: 20_000, isPersonal: false,
  columns: [
    needed('warehouseCode', { choices: 'warehouses', example: 'TZ-EXAMPLE' }), needed('partNumber', { example: 'P-EXAMPLE' }), needed('quantity', { example: '10' }),
    needed('unitCost', { example: '12.5' }), needed('cutOverOn', { isDate: true, example: CUT_OVER }),
  ],
};

/** what dealers still had to return at the cut-over date. */
export const openingHoldingsForm: ImportForm = {
  name: 'opening-holdings', service: 'parts', kind: 'import-opening-holdings', rowsMax: 20_000, isPersonal: false,
  columns: [
    needed('dealerCode', { choices: 'dealers', example: 'SH-EXAMPLE' }), needed('partNumber', { example: 'P-EXAMPLE' }), needed('quantity', { example: '2' }),
    optional('unitSerial', { example: 'SN-EXAMPLE-0001' }), optional('dueOn', { isDate: true, example: '2026-04-30' }), needed('cutOverOn', { isDate: true, example: CUT_OVER }),
  ],
};

/** D-7: additions to a monthly report; whose, and of which month, is the report's. */
export const pastInstallationForm: ImportForm = {
  name: 'past-installations', service: 'customers', kind: 'import-past-installations', rowsMax: 2_000, isPersonal: true,
  columns: [
    needed('serial', { example: 'SN-EXAMPLE-0001' }), optional('customerNumber'), optional('customerName', { example: '示例用户' }), optional('phone', { example: '13800000000' }),
    optional('regionCode', { example: '310104' }), optional('addressDetail', { example: '漕溪路 100 弄 1 号' }),
    optional('purchaseDate', { isDate: true, example: '2026-01-05' }), needed('acceptedOn', { isDate: true, example: '2026-01-20' }), optional('salePrice', { example: '1999.00' }),
  ],
};

/** D-3: the dealer's own prices. The headings of the exported list are known, so that it can be filled in and sent back. */
export const partPriceForm: ImportForm = {
  name: 'part-prices', service: 'dealers', kind: 'import-part-prices', rowsMax: 5_000, isPersonal: false,
  columns: [
    needed('partNumber', { example: 'P-EXAMPLE' }), needed('ownPrice', { example: '120.00' }), optional('effectiveFrom', { isDate: true, example: '2026-01-01' }),
    ...['name', 'nameEn', 'partId', 'unitPrice', 'source', 'ownEffectiveFrom', 'suggestedPrice', 'priceListNumber', 'deviationPercent'].map((key) => optional(key)),
  ],
};

/** B-3: the rows of a batch come back with what the tax platform did; the headings of the exported batch are known. */
export const invoiceResultForm: ImportForm = {
  name: 'invoice-results', service: 'invoicing', kind: 'import-invoice-results', rowsMax: 5_000, isPersonal: false,
  columns: [
    needed('number', { example: 'IR-2026-000001' }), needed('invoiceNumber', { example: '25312000000000000001' }), needed('invoiceDate', { isDate: true, example: '2026-03-31' }), optional('note'),
    optional('batchNumber'),
    ...[
      'documentKind', 'documentId', 'kind', 'taxTitle', 'taxNumber', 'taxBank', 'taxAccount', 'taxAddress', 'taxPhone', 'itemName', 'taxRate', 'netAmount', 'taxAmount', 'grossAmount',
      'originalNumber', 'reason', 'outcome',
    ].map((key) => optional(key)),
  ],
};

/** what dealers owed, had paid in and were allowed to owe; a row is a slip, a deposit or a credit line. */
export const openingMoneyForm: ImportForm = {
  name: 'opening-money', service: 'invoicing', kind: 'import-opening-money', rowsMax: 20_000, isPersonal: false,
  columns: [
    needed('dealerCode', { choices: 'dealers', example: 'SH-EXAMPLE' }), needed('kind', { choices: ['receivable', 'deposit', 'credit_line'], example: 'receivable' }),
    optional('documentNumber', { example: 'OLD-2026-0001' }), optional('documentDate', { isDate: true, example: '2026-02-01' }), needed('amount', { example: '1130.00' }),
    needed('cutOverOn', { isDate: true, example: CUT_OVER }),
  ],
};

/** A bank's own file: which of its columns are read is a format of `invoicing`. Payers may be persons. */
export const bankLineForm: ImportForm = { name: 'bank-lines', service: 'invoicing', kind: 'import-bank-lines', rowsMax: 5_000, isPersonal: true, isFree: true, columns: [] };

/** The imports of their own, below /imports. */
export const importForms: readonly ImportForm[] = [unitForm, dealerForm, userForm, modelForm, customerForm, partPriceForm, faultCodeForm, partForm, partFitForm, priceListForm, openingStockForm, openingHoldingsForm, invoiceResultForm, openingMoneyForm];
/** Every form of sheet that becomes a job. */
export const sheetForms: readonly ImportForm[] = [...importForms, pastInstallationForm, bankLineForm];
