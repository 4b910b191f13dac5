import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { create, toJsonString, type MessageInitShape } from '@bufbuild/protobuf';
import { CustomerAnonymisedSchema, OperationsService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { DataSource } from 'typeorm';
import { announce, BusServer, Bus, HEADER, IdentitySigner, IdentityVerifier, messagingTables, newTraceparent, systemContext } from '../index.js';
import { Messaging, type CallContext, type EventListener, type MessagingOptions, type Tuning } from '../index.js';
import { togetherListener } from '../events/on-event.js';
import { eventSubject } from '../rpc/subjects.js';

Logger.overrideLogger(false);

/** Times short enough for specs; the proportions are those of the product. */
export const FAST: Partial<Tuning> = {
  pollMs: 50, leaseMs: 1_000, ackWaitMs: 3_000, retryMs: [50, 100, 200, 300], streamCheckMs: 250,
  reconcileMs: 200, confirmAfterMs: 200, confirmPauseMaxMs: 1_000,
};

const keys = generateKeyPairSync('ed25519');
export const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** The broker of this jest run, and the program for specs that need one of their own. */
export const specServers = {
  natsUrl: env.TEST_NATS_URL ?? '',
  natsServer: env.TEST_NATS_SERVER ?? '',
  postgresUrl: env.TEST_POSTGRES_URL ?? '',
};

/** The event of these specs and who hears it in them. */
export const EVENT = CustomerAnonymisedSchema;
export const ROUTES = { [EVENT.typeName]: { tellers: ['teller'], listeners: ['listener'] } };

/** A namespace of its own, so that spec files side by side do not hear each other. */
export function newNamespace(): string {
  return `m${randomBytes(5).toString('hex')}`;
}

const CLOCK = `create table business_clock (shift interval not null default '0');
  insert into business_clock default values;
  create function business_now() returns timestamptz language sql stable as $$ select now() + (select shift from business_clock) $$;
  create table effect (note text not null, at timestamptz not null default clock_timestamp())`;

/** A fresh database with the messaging tables, and a table in which handlers leave their effects. */
export async function openDatabase(): Promise<DataSource> {
  const name = `messaging_${randomBytes(5).toString('hex')}`;
  const admin = await new DataSource({ type: 'postgres', url: specServers.postgresUrl, poolSize: 1 }).initialize();
  await admin.query(`create database ${name}`);
  await admin.destroy();
  const url = new URL(specServers.postgresUrl);
  url.pathname = `/${name}`;
  const database = await new DataSource({ type: 'postgres', url: url.toString(), poolSize: 6 }).initialize();
  for (const statement of [CLOCK, ...messagingTables]) await database.query(statement);
  return database;
}

/** Drops a database of openDatabase. */
export async function dropDatabase(database: DataSource): Promise<void> {
  const name = String(database.options.database ?? new URL((database.options as { url: string }).url).pathname.slice(1));
  if (database.isInitialized) await database.destroy();
  const admin = await new DataSource({ type: 'postgres', url: specServers.postgresUrl, poolSize: 1 }).initialize();
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.destroy();
}

const running = new Set<SpecService>();

/** Ends every service of the spec that is still running, also after a failed test, so that jest can end. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((service) => service.stop()));
}

export interface SpecServiceOptions extends Partial<Omit<MessagingOptions, 'service' | 'bus' | 'sql'>> {
  name: string;
  namespace: string;
  natsUrl?: string;
  database?: DataSource;
}

interface SpecServiceParts {
  name: string;
  bus: Bus;
  database: DataSource;
  messaging: Messaging;
  server: BusServer;
  ownsDatabase: boolean;
}

/** One service with its own database, as far as messaging goes; it answers MissingEvents like a real one. */
export class SpecService {
  readonly name: string;
  readonly bus: Bus;
  readonly database: DataSource;
  readonly messaging: Messaging;

  constructor(private readonly parts: SpecServiceParts) {
    const { name, bus, database, messaging } = parts;
    Object.assign(this, { name, bus, database, messaging });
    running.add(this);
  }

  ctx(): CallContext {
    return systemContext(this.name);
  }

  /** Tells an event in a transaction of its own, as a command does. */
  async tell(customerId: string = newId()): Promise<string> {
    await this.database.transaction((em) => announce(em, EVENT, { customerId }, this.ctx()));
    this.messaging.wake();
    return customerId;
  }

  /** Handlers' effects by note, how often each. */
  async effects(): Promise<Record<string, number>> {
    const rows = await this.database.query<{ note: string; times: number }[]>(`select note, count(*)::int as times from effect group by note`);
    return Object.fromEntries(rows.map((row) => [row.note, row.times]));
  }

  async count(text: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(`select count(*)::int as count from ${text}`);
    return row.count;
  }

  async stop(): Promise<void> {
    if (!running.delete(this)) return;
    await this.messaging.stop();
    await this.parts.server.close();
    await this.bus.close();
    if (this.parts.ownsDatabase) await dropDatabase(this.database);
  }
}

/** Starts a service; call `messaging.start()` for its background work. */
export async function openService(options: SpecServiceOptions): Promise<SpecService> {
  const { name, namespace, natsUrl = specServers.natsUrl, database, ...rest } = options;
  const sql = database ?? (await openDatabase());
  const bus = await Bus.connect({ service: name, servers: natsUrl, namespace, signer: new IdentitySigner(name, privateKey) });
  const messaging = new Messaging({
    service: name, bus, sql, routes: ROUTES,
    runInTransaction: (_ctx, work) => sql.transaction(work),
    ...rest,
    tuning: { ...FAST, ...rest.tuning },
  });
  const server = new BusServer({ bus, verifier: new IdentityVerifier({ teller: publicKey, listener: publicKey, gateway: publicKey }) });
  const method = OperationsService.method.missingEvents;
  const answer = async (request: { eventType: string; eventIds: string[] }): Promise<object> => ({
    missingIds: await messaging.inbox.missing(request.eventType, request.eventIds),
  });
  server.addHandler(`rpc.${method.parent.typeName}.${method.name}`, answer, false, { rpcMethod: method });
  server.listen(() => undefined);
  return new SpecService({ name, bus, database: sql, messaging, server, ownsDatabase: database === undefined });
}

/** A listener that leaves the customer's id in the effect table; `before` runs first, in the same transaction. */
export function effectListener(before: (customerId: string) => Promise<void> = async () => undefined): EventListener {
  return {
    schema: EVENT,
    name: 'spec',
    handle: async (event, em) => {
      const { customerId } = event as unknown as { customerId: string };
      await em.query(`insert into effect (note) values ($1)`, [customerId]);
      await before(customerId);
    },
  };
}

/** As effectListener, for what comes together; `before` is told of all of them. */
export function togetherEffects(before: (customerIds: string[]) => Promise<void>): EventListener {
  return togetherListener(EVENT, 'spec', async (heard, em) => {
    const customerIds = heard.map(({ event }) => (event as unknown as { customerId: string }).customerId);
    await em.query(`insert into effect (note) select unnest($1::text[])`, [customerIds]);
    await before(customerIds);
  });
}

/** Sends a message to the event's subject, as a relay or a vandal does. */
export async function publishRaw(service: SpecService, body: Uint8Array | string, headers?: MsgHdrs): Promise<void> {
  const { connection } = service.bus;
  await jetstream(connection.nats).publish(connection.subject(eventSubject(EVENT)), body, { headers });
}

/** Sends a well-formed event with this id; without a message id, so that the broker takes repetitions. */
export async function publishEvent(service: SpecService, eventId: string, payload: MessageInitShape<typeof EVENT>): Promise<void> {
  await publishRaw(service, toJsonString(EVENT, create(EVENT, payload)), eventHeaders(eventId));
}

export function eventHeaders(eventId: string): MsgHdrs {
  const headers = newHeaders();
  headers.set(HEADER.eventId, eventId);
  headers.set(HEADER.occurredAt, new Date().toISOString());
  headers.set(HEADER.traceparent, newTraceparent());
  return headers;
}

/** The event messages the broker holds. */
export async function storedMessages(service: SpecService): Promise<number> {
  const jsm = await jetstreamManager(service.bus.connection.nats);
  return (await jsm.streams.info(service.messaging.stream.name)).state.messages;
}

/** Removes the stream of a spec from the shared broker. */
export async function deleteStream(service: SpecService): Promise<void> {
  const jsm = await jetstreamManager(service.bus.connection.nats);
  await jsm.streams.delete(service.messaging.stream.name).catch(() => false);
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`still not so after ${limitMs} ms: ${condition.toString()}`);
    await sleep(20);
  }
}

/** Waits until a service's stream and consumers exist. */
export async function ready(service: SpecService): Promise<void> {
  await until(() => service.messaging.stream.isReady);
}
