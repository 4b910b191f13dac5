import { AsyncResource } from 'node:async_hooks';
import { availableParallelism } from 'node:os';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, type Registry } from 'prom-client';

/** Looks at a document let in at once for each processor: more answer no sooner, they only wait in every service on their way. */
const AT_ONCE_PER_PROCESSOR = 16;
/** A change keeps its services about as busy as so many looks. */
const CHANGE_WEIGHT = 3;
/** Whoever takes longer waits for something else than a processor and holds nobody up. */
const HELD_MS_MAX = 250;

export interface DoorOptions {
  /** The sum of the weights of those inside. */
  room: number;
  /** After this time a request no longer takes up room. */
  heldMsMax: number;
}

interface Waiting {
  weight: number;
  enter: () => void;
}

/** What has been let in, or waits: called when it is answered or given up. May be called again. */
export type Leave = () => void;

/**
 * Lets requests in by their weight, in the order they came. Under load each waits its turn here instead of beside all others in
 * every service, so that the last one of many is answered not much later than the others.
 */
export class Door {
  private taken = 0;
  private readonly waiting = new Set<Waiting>();

  constructor(private readonly options: DoorOptions) {}

  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Calls `enter` now or when there is room; never once it has left. */
  come(weight: number, enter: () => void): Leave {
    let held: NodeJS.Timeout | undefined;
    const leave = (): void => {
      if (this.waiting.delete(entry)) return this.letIn();
      if (!held) return;
      clearTimeout(held);
      held = undefined;
      this.taken -= entry.weight;
      this.letIn();
    };
    const entry: Waiting = {
      weight: Math.min(weight, this.options.room),
      enter: () => {
        this.taken += entry.weight;
        held = setTimeout(leave, this.options.heldMsMax).unref();
        enter();
      },
    };
    this.waiting.add(entry);
    this.letIn();
    return leave;
  }

  /** The first one waits until its weight fits: nobody light overtakes it. */
  private letIn(): void {
    for (const entry of this.waiting) {
      if (this.taken + entry.weight > this.options.room) return;
      this.waiting.delete(entry);
      entry.enter();
    }
  }
}

/** Every request but those by which the platform is watched comes through the door. */
export function keepDoor(instance: FastifyInstance, { registry, isWatching }: { registry: Registry; isWatching: (path: string) => boolean }): void {
  const door = new Door({ room: AT_ONCE_PER_PROCESSOR * availableParallelism(), heldMsMax: HELD_MS_MAX });
  new Gauge({
    name: 'aftercare_http_waiting', help: 'Requests that wait to be let in', registers: [registry],
    collect() { this.set(door.waitingCount); },
  });
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (isWatching(request.url)) return done();
    // Let in by another request's end, it goes on as itself.
    const leave = door.come(isLook(request) ? 1 : CHANGE_WEIGHT, AsyncResource.bind(done as () => void));
    reply.raw.once('close', leave);
  });
}

const isLook = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
