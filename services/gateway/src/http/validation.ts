import type { ValidationError, ValidationPipeOptions } from '@nestjs/common';
import { ServiceError } from '@aftercare/messaging';
import type { WrongField } from './problem.js';

const FIELDS_MAX = 50;

/** Nothing unknown passes, and nothing is turned into another type in silence. */
export const validationOptions: ValidationPipeOptions = {
  transform: true,
  transformOptions: { enableImplicitConversion: false, exposeUnsetFields: false },
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => invalidFields(wrongFields(errors)),
};

/** The refusal that names the first of the wrong fields. */
export function invalidFields(wrong: readonly WrongField[]): ServiceError {
  return new ServiceError('invalid_argument', 'INVALID_FIELD', 'Fields of the request are wrong.', { wrong: wrong.slice(0, FIELDS_MAX) });
}

/** Fields at any depth that are named like what every object inherits, e.g. "lines[0].toString": no message has such a field. */
export function inheritedNames(value: unknown, parent = ''): WrongField[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = pathOf(parent, name);
    return name in Object.prototype ? [{ field, check: 'unknown' }] : inheritedNames(inner, field);
  });
}

/** One entry per wrong field with its path, e.g. "lines[0].quantity". */
export function wrongFields(errors: ValidationError[], parent = ''): WrongField[] {
  return errors.flatMap((error) => {
    const field = pathOf(parent, error.property);
    const [check] = Object.keys(error.constraints ?? {});
    const nested = wrongFields(error.children ?? [], field);
    return check ? [{ field, check: nameOf(check), context: contextOf(error, check) }] : nested;
  });
}

/** A field's path below its parent, e.g. "lines[0].quantity". */
export function pathOf(parent: string, property: string): string {
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}

function nameOf(check: string): string {
  return check === 'whitelistValidation' ? 'unknown' : check;
}

function contextOf(error: ValidationError, check: string): Record<string, unknown> | undefined {
  return error.contexts?.[check] as Record<string, unknown> | undefined;
}
