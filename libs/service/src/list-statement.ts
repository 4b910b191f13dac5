import { EVERY_DEALER } from './scope.js';
import { PAGE_LIMIT_MAX, requireKey, type Page } from './page.js';
import type { Statement } from './statement.js';

const NAME_MAX = 63;
/** Sorts behind every other character, so that prefix + this is behind everything with the prefix. */
const LAST_CHARACTER = '\u{10FFFF}';

/** What a list was asked for, condition by condition: only these stand in its statement, so that each shape keeps its own plan. */
export class Conditions {
  readonly texts: string[] = [];
  readonly values: unknown[] = [];
  readonly names: string[] = [];
  private other: { at: number; text: string } | undefined;

  /** `name` tells the shape apart in the statement's name, one or two letters; `text` gets the places of the values. */
  add(name: string, text: (...places: string[]) => string, ...values: unknown[]): this {
    this.texts.push(this.part(name, text, ...values));
    return this;
  }

  /**
   * Rows that fit the one text or the other, which no row may fit both: each is read along its own index, where one condition with
   * `or` would be read past everybody else's rows or sorted whole. Once per list.
   */
  either(name: string, texts: (...places: string[]) => [one: string, other: string], ...values: unknown[]): this {
    if (this.other) throw new RangeError('a list has one condition of this kind');
    const [one, other] = texts(...values.map((_value, index) => `$${this.values.length + index + 1}`));
    this.other = { at: this.texts.length, text: other };
    return this.add(name, () => one, ...values);
  }

  /** The condition as a whole, or one for each way that `either` left. */
  ways(more: string[] = []): string[] {
    const whole = (texts: string[]): string => [...more, ...texts].join(' and ') || 'true';
    const { other, texts } = this;
    return other ? [whole(texts), whole(texts.with(other.at, other.text))] : [whole(texts)];
  }

  /** As `add`, for a part of the statement that its maker puts in its place. */
  part(name: string, text: (...places: string[]) => string, ...values: unknown[]): string {
    this.names.push(name);
    const places = values.map((_value, index) => `$${this.values.length + index + 1}`);
    this.values.push(...values);
    return text(...places);
  }

  /** Adds the condition when the filter was given. */
  when(given: string | boolean | null, name: string, text: (place: string) => string): this {
    if (given === '' || given === false || given === null) return this;
    return given === true ? this.add(name, () => text('')) : this.add(name, text, given);
  }

  /**
   * The column begins with this text. By comparison and not by LIKE: row-level security keeps LIKE from an index, since it
   * might leak what it compares. Wants an index with text_pattern_ops.
   */
  startsWith(name: string, column: string, prefix: string): this {
    return this.add(name, (from, to) => startsWith(column, from, to), ...prefixRange(prefix));
  }
}

/** The text of a prefix condition within another one; its two values come from prefixRange. */
export function startsWith(column: string, from: string, to: string): string {
  return `(${column} ~>=~ ${from}::text and ${column} ~<~ ${to}::text)`;
}

export function prefixRange(prefix: string): [from: string, to: string] {
  return [prefix, `${prefix}${LAST_CHARACTER}`];
}

/** How a list is sorted; the id makes the order whole. An index must have the same expressions. */
export interface ListOrder {
  /** A column of r, or an expression of its columns. */
  by: string;
  direction: 'asc' | 'desc';
  /** PostgreSQL's type of it. */
  type: 'text' | 'timestamptz' | 'date' | 'int';
  /** The id, `r.id` unless told. */
  id?: string;
}

export interface Listing {
  /** Start of the statement's name. */
  name: string;
  /** The table whose rows are listed: its alias is r in all conditions and columns. */
  table: string;
  order: ListOrder;
  /** The caller's dealers (dealerScope) and the column they stand in, `dealer_id` unless told; none for what is everybody's. */
  scope?: { dealers: typeof EVERY_DEALER | string[]; column?: string };
  where: Conditions;
  page: Page;
  /** Columns that are read of the rows, the order's among them; all unless told. Those of an index alone spare its table. */
  pick?: string;
  /**
   * Its rows are read in index order whatever is asked, so that its plan is made once (see Statement). Of a limit that is a value PostgreSQL
   * thinks that it may be a tenth of the table; so the rows are cut at the longest page first.
   */
  onePlan?: boolean;
  /** As in Statement. */
  planEachTime?: boolean;
  /** The answer's columns, of the page's rows as r; joins see no other row. */
  columns: string;
  joins?: string;
}

/** The statement of a page and one row more: read in index order, for one dealer, several, or all. Errors: CURSOR_INVALID. */
export function listStatement(listing: Listing): Statement {
  const { text, ...rows } = listRows(listing);
  return { ...rows, text: `select ${listing.columns} from (${text}) r ${listing.joins ?? ''} order by ${orderBy(listing.order)}` };
}

/** The rows alone, in order, for lists that make something else of them. */
export function listRows({ name, table, order, scope, where, page, pick = 'r.*', onePlan = false, planEachTime }: Omit<Listing, 'columns' | 'joins'>): Statement {
  requireKey(page, order.type === 'timestamptz' ? 'instant' : order.type);
  if (page.after) {
    const beyond = order.direction === 'asc' ? '>' : '<';
    where.add('after', (key, id) => `(${order.by}, ${idOf(order)}) ${beyond} (${key}::${order.type}, ${id}::uuid)`, page.after.key, page.after.id);
  }
  const column = scope?.column ?? 'dealer_id';
  const dealers = scope?.dealers ?? EVERY_DEALER;
  const read = (more: string[], limit: string): string => {
    const ways = where.ways(more).map((condition) => `select ${pick} from ${table} r where ${condition} order by ${orderBy(order)} limit ${onePlan ? PAGE_LIMIT_MAX + 1 : limit}`);
    return ways.length === 1 && !onePlan ? ways[0] : `select r.* from (${ways.map((way) => `(${way})`).join(' union all ')}) r order by ${orderBy(order)} limit ${limit}`;
  };
  const shape = (who: string, text: string, values: unknown[]): Statement => ({ onePlan, planEachTime, name: statementName([name, who, ...where.names]), text, values: [...where.values, ...values] });
  const [first, second] = [`$${where.values.length + 1}`, `$${where.values.length + 2}`];
  if (dealers === EVERY_DEALER) return shape('all', read([], first), [page.limit + 1]);
  // One dealer is the rule, and only an equality lets an index give the order; of several dealers each is read by itself.
  if (dealers.length === 1) return shape('own', read([`r.${column} = ${first}::uuid`], second), [dealers[0], page.limit + 1]);
  const each = read([`r.${column} = scope.dealer`], second);
  const text = `select r.* from unnest(${first}::uuid[]) as scope (dealer) cross join lateral (${each}) r order by ${orderBy(order)} limit ${second}`;
  return shape('many', text, [dealers, page.limit + 1]);
}

const idOf = (order: ListOrder): string => order.id ?? 'r.id';

function orderBy(order: ListOrder): string {
  return `${order.by} ${order.direction}, ${idOf(order)} ${order.direction}`;
}

/** The name of a statement from its parts. PostgreSQL cuts names, and two texts under one name are refused. */
export function statementName(parts: string[]): string {
  const name = parts.join('_');
  if (name.length > NAME_MAX) throw new RangeError(`the name of a list's statement is too long: ${name}`);
  return name;
}
