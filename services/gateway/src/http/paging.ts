import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { OneOf, Text, Whole } from './fields.js';

const CURSOR_LENGTH_MAX = 500;

/** A whole number written in a query; anything else stays as it is and is refused by the field's check. */
export const QueryNumber = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : (value as unknown)));

/** A yes or no written in a query as true or false. */
export const QueryFlag = (): PropertyDecorator =>
  Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)));

/** What every list takes; the list adds its filters and its sort keys. */
export class PageQuery {
  @QueryNumber()
  @Whole({ min: 1, max: 200 }, { optional: true })
  limit?: number;

  @Text(CURSOR_LENGTH_MAX, { optional: true })
  cursor?: string;

  @OneOf(['json', 'xlsx'], { optional: true })
  format?: string;
}

/** The sort keys of a list, the first is the default. */
export function Sort(...keys: string[]): PropertyDecorator {
  return (target, property) => {
    OneOf(keys, { optional: true })(target, property);
    ApiProperty({ type: String, enum: keys, default: keys[0], required: false })(target, property);
  };
}

/** The request message of a list: filters as they are, paging in its own field. */
export function listRequest<Q extends PageQuery & { sort?: string }>(query: Q): Omit<Q, keyof PageQuery | 'sort'> & { page: { limit: number; cursor: string; sort: string } } {
  const { limit = 0, cursor = '', sort = '', format: _format, ...filters } = query;
  return { ...filters, page: { limit, cursor, sort } };
}
