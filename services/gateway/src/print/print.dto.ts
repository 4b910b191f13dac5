import { LOCALES } from '@aftercare/domain';
import { Transform } from 'class-transformer';
import { Flag, Id, Ids, Month, OneOf, Text, Whole } from '../http/fields.js';
import { QueryFlag, QueryNumber } from '../http/paging.js';
import { FORM_SHEET_NAMES } from './form-sheets.js';

const SHEETS = ['24', '65'];
const IDS_MAX = 100;
const COPIES_MAX = 3;

/** The language of a paper; without it the reader's own. */
export class PrintQuery {
  @OneOf(LOCALES, { optional: true }) lang?: string;
}

/** a form that several parties sign and keep is printed once for each of them, in up to three copies. */
export class CopiesQuery extends PrintQuery {
  @QueryNumber() @Whole({ min: 1, max: COPIES_MAX }, { optional: true }) copies?: number;
}

/** a form that is printed on A4 or on the continuous paper of a needle printer. */
export class RecordPrintQuery extends CopiesQuery {
  @OneOf(FORM_SHEET_NAMES, { optional: true }) paper?: string;
}

/** F-7: a price list, for end customers without what dealers are charged. */
export class PriceListPrintQuery extends RecordPrintQuery {
  @QueryFlag() @Flag({ optional: true }) suggestedOnly?: boolean;
}

/** B-5: a dealer's month; without a dealer the reader's own. */
export class DealerStatementPrintQuery extends RecordPrintQuery {
  @Id({ optional: true }) dealerId?: string;
  @Month() month: string;
}

/** H-4: a label for each box of a return parcel, on a sheet of 24. */
export class ReturnLabelQuery extends PrintQuery {
  @QueryNumber() @Whole({ min: 1, max: 24 }, { optional: true }) copies?: number;
  /** First free position of the first sheet. */
  @QueryNumber() @Whole({ min: 1, max: 24 }, { optional: true }) start?: number;
}

/** Ids in a query: the name again for each, or one text with commas. */
const listed = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? value.split(',').filter((id) => id !== '') : (value as unknown)));

/** Which units get a label, and on which sheet. */
class LabelChoice extends PrintQuery {
  @Text(60, { optional: true }) q?: string;
  @Id({ optional: true }) modelId?: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) customerId?: string;
  @Text(40, { optional: true }) serialFrom?: string;
  @Text(40, { optional: true }) serialTo?: string;
  /** Labels on a sheet. */
  @OneOf(SHEETS, { optional: true }) sheet?: string;
}

/** Labels printed at once. */
export class UnitLabelsQuery extends LabelChoice {
  @listed() @Ids({ max: IDS_MAX }, { optional: true }) ids?: string[];
  /** First free position of the first sheet. */
  @QueryNumber() @Whole({ min: 1, max: 65 }, { optional: true }) start?: number;
}

/** Labels printed as a job. */
export class LabelJobDto extends LabelChoice {
  /** First free position of the first sheet. */
  @Whole({ min: 1, max: 65 }, { optional: true }) start?: number;
}
