import { LOCALES } from '@aftercare/domain';
import { Transform } from 'class-transformer';
import { Id, Ids, OneOf, Text, Whole } from '../http/fields.js';
import { QueryNumber } from '../http/paging.js';

const SHEETS = ['24', '65'];
const IDS_MAX = 100;

/** The language of a paper; without it the reader's own. */
export class PrintQuery {
  @OneOf(LOCALES, { optional: true }) lang?: string;
}

/** Ids in a query: the name again for each, or one text with commas. */
const listed = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? value.split(',').filter((id) => id !== '') : (value as unknown)));

/** Which units get a label, and on which sheet. */
export class UnitLabelsQuery extends PrintQuery {
  @listed() @Ids({ max: IDS_MAX }, { optional: true }) ids?: string[];
  @Text(60, { optional: true }) q?: string;
  @Id({ optional: true }) modelId?: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) customerId?: string;
  @Text(40, { optional: true }) serialFrom?: string;
  @Text(40, { optional: true }) serialTo?: string;
  /** Labels on a sheet. */
  @OneOf(SHEETS, { optional: true }) sheet?: string;
  /** First free position of the first sheet. */
  @QueryNumber() @Whole({ min: 1, max: 65 }, { optional: true }) start?: number;
}
