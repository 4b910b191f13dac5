import { Refusal } from '@aftercare/domain';

/** The closed list of error codes, named as in gRPC; the gateway maps each to one HTTP status. */
export const ERROR_CODES = [
  'invalid_argument',
  'not_found',
  'permission_denied',
  'unauthenticated',
  'failed_precondition',
  'aborted',
  'already_exists',
  'resource_exhausted',
  'unavailable',
  'deadline_exceeded',
  'internal',
  'unimplemented',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * The one error that crosses services. `code` says how to react, `reason` is a stable UPPER_SNAKE name documented at
 * the rpc, `message` is an English sentence for logs, `details` help the caller to correct itself, for example
 * `{ field: 'lines[0].quantity' }`. It arrives at the caller as the same ServiceError. Never put personal data in it.
 */
export class ServiceError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly reason: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** The answer for a missing row and for one that belongs to somebody else: the same body, so that nothing is given away. */
export function notFound(what: string): ServiceError {
  return new ServiceError('not_found', 'NOT_FOUND', `There is no such ${what}.`, { kind: what });
}

/** A wrong input field; `field` is its path, for example 'lines[0].quantity'. */
export function invalidField(field: string, message: string, reason = 'INVALID_FIELD'): ServiceError {
  return new ServiceError('invalid_argument', reason, message, { field });
}

/** The caller's role or dealer may not do this. */
export function permissionDenied(reason: string, message: string): ServiceError {
  return new ServiceError('permission_denied', reason, message);
}

/**
 * Turns whatever was thrown into the error that is sent. A rule's Refusal goes unchanged; a database that is away or
 * too busy becomes `unavailable`, so that the caller may try again; anything unknown becomes `internal` without detail.
 */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof Refusal) return new ServiceError(error.code, error.reason, error.message, error.details);
  if (isDeadlineOfDatabase(error)) {
    return new ServiceError('deadline_exceeded', 'STATEMENT_TIMEOUT', 'The database took too long.');
  }
  if (isTemporary(error)) {
    return new ServiceError('unavailable', 'TRY_AGAIN', 'The service is busy or restarting; try again.');
  }
  return new ServiceError('internal', 'INTERNAL', 'Something went wrong on our side.');
}

const TEMPORARY_SQLSTATES = new Set(['40001', '40P01', '53300', '55P03', '57P01', '57P02', '57P03']);
const TEMPORARY_NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
const CONNECTION_MESSAGES = [
  'Connection terminated',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Connection ended unexpectedly',
  'Client was closed and is not queryable',
];

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  if (typeof code === 'string') return code;
  return typeof driverError?.code === 'string' ? driverError.code : '';
}

function isDeadlineOfDatabase(error: unknown): boolean {
  return codeOf(error) === '57014';
}

/** True when the cause lies in the surroundings (database restarting, lock contention), not in the message handled. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof ServiceError) return error.code === 'unavailable' || error.code === 'deadline_exceeded';
  const code = codeOf(error);
  if (TEMPORARY_SQLSTATES.has(code) || TEMPORARY_NETWORK_CODES.has(code) || code.startsWith('08')) return true;
  const message = error instanceof Error ? error.message : '';
  return CONNECTION_MESSAGES.some((known) => message.includes(known));
}
