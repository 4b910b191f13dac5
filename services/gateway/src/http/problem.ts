import { ServiceError, traceIdOf, type ErrorCode } from '@aftercare/messaging';
import type { Reader } from '@aftercare/domain';
import { fieldText, reasonText, titleText } from '../texts/texts.js';

/** What is wrong with one field of the request. */
export interface FieldProblem {
  /** Path in the body or query, e.g. "lines[0].quantity". */
  field: string;
  /** Stable code, e.g. "WHOLE" or a reason. */
  code: string;
  message: string;
}

/** RFC 9457: what went wrong, in the caller's language, with what to do about it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  reason: string;
  detail: string;
  traceId: string;
  errors?: FieldProblem[];
  /** The document as it is now, beside STALE_VERSION. */
  present?: unknown;
  /** What else helps the caller to correct itself. */
  details?: Record<string, unknown>;
}

const STATUS: Record<ErrorCode, number> = {
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  failed_precondition: 409,
  aborted: 409,
  already_exists: 409,
  resource_exhausted: 429,
  internal: 500,
  unimplemented: 501,
  unavailable: 503,
  deadline_exceeded: 504,
};

/** Reasons of the HTTP interface itself whose status says more than their code. */
const STATUS_BY_REASON: Record<string, number> = {
  IDEMPOTENCY_KEY_REUSED: 422,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  FILE_TOO_LARGE: 413,
  REQUEST_TOO_SLOW: 408,
  ADDRESS_TOO_LONG: 414,
  MEDIA_TYPE_UNSUPPORTED: 415,
  FILE_TYPE_REFUSED: 415,
  HEADERS_TOO_LARGE: 431,
};

/** Fields found wrong by the validation travel in this detail of an INVALID_FIELD error. */
export interface WrongField {
  field: string;
  check: string;
  context?: Record<string, unknown>;
}

export function statusOf(error: ServiceError): number {
  return STATUS_BY_REASON[error.reason] ?? STATUS[error.code];
}

/** The problem document of an error as its reader is told it. The English sentence of the error itself stays in the log. */
export function problemOf(error: ServiceError, caller: Reader & { traceparent?: string }): Problem {
  const { locale } = caller;
  const { field, check, wrong, present, ...rest } = error.details as Record<string, unknown> & { wrong?: WrongField[] };
  const fields = wrong ?? (typeof field === 'string' ? [{ field, check: typeof check === 'string' ? check : '', context: rest }] : []);
  const detail = reasonText(caller, error.reason, rest);
  const errors = fields.map((each) => ({
    field: each.field,
    code: each.check ? each.check.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase() : error.reason,
    message: each.check ? fieldText(locale, each.check, each.context ?? {}) : detail,
  }));
  return {
    type: `urn:aftercare:problem:${error.reason.toLowerCase().replaceAll('_', '-')}`,
    title: titleText(locale, error.code),
    status: statusOf(error),
    code: error.code,
    reason: error.reason,
    detail,
    traceId: traceIdOf(caller.traceparent),
    ...(errors.length > 0 ? { errors } : {}),
    ...(present === undefined ? {} : { present }),
    ...(Object.keys(rest).length > 0 ? { details: rest } : {}),
  };
}
