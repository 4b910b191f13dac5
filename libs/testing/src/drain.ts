import { jetstreamManager } from '@nats-io/jetstream';
import type { RunningService } from '@aftercare/service';

const POLL_MS = 25;
/** Quiet twice in a row: a handler that just ended may have told something new. */
const QUIET_ROUNDS = 2;

const PENDING = `
  select (select count(*) from outbox where published_at is null)::int as outbox,
         (select count(*) from deadline where fired_at is null and failed_at is null and due_at <= business_now())::int as deadlines,
         (select count(*) from job where state in ('queued', 'running'))::int as jobs`;

/** Waits until nothing is on its way between the services; throws saying what is still open. */
export async function drained(services: readonly RunningService[], limitMs: number): Promise<void> {
  const until = Date.now() + limitMs;
  for (let quiet = 0; quiet < QUIET_ROUNDS; ) {
    const open = (await Promise.all(services.map(openWork))).flat();
    quiet = open.length === 0 ? quiet + 1 : 0;
    if (Date.now() > until && open.length > 0) throw new Error(`still open after ${limitMs} ms: ${open.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function openWork(service: RunningService): Promise<string[]> {
  const [row] = await service.dataSource.query<Record<string, number>[]>(PENDING);
  const rows = Object.entries(row).filter(([, count]) => count > 0).map(([what, count]) => `${service.config.service} ${what} ${count}`);
  const messages = await openMessages(service);
  return messages > 0 ? [...rows, `${service.config.service} messages ${messages}`] : rows;
}

/** Messages that the service's consumers have not finished. */
async function openMessages(service: RunningService): Promise<number> {
  const { connection } = service.bus;
  const manager = await jetstreamManager(connection.nats, { checkAPI: false });
  let open = 0;
  for await (const name of manager.streams.names(connection.subject('evt.>'))) {
    for await (const consumer of manager.consumers.list(name)) {
      const own = consumer.name.startsWith(`${service.config.service}-`);
      if (own) open += consumer.num_pending + consumer.num_ack_pending;
    }
  }
  return open;
}
