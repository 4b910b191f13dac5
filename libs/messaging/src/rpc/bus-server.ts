import { setTimeout as sleep } from 'node:timers/promises';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { create, fromJson, toJsonString } from '@bufbuild/protobuf';
import type { DescMessage, DescMethod, JsonValue, MessageInitShape } from '@bufbuild/protobuf';
import { headers as newHeaders, type Msg, type Subscription } from '@nats-io/transport-node';
import { isObservable, lastValueFrom } from 'rxjs';
import { runInContext, type CallContext } from '../caller/call-context.js';
import { contextFromHeaders, HEADER } from '../caller/headers.js';
import type { IdentityVerifier } from '../caller/identity.js';
import { ServiceError, toServiceError } from '../errors/service-error.js';
import { errorToWire } from '../errors/wire-error.js';
import { traced } from '../tracing.js';
import type { Bus } from './bus.js';
import { JsonText, rpcMethodOf } from './rpc.decorator.js';
import { rpcSubject } from './subjects.js';
import { Turn } from './turn.js';

export interface BusServerOptions {
  bus: Bus;
  verifier: IdentityVerifier;
  /** Requests in work at once; one more is answered resource_exhausted at once, never queued. */
  inFlightMax?: number;
  /** How long a stop waits for requests in work. */
  drainMs?: number;
  /** Told after each request, for metrics. */
  onHandled?: (call: { rpc: string; code: 'ok' | ServiceError['code']; seconds: number }) => void;
}

const IN_FLIGHT_MAX_DEFAULT = 512;
const DRAIN_MS_DEFAULT = 8_000;
const DRAIN_SUBSCRIPTIONS_MS = 2_000;
/** A broker that is away is told after the reconnect; the start does not wait for it longer than this. */
const SUBSCRIBED_MS = 2_000;
const REPLY_RESERVE_BYTES = 4_096;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const errorHeaders = newHeaders();
errorHeaders.set(HEADER.error, '1');

/**
 * Nest's transport over NATS: handlers stay `@MessagePattern` controllers (through @Rpc), everything on the wire is
 * ours. A message that cannot be read is answered, whatever it holds; nothing that arrives can stop the process.
 */
export class BusServer extends Server implements CustomTransportStrategy {
  private readonly subscriptions: Subscription[] = [];
  private readonly turn = new Turn();
  private inFlight = 0;
  private drained: (() => void) | undefined;

  constructor(private readonly options: BusServerOptions) {
    super();
  }

  listen(callback: (error?: unknown, ...optionalParams: unknown[]) => void): void {
    const { connection } = this.options.bus;
    for (const [pattern, handler] of this.messageHandlers) {
      const method = rpcMethodOf(handler.extras);
      if (!method) {
        callback(new Error(`${pattern} is not served with @Rpc`));
        return;
      }
      const subject = connection.subject(rpcSubject(method, connection.service));
      this.subscriptions.push(
        connection.nats.subscribe(subject, {
          queue: connection.service,
          callback: (error, message) => {
            if (!error) void this.handle(method, handler, message);
          },
        }),
      );
    }
    void this.subscribed().then(() => callback(), callback);
  }

  /** A service listens once the broker knows its subjects; before that a caller would hear that nobody serves them. */
  private async subscribed(): Promise<void> {
    await Promise.race([this.options.bus.connection.nats.flush(), sleep(SUBSCRIBED_MS, undefined, { ref: false })]);
  }

  /** Takes no new requests, finishes those in work, then resolves; the connection stays open for their replies. */
  async close(): Promise<void> {
    if (!this.options.bus.connection.nats.isClosed()) {
      const drains = Promise.allSettled(this.subscriptions.map((subscription) => subscription.drain()));
      // Draining asks the broker, which may be away; the stop does not wait for it.
      await Promise.race([drains, sleep(DRAIN_SUBSCRIPTIONS_MS, undefined, { ref: false })]);
    }
    this.subscriptions.length = 0;
    if (this.inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.drained = resolve;
        setTimeout(resolve, this.options.drainMs ?? DRAIN_MS_DEFAULT).unref();
      });
    }
    await this.turn.ended();
  }

  on(): void {
    // The bus tells of its connection itself, see BusConnection.
  }

  unwrap<T>(): T {
    return this.options.bus.connection.nats as T;
  }

  private async handle(method: DescMethod, handler: MessageHandler, message: Msg): Promise<void> {
    const startedAt = performance.now();
    let code: 'ok' | ServiceError['code'] = 'ok';
    const known: { ctx?: CallContext } = {};
    this.inFlight++;
    try {
      this.reply(message, await this.answer(method, handler, message, known));
    } catch (error) {
      const sent = toServiceError(error);
      code = sent.code;
      if (code === 'internal') this.logFailure(error, known.ctx);
      this.replyError(message, sent);
    } finally {
      this.inFlight--;
      if (this.inFlight === 0) this.drained?.();
      this.options.onHandled?.({ rpc: `${method.parent.name}.${method.name}`, code, seconds: (performance.now() - startedAt) / 1_000 });
    }
  }

  /** Inside the call's context, so that the line carries its ids. */
  private logFailure(error: unknown, ctx?: CallContext): void {
    const log = (): void => this.logger.error(error, error instanceof Error ? error.stack : undefined);
    if (ctx) runInContext(ctx, log);
    else log();
  }

  /** `known` is told the caller as soon as it is verified. */
  private async answer(method: DescMethod, handler: MessageHandler, message: Msg, known: { ctx?: CallContext }): Promise<string> {
    if (this.inFlight > (this.options.inFlightMax ?? IN_FLIGHT_MAX_DEFAULT)) {
      throw new ServiceError('resource_exhausted', 'TOO_MANY_REQUESTS', 'The service has too much to do; try again.');
    }
    const ctx: CallContext = { ...contextFromHeaders(message.headers, this.options.verifier), method: `${method.parent.typeName}.${method.name}` };
    known.ctx = ctx;
    const request = decodeBody(method.input, message.data);
    const result = await traced({ name: method.name, kind: 'server', traceparent: ctx.traceparent }, (traceparent) => {
      const inner: CallContext = traceparent === ctx.traceparent ? ctx : { ...ctx, traceparent };
      known.ctx = inner;
      return runInContext(inner, () => run(handler, request, inner));
    });
    return encodeResult(method.output, result);
  }

  private reply(message: Msg, text: string): void {
    const { maxPayload } = this.options.bus.connection;
    if (text.length * 3 + REPLY_RESERVE_BYTES > maxPayload && Buffer.byteLength(text) + REPLY_RESERVE_BYTES > maxPayload) {
      throw new ServiceError('invalid_argument', 'REPLY_TOO_LARGE', 'The answer is larger than a message may be; ask for less.');
    }
    this.sendAtEnd(() => message.respond(text));
  }

  private replyError(message: Msg, error: ServiceError): void {
    this.sendAtEnd(() => message.respond(errorToWire(error), { headers: errorHeaders }));
  }

  private sendAtEnd(respond: () => void): void {
    this.turn.atEnd(() => {
      try {
        respond();
      } catch (failure) {
        this.logger.warn(`a reply could not be sent: ${failure instanceof Error ? failure.message : String(failure)}`);
      }
    });
  }
}

async function run(handler: MessageHandler, request: unknown, ctx: CallContext): Promise<unknown> {
  const result: unknown = await handler(request, ctx);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}

function encodeResult(schema: DescMessage, result: unknown): string {
  if (result instanceof JsonText) return result.text;
  const message = create(schema, (result ?? {}) as MessageInitShape<DescMessage>);
  return toJsonString(schema, message, { alwaysEmitImplicit: true });
}

/** The request of a message body. Errors: invalid_argument MALFORMED_MESSAGE, whatever is wrong with it. */
export function decodeBody(schema: DescMessage, data: Uint8Array): unknown {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(data));
  } catch {
    throw malformed(schema, 'it is not JSON text');
  }
  try {
    return fromJson(schema, json as JsonValue, { ignoreUnknownFields: true });
  } catch (error) {
    throw malformed(schema, error instanceof Error ? error.message : 'it has another shape');
  }
}

function malformed(schema: DescMessage, why: string): ServiceError {
  const shown = why.slice(0, 300);
  return new ServiceError('invalid_argument', 'MALFORMED_MESSAGE', `This is no ${schema.typeName}: ${shown}`);
}
