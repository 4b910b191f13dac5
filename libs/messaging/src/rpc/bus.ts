import { setTimeout as sleep } from 'node:timers/promises';
import { create, fromJsonString, toJsonString } from '@bufbuild/protobuf';
import type { DescMessage, DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { callContext, type CallContext } from '../caller/call-context.js';
import { callHeaders, HEADER } from '../caller/headers.js';
import type { IdentitySigner } from '../caller/identity.js';
import { ServiceError } from '../errors/service-error.js';
import { errorFromWire } from '../errors/wire-error.js';
import { traced } from '../tracing.js';
import { BusConnection, type ConnectOptions } from './connection.js';
import { PendingCalls } from './pending-calls.js';
import { rpcSubject } from './subjects.js';

export interface BusOptions extends ConnectOptions {
  /** Signs the process's own identity, and at the gateway those of people. */
  signer: IdentitySigner;
  /** Longest time a call may take when its caller has more left (service 3 s, gateway 5 s). */
  timeoutMs?: number;
  /** How long a call waits for a server that is just restarting before it is `unavailable`. */
  waitForResponderMs?: number;
}

export interface CallOptions {
  /** Who asks; the running handler's caller when absent. */
  ctx?: CallContext;
  timeoutMs?: number;
  /** Which process of a common service is asked, e.g. 'customers'. */
  instance?: string;
}

/** An rpc with one request and one reply. */
export type UnaryMethod<I extends DescMessage, O extends DescMessage> = DescMethod & { input: I; output: O };

/** The typed client of a service: one function per rpc. */
export type Client<S extends { method: Record<string, Pick<DescMethod, 'input' | 'output'>> }> = {
  [K in keyof S['method']]: (
    request: MessageInitShape<S['method'][K]['input']>,
    options?: CallOptions,
  ) => Promise<MessageShape<S['method'][K]['output']>>;
};

const TIMEOUT_MS_DEFAULT = 3_000;
const RETRY_PAUSE_MS = 50;
const utf8 = new TextDecoder();

/**
 * Asks other services over the bus. The caller's identity, request id, trace and remaining time travel along; an error
 * arrives as the ServiceError that the other side threw. Never call it inside a transaction.
 */
export class Bus {
  private readonly pending: PendingCalls;
  private readonly clients = new Map<string, unknown>();

  private constructor(
    readonly connection: BusConnection,
    private readonly options: BusOptions,
  ) {
    this.pending = new PendingCalls(connection.nats, connection.service);
    connection.onDisconnect(() => this.pending.failAll('BUS_DISCONNECTED', 'The connection to the bus was lost.'));
  }

  /** Connects, waiting for a broker that is not there yet; reconnects for ever. */
  static async connect(options: BusOptions): Promise<Bus> {
    return new Bus(await BusConnection.open(options), options);
  }

  /** Calls an rpc. Errors: the server's, and unavailable (nobody serves it, bus away) or deadline_exceeded. */
  async call<I extends DescMessage, O extends DescMessage>(
    method: UnaryMethod<I, O>,
    request: MessageInitShape<I>,
    options?: CallOptions,
  ): Promise<MessageShape<O>> {
    const json = await this.callJson(method, request, options);
    return fromJsonString(method.output as O, utf8.decode(json), { ignoreUnknownFields: true });
  }

  /** As `call`, but answers the reply's JSON text as it came, neither parsed nor decoded. */
  async callJson<I extends DescMessage, O extends DescMessage>(
    method: UnaryMethod<I, O>,
    request: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<Buffer> {
    const ctx = options.ctx ?? callContext();
    const subject = rpcSubject(method, options.instance);
    const body = toJsonString(method.input as I, create(method.input as I, request));
    return traced({ name: subject, kind: 'client', traceparent: ctx.traceparent }, (traceparent) =>
      this.send(subject, body, { ...ctx, traceparent }, options.timeoutMs),
    );
  }

  /** A typed client; for a common service name the instance that is asked. */
  client<S extends DescService>(service: S, defaults: CallOptions = {}): Client<S> {
    const cacheKey = defaults.ctx ? undefined : `${service.typeName} ${defaults.instance ?? ''} ${defaults.timeoutMs ?? ''}`;
    const known = cacheKey && this.clients.get(cacheKey);
    if (known) return known as Client<S>;
    const entries = service.methods.map((method) => [
      method.localName,
      (request: MessageInitShape<DescMessage>, options?: CallOptions) =>
        this.call(method as UnaryMethod<DescMessage, DescMessage>, request, options ? { ...defaults, ...options } : defaults),
    ]);
    const client = Object.fromEntries(entries) as Client<S>;
    if (cacheKey) this.clients.set(cacheKey, client);
    return client;
  }

  async close(): Promise<void> {
    this.pending.close();
    await this.connection.close();
  }

  /** Calls waiting for a reply now. */
  get inFlight(): number {
    return this.pending.size;
  }

  private async send(subject: string, body: string, ctx: CallContext, timeoutMs?: number): Promise<Buffer> {
    const startedAtMs = Date.now();
    const limitMs = timeoutMs ?? this.options.timeoutMs ?? TIMEOUT_MS_DEFAULT;
    const deadlineAtMs = Math.min(startedAtMs + limitMs, ctx.deadlineAtMs);
    const waitUntilMs = startedAtMs + (this.options.waitForResponderMs ?? 0);
    for (;;) {
      try {
        return await this.sendOnce(subject, body, ctx, deadlineAtMs);
      } catch (error) {
        const nobodyTookIt = error instanceof ServiceError && error.reason === 'NO_RESPONDER';
        const nextAtMs = Date.now() + RETRY_PAUSE_MS;
        if (!nobodyTookIt || nextAtMs > waitUntilMs || nextAtMs > deadlineAtMs) throw error;
        await sleep(RETRY_PAUSE_MS);
      }
    }
  }

  private async sendOnce(subject: string, body: string, ctx: CallContext, deadlineAtMs: number): Promise<Buffer> {
    const { nats, connected } = this.connection;
    if (!connected) throw new ServiceError('unavailable', 'BUS_DISCONNECTED', 'The bus cannot be reached now.');
    const remainingMs = deadlineAtMs - Date.now();
    if (remainingMs <= 0) throw new ServiceError('deadline_exceeded', 'NO_TIME_LEFT', `No time is left to ask ${subject}.`);
    const headers = callHeaders(ctx, this.options.signer, remainingMs);
    const reply = await this.pending.expect(subject, deadlineAtMs, (replyTo) =>
      nats.publish(this.connection.subject(subject), body, { reply: replyTo, headers }),
    );
    if (reply.headers?.get(HEADER.error)) throw errorFromWire(utf8.decode(reply.data));
    const { buffer, byteOffset, byteLength } = reply.data;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
}
