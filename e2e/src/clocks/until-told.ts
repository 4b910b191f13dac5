import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const EVERY_MS = 200;
const LIMIT_MS = 300_000;
const WAITING = `
  select (select count(*)::int from deadline where fired_at is null and failed_at is null and due_at <= business_now()) as due,
    (select count(*)::int from outbox where published_at is null) as unsent`;

/** Waits until a service has fired every deadline that has come and the broker has its events. */
export async function untilTold(databaseUrl: string, limitMs = LIMIT_MS): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const limit = Date.now() + limitMs; ; await sleep(EVERY_MS)) {
      const { rows: [waiting] } = await client.query<{ due: number; unsent: number }>(WAITING);
      if (waiting?.due === 0 && waiting.unsent === 0) return;
      if (Date.now() > limit) throw new Error(`${waiting?.due} deadlines and ${waiting?.unsent} events were not told in ${limitMs / 1_000} s`);
    }
  } finally {
    await client.end();
  }
}
