import { uuidv7 } from 'uuidv7';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A new identifier, UUIDv7 in lower case: sorts by the time it was made, so that primary keys grow at one end. */
export function newId(): string {
  return uuidv7();
}

/** True for a lower-case UUID of any version, the only form in which ids travel. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
