import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { enableTracing } from '@aftercare/messaging';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Traces that are being exported. */
export interface Telemetry {
  /** Sends what is left. */
  shutdown(): Promise<void>;
}

let tracing = false;
const tracer = () => trace.getTracer('aftercare');

/**
 * Switches on spans for HTTP, rpc, events and SQL and sends them to an OTLP/HTTP collector, e.g. 'http://127.0.0.1:4318'.
 * Only called when an endpoint is configured: the libraries are loaded here, and tracing costs as much CPU as the work.
 */
export async function startTelemetry(service: string, endpoint: string): Promise<Telemetry> {
  const { node, resources, tracing: spans } = await import('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new node.NodeTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new spans.BatchSpanProcessor(exporter)],
  });
  provider.register();
  enableTracing();
  tracing = true;
  return {
    async shutdown() {
      tracing = false;
      await provider.shutdown();
    },
  };
}

interface HttpRequest {
  method: string;
  headers: Record<string, unknown>;
  routeOptions: { url?: string };
}

/** A span for each HTTP request, around its handler; the path is the route's, so that no id or name is in it. */
export function traceHttp(app: NestFastifyApplication): void {
  if (!tracing) return;
  const spans = new WeakMap<object, Span>();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, routeOptions } = request as unknown as HttpRequest;
    const parent = propagation.extract(context.active(), headers);
    const attributes = { 'http.request.method': method, 'http.route': routeOptions.url ?? '' };
    spans.set(request, tracer().startSpan(`${method} ${routeOptions.url ?? ''}`, { kind: SpanKind.SERVER, attributes }, parent));
    done();
  });
  // The body is read between onRequest and here, which loses the context: it is entered where the handler follows.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    context.with(span ? trace.setSpan(context.active(), span) : context.active(), done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

/**
 * A span around a statement that belongs to a request; polls and probes have none. Named by the statement's name or its
 * first word, never by its text, which could hold values.
 */
export function tracedStatement(args: unknown[], send: (...args: unknown[]) => unknown): unknown {
  if (!tracing || !trace.getSpan(context.active())) return send(...args);
  const summary = summaryOf(args[0]);
  const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary };
  const span = tracer().startSpan(`sql ${summary}`, { kind: SpanKind.CLIENT, attributes });
  const answer = send(...args);
  const done = (failed: boolean): void => {
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  if (answer instanceof Promise) answer.then(() => done(false), () => done(true));
  else done(false);
  return answer;
}

function summaryOf(statement: unknown): string {
  if (typeof statement === 'string') return firstWord(statement);
  const { name, text } = (statement ?? {}) as { name?: string; text?: string };
  return name ?? firstWord(text ?? '');
}

function firstWord(text: string): string {
  return /[a-z]+/i.exec(text)?.[0].toLowerCase() ?? 'statement';
}
