import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import * as contracts from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Bus, durableName, eventSubject, HEADER, IdentitySigner, isCommonService, rpcSubject, type Identity } from '@aftercare/messaging';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/transport-node';
import { Client } from 'pg';
import { serviceNames } from '../../../deploy/local/platform.mjs';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { callCarries, eventCarries, poisonOf } from './kinds.js';

const TIMEOUT_MS = 10_000;
const SUBJECTS_AT_ONCE = 16;
const ANSWERS_OF_POISON = ['invalid_argument', 'unauthenticated'];

interface Route {
  eventType: string;
  schema: DescMessage;
  teller: string;
  listeners: readonly string[];
}

const described = Object.values(contracts) as unknown[];
const isKind = <D>(kind: string) => (each: unknown): each is D => typeof each === 'object' && each !== null && (each as { kind?: unknown }).kind === kind;

/** Every event that somebody hears, as the contracts say. */
export function heardEvents(): Route[] {
  const schemas = new Map(described.filter(isKind<DescMessage>('message')).map((schema) => [schema.typeName, schema]));
  return Object.entries(contracts.eventMap).flatMap(([eventType, { tellers: [teller], listeners }]) => {
    const schema = schemas.get(eventType);
    return schema && teller && listeners.length > 0 ? [{ eventType, schema, teller, listeners }] : [];
  });
}

/** Every subject on which a process answers a call: those of a common service once for each process. */
export function servedCalls(): { method: DescMethod; subject: string }[] {
  const methods = described.filter(isKind<DescService>('service')).flatMap(({ methods: each }) => each);
  return methods.flatMap((method) =>
    (isCommonService(method.parent.typeName) ? serviceNames() : ['']).map((instance) => ({ method, subject: rpcSubject(method, instance) })),
  );
}

/** Somebody who speaks at the broker as each service of a running platform. */
export class Poisoner {
  private constructor(
    private readonly spec: SpecPlatform,
    private readonly buses: Record<string, Bus>,
  ) {}

  static async open(spec: SpecPlatform): Promise<Poisoner> {
    const buses = await Promise.all(serviceNames().map(async (service) => {
      const { url, user, password } = spec.platform.natsAccess(service);
      return [service, await Bus.connect({ service, servers: url, user, password, signer: signerOf(spec, service) })] as const;
    }));
    return new Poisoner(spec, Object.fromEntries(buses));
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.buses).map((bus) => bus.close()));
  }

  /** Sends every kind of poison to every subject of calls; answers how much was sent, and what was not refused as it should be. */
  async poisonCalls(): Promise<{ sent: number; wrong: string[] }> {
    const { nats } = this.bus('gateway').connection;
    const identity = { userId: newId(), userName: 'poison', role: 'auditor', dealerId: null, dealerStatus: null, childDealerIds: [], siteId: null, locale: 'en' } satisfies Identity;
    const carries = callCarries(signerOf(this.spec, 'gateway').sign(identity));
    const [wrong, left]: [string[], ReturnType<typeof servedCalls>] = [[], servedCalls()];
    let sent = 0;
    const work = async (): Promise<void> => {
      for (let call = left.pop(); call; call = left.pop()) {
        const { method, subject } = call;
        for (const { kind, body, headers } of poisonOf(method.input, carries)) {
          const answer = await nats.request(subject, body, { timeout: TIMEOUT_MS, headers }).then(
            (reply) => (reply.headers?.get(HEADER.error) === '1' ? reply.json<{ code: string }>().code : 'served'), (error: Error) => error.message,
          );
          sent += 1;
          if (!ANSWERS_OF_POISON.includes(answer)) wrong.push(`${subject}: ${kind} → ${answer}`);
        }
      }
    };
    await Promise.all(Array.from({ length: SUBJECTS_AT_ONCE }, work));
    return { sent, wrong };
  }

  /** Tells every kind of poison on every subject of events, each followed by the last good event that was told there. */
  async poisonEvents(): Promise<void> {
    const told = await this.lastTold();
    for (const { schema, teller, eventType } of heardEvents()) {
      const subject = eventSubject(schema);
      const broker = jetstream(this.bus(teller).connection.nats);
      const poison = poisonOf(schema, eventCarries(newId)).map(({ body, headers }) => broker.publish(subject, body, { headers }));
      await Promise.all(poison);
      const good = told.get(eventType);
      if (!good) continue;
      const headers = newHeaders();
      headers.set(HEADER.eventId, good.id);
      headers.set(HEADER.occurredAt, new Date().toISOString());
      await broker.publish(subject, good.payload, { headers });
    }
  }

  /** Messages that a listener has not finished, over all of them. */
  async backlog(): Promise<number> {
    const managers: Record<string, JetStreamManager> = {};
    let left = 0;
    for (const { eventType, listeners } of heardEvents()) {
      for (const listener of listeners) {
        const jsm = (managers[listener] ??= await jetstreamManager(this.bus(listener).connection.nats));
        const { num_pending: waiting, num_ack_pending: inWork } = await jsm.consumers.info('EVENTS', durableName(listener, eventType));
        left += waiting + inWork;
      }
    }
    return left;
  }

  /** Open dead letters by consumer. */
  async deadLetters(): Promise<Record<string, number>> {
    const rows = await this.ofAll<{ consumer: string; count: number }>(`select consumer, count(*)::int as count from dead_letter where state = 'open' group by consumer`);
    return Object.fromEntries(rows.map(({ consumer, count }) => [consumer, count]));
  }

  /** Who has acted on this event. */
  async heardBy(eventId: string): Promise<string[]> {
    return (await this.ofAll<{ consumer: string }>('select consumer from inbox where event_id = $1', [eventId])).map(({ consumer }) => consumer);
  }

  /** As an administrator would, one by one; what is left of the poison must not look like a fault of the platform. */
  async discard(): Promise<void> {
    await this.ofAll(`update dead_letter set state = 'discarded', closed_at = now(), closed_note = 'poison of the spec' where state = 'open'`);
  }

  /** The last event of each type that was told. */
  async lastTold(): Promise<Map<string, { id: string; payload: string }>> {
    const rows = await this.ofAll<{ type: string; id: string; payload: string }>(
      `select distinct on (event_type) event_type as type, id, payload from outbox where published_at is not null order by event_type, created_at desc, id desc`,
    );
    return new Map(rows.map(({ type, id, payload }) => [type, { id, payload }]));
  }

  private bus(service: string): Bus {
    const bus = this.buses[service];
    if (!bus) throw new Error(`there is no ${service}`);
    return bus;
  }

  private async ofAll<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    const rows = await Promise.all(Object.values(this.spec.running.databases).map(async (connectionString) => {
      const client = new Client({ connectionString });
      await client.connect();
      try {
        return (await client.query<R>(text, values)).rows;
      } finally {
        await client.end();
      }
    }));
    return rows.flat();
  }
}

const signerOf = ({ running }: SpecPlatform, service: string): IdentitySigner => new IdentitySigner(service, readFileSync(join(running.dir, 'keys', `${service}.pem`), 'utf8'));
