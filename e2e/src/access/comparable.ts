import type { Answer } from '../http/api.js';

/** What two refusals must have in common: everything but the trace. */
export function comparable({ status, body }: Answer): unknown {
  const { traceId: _traceId, instance: _instance, ...rest } = body as Record<string, unknown>;
  return { status, ...rest };
}
