import { randomBytes } from 'node:crypto';
import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';

const TRACE_BYTES = 24;
const POOL_TRACES = 256;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes as hex from a stock: asking the system for each request's costs more than the request's own bookkeeping. */
function randomHex(): string {
  if (used >= pool.length) {
    pool = randomBytes(TRACE_BYTES * POOL_TRACES);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + TRACE_BYTES);
  used += TRACE_BYTES;
  return hex;
}

/** A W3C trace context with a new trace id, so that a request can be followed even where no tracing is switched on. */
export function newTraceparent(): string {
  const random = randomHex();
  return `00-${random.slice(0, 32)}-${random.slice(32)}-00`;
}

/** The trace id inside a traceparent, or '' when it has none. */
export function traceIdOf(traceparent: string | undefined): string {
  return traceparent?.split('-')[1] ?? '';
}

let enabled = false;

/** Spans for rpc, publishing, consuming and deadlines; off by default because they cost as much CPU as the work itself. */
export function enableTracing(): void {
  enabled = true;
}

/** The trace context of the span that is open here; undefined without tracing or span. */
export function currentTraceparent(): string | undefined {
  if (!enabled) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/**
 * Runs `work` inside a span below `traceparent` and hands it the traceparent to pass on.
 * Without tracing it only passes the given one on.
 */
export function traced<T>(
  span: { name: string; kind: 'client' | 'server' | 'producer' | 'consumer' | 'internal'; traceparent?: string },
  work: (traceparent: string | undefined) => Promise<T>,
): Promise<T> {
  if (!enabled) return work(span.traceparent);
  const kind = SpanKind[span.kind.toUpperCase() as keyof typeof SpanKind];
  const active = trace.getSpan(context.active());
  const inherit = active && (span.kind === 'client' || span.kind === 'producer');
  const parent = inherit ? context.active() : propagation.extract(context.active(), { traceparent: span.traceparent });
  return trace.getTracer('aftercare').startActiveSpan(span.name, { kind }, parent, async (started: Span) => {
    try {
      const carrier: { traceparent?: string } = {};
      propagation.inject(context.active(), carrier);
      return await work(carrier.traceparent ?? span.traceparent);
    } catch (error) {
      started.recordException(error as Error);
      started.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      started.end();
    }
  });
}
