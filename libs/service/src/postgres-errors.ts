import { ServiceError } from '@aftercare/messaging';

/** How long a caller should wait before it tries again, in seconds. */
const RETRY_AFTER_S = 1;

interface PostgresError {
  code: string;
  constraint?: string;
}

const SQLSTATE = /^[0-9A-Z]{5}$/;
const LOST_CONNECTION = /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|not queryable|Query runner already released|Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after calling end|Driver not Connected/;

/** PostgreSQL's own error below whatever wrapped it, or null for anything else. */
export function postgresError(error: unknown): PostgresError | null {
  if (typeof error !== 'object' || error === null) return null;
  const { driverError, code } = error as { driverError?: unknown; code?: unknown };
  if (driverError !== undefined) return postgresError(driverError);
  return typeof code === 'string' && SQLSTATE.test(code) && error instanceof Error ? (error as Error & PostgresError) : null;
}

/** Two transactions got in each other's way; the same work may be done again. */
export function isRetryable(error: unknown): boolean {
  const code = postgresError(error)?.code;
  return code === '40001' || code === '40P01';
}

/** A lock was waited for as long as one statement may. */
export const isLockTimeout = (error: unknown): boolean => postgresError(error)?.code === '55P03';

/** True when the connection itself is gone, so that the client must not go back into the pool. */
export function isConnectionLost(error: unknown): boolean {
  const found = postgresError(error);
  if (found) return found.code.startsWith('08') || found.code.startsWith('57P') || found.code === '25P03';
  return error instanceof Error && LOST_CONNECTION.test(`${(error as { code?: unknown }).code ?? ''} ${error.message}`);
}

/**
 * What a caller is told of a database error: never SQL, never values. Everything else comes back unchanged.
 * 23505 → already_exists, 23503 and 23514 → failed_precondition, limits and lost connections → unavailable.
 */
export function databaseError(error: unknown): unknown {
  if (error instanceof ServiceError) return error;
  if (isConnectionLost(error)) return unavailable('DATABASE_UNAVAILABLE', 'The database is away; try again.', error);
  const found = postgresError(error);
  if (!found) return error;
  const details = found.constraint ? { constraint: found.constraint } : {};
  switch (found.code) {
    case '23505':
      return new ServiceError('already_exists', 'ALREADY_EXISTS', 'There is such a record already.', details);
    case '23503':
      return new ServiceError('failed_precondition', 'REFERENCE_BROKEN', 'A record refers to another that does not exist, or is still referred to.', details);
    case '23514':
      return new ServiceError('failed_precondition', 'CONSTRAINT_VIOLATED', 'The change would break a rule of the data.', details);
    case '25P02':
      return new ServiceError('internal', 'TRANSACTION_ABORTED', 'A statement failed earlier in this transaction and its error was swallowed.');
    case '42501':
      return new ServiceError('permission_denied', 'ROW_NOT_YOURS', 'The record belongs to somebody else.');
    case '22P02':
    case '22003':
    case '22007':
    case '22008':
    case '22009':
    case '22023':
    case '22021':
      return new ServiceError('invalid_argument', 'VALUE_INVALID', 'A value does not fit its field.');
    case '55P03':
      return unavailable('LOCK_TIMEOUT', 'The record is being changed by somebody else; try again.', error);
    case '57014':
      return unavailable('STATEMENT_TIMEOUT', 'The database took too long; try again.', error);
    case '40001':
    case '40P01':
      return unavailable('CONTENTION', 'Others change the same records at the same time; try again.', error);
    case '53300':
    case '53100':
    case '53200':
      return unavailable('DATABASE_OVERLOADED', 'The database is busy; try again.', error);
    default:
      return error;
  }
}

function unavailable(reason: string, message: string, cause: unknown): ServiceError {
  const error = new ServiceError('unavailable', reason, message, { retryAfterSeconds: RETRY_AFTER_S });
  error.cause = cause;
  return error;
}
