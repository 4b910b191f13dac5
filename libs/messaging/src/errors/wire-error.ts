import { ERROR_CODES, ServiceError, type ErrorCode } from './service-error.js';

const KNOWN_CODES: ReadonlySet<string> = new Set(ERROR_CODES);
const DETAILS_LENGTH_MAX = 200_000;

/** The body of an error reply. */
export function errorToWire(error: ServiceError): string {
  const { code, reason, message } = error;
  const details = JSON.stringify(error.details);
  const kept = details.length <= DETAILS_LENGTH_MAX ? error.details : {};
  return JSON.stringify({ code, reason, message, details: kept });
}

/** Reads an error reply; never throws, since the other side may be of another version. */
export function errorFromWire(body: string): ServiceError {
  try {
    const wire = JSON.parse(body) as Record<string, unknown>;
    const code = KNOWN_CODES.has(String(wire.code)) ? (wire.code as ErrorCode) : 'internal';
    const details = isPlainObject(wire.details) ? wire.details : {};
    return new ServiceError(code, String(wire.reason ?? 'INTERNAL'), String(wire.message ?? ''), details);
  } catch {
    return new ServiceError('internal', 'UNREADABLE_REPLY', 'The other service sent an error that cannot be read.');
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
