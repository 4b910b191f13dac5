import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { OperationsService, type ListEventsResponse } from '@aftercare/contracts';
import { Bus, decodeBody, durableName, Repeater, ServiceError, systemContext } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { ToldEvent } from '../facts/fact.js';
import { forgetChanges } from '../tie-out/kept-months.queries.js';
import { generationsOf, targetsOf, type Generations } from './generations.js';
import { FACT_TABLES, oldRows } from './old-rows.js';
import { factKinds, sources, type FactKind } from './sources.js';

const SERVICE = 'insights';
const PAUSE_MS = 5_000;
/** Events in one transaction: few enough to keep its locks under a second. */
const CHUNK = 200;
/** What is built can be read again: its commits don't wait for the disk. They become safe in their order, the frame's last with all before it. */
const UNHURRIED = 'set local synchronous_commit = off';
/** A read that began on the old model ends on it: longer than any request takes. */
const OLD_KEPT_MS = 10_000;

type KeptEvent = ListEventsResponse['events'][number];

interface Source {
  service: string;
  position: string;
}

/**
 * Builds a read model beside the one that answers, from the outboxes of the services, and then lets it answer. What is told
 * meanwhile goes into both, so that nothing is missing whenever it came; a restart goes on where the last frame ended.
 */
@Injectable()
export class Rebuild implements OnApplicationBootstrap, OnModuleDestroy {
  /** The generation before which everything is cleared. */
  private clearedBefore = 0;
  private clearFromMs = 0;
  private readonly repeater = new Repeater('Rebuild', PAUSE_MS, () => this.step());

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  onApplicationBootstrap(): void {
    this.repeater.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.repeater.stop();
  }

  /** A rebuilding was asked for: begins without waiting for the next look. */
  wake(): void {
    this.repeater.wake();
  }

  /** One frame of one service, the swap, or a piece of what an old model left; true while there is more. */
  private async step(): Promise<boolean> {
    const { model, source } = await this.db.read(systemContext(SERVICE), async (tx) => {
      const found = await generationsOf(tx);
      return { model: found, source: found.building === null ? undefined : await nextSource(tx, found.building) };
    });
    if (model.building === null) return this.clearOld(model.current);
    if (source === undefined) await this.swap(model.building);
    else await this.readFrame(model.building, source);
    return true;
  }

  private async readFrame(generation: number, { service, position }: Source): Promise<void> {
    const frame = await this.ask(generation, service, position);
    for (let from = 0; from < frame.events.length; from += CHUNK) {
      await this.db.command(systemContext(SERVICE), async (tx) => {
        await tx.sql({ name: 'rebuild_unhurried', text: UNHURRIED, values: [] });
        await keepChunk(tx, frame.events.slice(from, from + CHUNK));
        return {};
      });
    }
    await this.db.command(systemContext(SERVICE), async (tx) => {
      await tx.sql({ name: 'rebuild_unhurried', text: UNHURRIED, values: [] });
      await tx.sql(forgetChanges(generation));
      await tx.sql({ name: 'rebuild_reached', text: REACHED, values: [generation, service, frame.position, frame.events.length, frame.end] });
      return {};
    });
  }

  /** A service that does not answer is named in the state of the rebuilding, and asked again. */
  private async ask(generation: number, service: string, after: string): Promise<ListEventsResponse> {
    try {
      const request = { eventTypes: sources.get(service) ?? [], after };
      return await this.bus.call(OperationsService.method.listEvents, request, { ctx: systemContext(SERVICE), instance: service });
    } catch (error) {
      const problem = error instanceof ServiceError ? error.reason : 'INTERNAL';
      await this.db.dataSource.query(STUCK, [generation, service, problem]);
      throw error;
    }
  }

  private async swap(generation: number): Promise<void> {
    this.clearFromMs = Date.now() + OLD_KEPT_MS;
    await this.db.command(systemContext(SERVICE), async (tx) => {
      // What was written before it answers is forgotten while it still is the one being built.
      await tx.sql(forgetChanges(generation));
      const swapped = await tx.sql({ name: 'rebuild_swap', text: SWAP, values: [generation] });
      if (swapped.length === 0) return {};
      await tx.sql({ name: 'rebuild_finished', text: 'update rebuild set finished_at = business_now() where generation = $1', values: [generation] });
      await tx.audit({ action: 'rebuilt', kind: 'read_model', id: String(generation), changed: { generation: { after: generation } } });
      return {};
    });
  }

  /** Deletes what models before the present one left, a piece of one table at a time, once nobody reads it any more. */
  private async clearOld(current: number): Promise<boolean> {
    if (this.clearedBefore === current || Date.now() < this.clearFromMs) return false;
    for (const table of FACT_TABLES) {
      const { deleted } = await this.db.command(systemContext(SERVICE), async (tx) => ({ deleted: (await tx.sql(oldRows(table, current))).length }));
      if (deleted > 0) return true;
    }
    this.clearedBefore = current;
    return false;
  }
}

/** The next service whose events are not all read. A source that a newer version of this service reads is added here. */
async function nextSource(tx: Tx, generation: number): Promise<Source | undefined> {
  const [source] = await tx.sql<Source>({
    name: 'rebuild_next', text: NEXT, values: [generation, [...sources.keys()]],
  });
  return source;
}

/**
 * Keeps events in the model being built; those that never came here as events, because this service listened later, in both.
 * The inbox tells them apart, and remembers them from now on.
 */
async function keepChunk(tx: Tx, events: readonly KeptEvent[]): Promise<void> {
  const model: Generations = await generationsOf(tx);
  const fresh = await tx.sql<{ event_id: string }>({
    name: 'rebuild_inbox', text: REMEMBER,
    values: [events.map(({ eventType }) => durableName(SERVICE, eventType)), events.map(({ id }) => id)],
  });
  const unheard = new Set(fresh.map(({ event_id: id }) => id));
  for (const generation of targetsOf(model)) {
    const wanted = generation === model.building ? events : events.filter(({ id }) => unheard.has(id));
    for (const [kind, told] of byKind(wanted)) await kind.keep({ tx, generation }, told);
  }
}

/** Facts bear any order, so that what is told in the same way is kept together. */
function byKind(events: readonly KeptEvent[]): Map<FactKind, ToldEvent<DescMessage>[]> {
  const found = new Map<FactKind, ToldEvent<DescMessage>[]>();
  for (const { eventType, payload, occurredAt } of events) {
    const kind = factKinds.get(eventType);
    if (!kind) continue;
    const event = decodeBody(kind.schema, Buffer.from(payload)) as MessageShape<DescMessage>;
    const told = found.get(kind);
    if (told) told.push({ event, told: { occurredAt } });
    else found.set(kind, [{ event, told: { occurredAt } }]);
  }
  return found;
}

const NEXT = `
  select wanted.service, coalesce(s.position, '') as position
  from unnest($2::text[]) with ordinality as wanted (service, place)
  left join rebuild_source s on s.generation = $1 and s.service = wanted.service
  where not coalesce(s.finished, false) order by (coalesce(s.problem, '') <> ''), wanted.place limit 1`;

const REACHED = `
  insert into rebuild_source as s (generation, service, position, events, finished) values ($1, $2, $3, $4, $5)
  on conflict (generation, service) do update set position = excluded.position, events = s.events + excluded.events, finished = excluded.finished, problem = ''`;

const STUCK = `
  insert into rebuild_source (generation, service, problem) values ($1, $2, $3)
  on conflict (generation, service) do update set problem = excluded.problem`;

const SWAP = 'update read_model set current = building, building = null where building = $1 returning current';

const REMEMBER = `
  insert into inbox (consumer, event_id) select * from unnest($1::text[], $2::uuid[]) on conflict do nothing returning event_id`;
