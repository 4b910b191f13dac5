import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type, type TypeHelpOptions } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { isId, isInstant, isPartClass, isPrintable, isRealDate, isRealMonth, partClassText, STATED_AMOUNT } from '@aftercare/domain';

/** What one field of a body or query must be. A field is declared by exactly one of the decorators below. */
interface FieldKind {
  /** Name of the check, and key of its text in the catalogues. */
  name: string;
  check: (value: unknown) => boolean;
  api: ApiPropertyOptions;
  /** Values shown in the text, e.g. the greatest length. */
  context?: Record<string, unknown>;
}

/** Whether a field may be left out. */
export interface Presence {
  optional?: boolean;
}

const INT32_MAX = 2_147_483_647;
const QUANTITY_MAX = 100_000;
const PART_CLASS_MAX = 40;
const PRICE = /^(0|[1-9]\d{0,9})(\.\d{1,4})?$/;
const PERCENT = /^-?(0|[1-9]\d{0,2})(\.\d{1,2})?$/;
const CODE = /^[A-Za-z0-9*][A-Za-z0-9_.\-*]*$/;
const REGION = /^\d{6}$/;
const PHONE = /^\+?[0-9][0-9 -]{4,22}[0-9]$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** Control characters but tab and line breaks: nobody types them, and PostgreSQL refuses NUL. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
/** Names, numbers and titles are one line; what may be longer is told in several. */
const LINE_MAX = 100;
/** Half of a character: no text holds it, and no UTF-8 can carry it. */
const HALF_CHARACTER = /\p{Cs}/u;
/** Something to be seen: neither a space nor one of the signs that only shape or direct what stands beside them. */
const SEEN = /[^\s\p{Z}\p{Cf}]/u;

/** The message is never shown, but class-validator hands out the context only of a check that has one. */
function field(kind: FieldKind, presence: Presence = {}): PropertyDecorator {
  const { optional = false } = presence;
  return applyDecorators(
    ApiProperty({ ...kind.api, required: !optional } as ApiPropertyOptions),
    ...(optional ? [ValidateIf((_object, value) => value !== undefined)] : []),
    ValidateBy({ name: kind.name, validator: { validate: kind.check } }, { message: kind.name, context: kind.context }),
  );
}

const trimmed = (): PropertyDecorator => Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown)));
const orEmpty = (check: (value: unknown) => boolean, { optional }: Presence) =>
  optional ? (value: unknown): boolean => value === '' || check(value) : check;
const isPlainText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && [...value].length <= max && !CONTROL.test(value) && !HALF_CHARACTER.test(value);
const isReadable = (text: string, max: number): boolean => isPrintable(text, { lines: max > LINE_MAX });

/** A trimmed text of 1 to `max` characters, on one line up to 100; an optional one may be empty. */
export function Text(max: number, presence: Presence = {}): PropertyDecorator {
  const check = (value: unknown): boolean => isPlainText(value, max) && SEEN.test(value);
  return applyDecorators(trimmed(), field({
    name: 'text', check: orEmpty(check, presence), context: { max },
    api: { type: String, maxLength: max, ...(presence.optional ? {} : { minLength: 1 }) },
  }, presence), ValidateBy({ name: 'printable', validator: { validate: (value) => !check(value) || isReadable(value as string, max) } }, { message: 'printable' }));
}

/** A list of trimmed, non-empty texts. */
export function Texts(limits: { max: number; min?: number; length: number }, presence: Presence = {}): PropertyDecorator {
  const { max, min = 0, length } = limits;
  const check = (value: unknown): boolean =>
    Array.isArray(value) && value.length >= min && value.length <= max && value.every((text) => isPlainText(text, length) && SEEN.test(text) && isReadable(text, length));
  const trim = Transform(({ value }) =>
    Array.isArray(value) ? value.map((text: unknown) => (typeof text === 'string' ? text.trim() : text)) : (value as unknown));
  return applyDecorators(trim, field({
    name: 'texts', check, context: { min, max, length },
    api: { type: 'array', items: { type: 'string', minLength: 1, maxLength: length }, minItems: min, maxItems: max },
  }, presence));
}

/** A short code of letters, digits, point, dash and underscore. */
export function Code(max = 40, presence: Presence = {}): PropertyDecorator {
  const check = (value: unknown): boolean => isPlainText(value, max) && CODE.test(value);
  return applyDecorators(trimmed(), field({
    name: 'code', check: orEmpty(check, presence), context: { max },
    api: { type: String, maxLength: max, pattern: presence.optional ? `^$|${CODE.source}` : CODE.source },
  }, presence));
}

/** W-9: a class of parts, taken in its one spelling; where `any` part may be meant, also "*" for those without a term of their own. */
export function PartClass(presence: Presence & { any?: boolean } = {}): PropertyDecorator {
  const check = (value: unknown): boolean => typeof value === 'string' && (isPartClass(value) || (presence.any === true && value === '*'));
  const forms = [...(presence.optional ? ['^$'] : []), ...(presence.any ? ['^\\*$'] : []), '^[A-Za-z][A-Za-z0-9_]*$'];
  return applyDecorators(Transform(({ value }) => (typeof value === 'string' ? partClassText(value) : (value as unknown))), field({
    name: 'partClass', check: orEmpty(check, presence), context: { max: PART_CLASS_MAX }, api: { type: String, maxLength: PART_CLASS_MAX, pattern: forms.join('|') },
  }, presence));
}

/** A document's id, UUID in lower case; an optional one may be empty. */
export function Id(presence: Presence = {}): PropertyDecorator {
  return field({
    name: 'id', check: orEmpty(isId, presence),
    api: { type: String, ...(presence.optional ? { maxLength: 36 } : { format: 'uuid' }) },
  }, presence);
}

/** A list of ids without doubles. */
export function Ids(limits: { max: number; min?: number }, presence: Presence = {}): PropertyDecorator {
  const { max, min = 0 } = limits;
  const check = (value: unknown): boolean =>
    Array.isArray(value) && value.length >= min && value.length <= max && value.every(isId) && new Set(value).size === value.length;
  return field({
    name: 'ids', check, context: { min, max },
    api: { type: 'array', items: { type: 'string', format: 'uuid' }, minItems: min, maxItems: max, uniqueItems: true },
  }, presence);
}

/** A whole number within limits, never a text. */
export function Whole(limits: { min: number; max: number }, presence: Presence = {}): PropertyDecorator {
  const check = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= limits.min && (value as number) <= limits.max;
  return field({ name: 'whole', check, context: limits, api: { type: 'integer', minimum: limits.min, maximum: limits.max } }, presence);
}

/** The version a change is based on. */
export const Version = (): PropertyDecorator => Whole({ min: 1, max: INT32_MAX });

/** Pieces: at least one, unless nought is a meaningful count. */
export const Quantity = (min: 0 | 1 = 1): PropertyDecorator => Whole({ min, max: QUANTITY_MAX });

/** True or false, never a text. */
export function Flag(presence: Presence = {}): PropertyDecorator {
  return field({ name: 'flag', check: (value) => typeof value === 'boolean', api: { type: Boolean } }, presence);
}

/** One of a closed list; an optional one may be empty. */
export function OneOf(choices: readonly string[], presence: Presence = {}): PropertyDecorator {
  const check = (value: unknown): boolean => typeof value === 'string' && choices.includes(value);
  return field({
    name: 'choice', check: orEmpty(check, presence), context: { choices: choices.join(', ') },
    api: { type: String, enum: presence.optional ? ['', ...choices] : [...choices] },
  }, presence);
}

/** A price without tax as a decimal text with up to 4 decimals. */
export function Price(presence: Presence = {}): PropertyDecorator {
  const check = (value: unknown): boolean => typeof value === 'string' && PRICE.test(value);
  return field({ name: 'price', check: orEmpty(check, presence), api: { type: String, pattern: presence.optional ? `^$|${PRICE.source}` : PRICE.source } }, presence);
}

/** Money as a decimal text with up to 10 digits and 2 decimals, not negative. */
export function Amount(presence: Presence & { positive?: boolean } = {}): PropertyDecorator {
  const check = (value: unknown): boolean =>
    typeof value === 'string' && STATED_AMOUNT.test(value) && !(presence.positive && /^[0.]+$/.test(value));
  return field({
    name: presence.positive ? 'positiveAmount' : 'amount', check: orEmpty(check, presence),
    api: { type: String, pattern: presence.optional ? `^$|${STATED_AMOUNT.source}` : STATED_AMOUNT.source },
  }, presence);
}

/** A calendar date 'YYYY-MM-DD' that exists. */
export function LocalDate(presence: Presence = {}): PropertyDecorator {
  return field({
    name: 'date', check: orEmpty(isRealDate, presence),
    api: { type: String, ...(presence.optional ? { maxLength: 10 } : { format: 'date' }) },
  }, presence);
}

/** A month 'YYYY-MM'. */
export function Month(presence: Presence = {}): PropertyDecorator {
  return field({
    name: 'month', check: orEmpty(isRealMonth, presence),
    api: { type: String, ...(presence.optional ? { maxLength: 7 } : { pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }) },
  }, presence);
}

/** An instant in the extended spelling of ISO 8601 with Z or an offset, of a year from 1900 to 9999 in UTC. */
export function Instant(presence: Presence = {}): PropertyDecorator {
  return field({
    name: 'instant', check: orEmpty(isInstant, presence),
    api: { type: String, ...(presence.optional ? { maxLength: 40 } : { format: 'date-time' }) },
  }, presence);
}

function patterned(name: string, pattern: RegExp, presence: Presence): PropertyDecorator {
  const check = (value: unknown): boolean => typeof value === 'string' && pattern.test(value);
  return applyDecorators(trimmed(), field({
    name, check: orEmpty(check, presence), api: { type: String, pattern: presence.optional ? `^$|${pattern.source}` : pattern.source },
  }, presence));
}

/** A percentage as a decimal text with up to 2 decimals, negative as well. */
export const Percent = (presence: Presence = {}): PropertyDecorator => patterned('percent', PERCENT, presence);
/** A telephone number. */
export const Phone = (presence: Presence = {}): PropertyDecorator => patterned('phone', PHONE, presence);
/** A district code of GB/T 2260. */
export const RegionCode = (presence: Presence = {}): PropertyDecorator => patterned('region', REGION, presence);
/** Lower-case hex SHA-256. */
export const Sha256 = (presence: Presence = {}): PropertyDecorator => patterned('sha256', SHA256, presence);

type Class = new () => object;
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of its own class, which the object around it may decide. */
export function Nested(type: (around?: TypeHelpOptions) => Class, presence: Presence = {}): PropertyDecorator {
  return applyDecorators(
    field({ name: 'object', check: isObject, api: described(type) }, presence), ValidateNested(), Type(type));
}

/** The document knows a lazy class only by the name of the function that answers it: `type`. */
function described(type: () => Class): ApiPropertyOptions {
  return { type: () => type() } as ApiPropertyOptions;
}

/** A list of objects, each checked. */
export function Items(type: () => Class, limits: { min?: number; max: number }, presence: Presence = {}): PropertyDecorator {
  const { min = 0, max } = limits;
  const check = (value: unknown): boolean => Array.isArray(value) && value.length >= min && value.length <= max && value.every(isObject);
  return applyDecorators(
    field({ name: 'list', check, context: { min, max }, api: { ...described(type), isArray: true, minItems: min, maxItems: max } as ApiPropertyOptions }, presence),
    ValidateNested({ each: true }),
    Type(type),
  );
}
