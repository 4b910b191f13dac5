import type { Evidence, Invariant } from './invariant.js';
import type { World } from './world.js';

/** A deadline may be looked for once a second and handled beside others, so it is overdue only after this. */
const OVERDUE_S = 60;

const AT_REST = `
  select 'outbox: ' || count(*) || ' events are not sent' as violation from outbox where published_at is null having count(*) > 0
  union all
  select 'dead letter of ' || consumer || ': ' || coalesce(event_id::text, subject) || ', ' || left(error, 120) from dead_letter where state = 'open'
  union all
  select 'deadline ' || kind || ' of ' || ref || ' is overdue since ' || due_at from deadline
  where fired_at is null and failed_at is null and due_at < business_now() - interval '${OVERDUE_S} seconds'
  union all
  select 'deadline ' || kind || ' of ' || ref || ' was given up: ' || left(coalesce(last_error, ''), 120) from deadline where failed_at is not null
  union all
  select 'job ' || id || ' (' || kind || ') is left in work' from job
  where state = 'running' and lease_until < now() - interval '${OVERDUE_S} seconds'`;

const IDLE = `
  select 'session ' || pid || ' of ' || application_name || ' has been idle in a transaction since ' || state_change as violation
  from pg_stat_activity
  where datname = current_database() and state like 'idle in transaction%' and state_change < now() - $1::double precision * interval '1 millisecond'`;

export const atRest: Invariant = {
  id: 'I11',
  sentence: 'at rest nothing waits: no unsent event, dead letter, overdue deadline or forgotten transaction',
  async find(world: World, { idleInTransactionMs }: Evidence) {
    const found: string[] = [];
    for (const service of world.services) {
      const waiting = await world.rows<{ violation: string }>(service, AT_REST);
      const idle = await world.rows<{ violation: string }>(service, IDLE, [idleInTransactionMs]);
      found.push(...[...waiting, ...idle].map(({ violation }) => `${service}: ${violation}`));
    }
    return found;
  },
};
