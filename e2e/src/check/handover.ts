import type { Invariant } from './invariant.js';
import type { World } from './world.js';

const LEFT = `select id from dealer where status = 'terminated' and successor_dealer_id is not null`;

/** What must not stay at a dealer $1 that somebody follows. */
const LEFT_BEHIND = [
  { service: 'customers', sql: `select 'customer ' || number || ' is still at dealer ' || dealer_id as violation from customer where dealer_id = any($1::uuid[]) and merged_into is null` },
  { service: 'customers', sql: `select 'the appointment ' || number || ' is still at dealer ' || dealer_id as violation from installation where dealer_id = any($1::uuid[]) and state = 'scheduled'` },
  { service: 'repairs', sql: `select 'call ' || number || ' is still open at dealer ' || dealer_id as violation from repair_call where dealer_id = any($1::uuid[]) and state in ('received', 'assigned', 'on_site')` },
  { service: 'repairs', sql: `select 'the report ' || number || ' is still due at dealer ' || dealer_id as violation from quality_report where dealer_id = any($1::uuid[]) and state = 'due'` },
];

export const successorsServe: Invariant = {
  id: 'I13',
  sentence: 'no customer in use and nothing open stays at a terminated dealer that has a successor',
  async find(world: World) {
    const left = await world.rows<{ id: string }>('dealers', LEFT);
    const found: string[] = [];
    for (const { service, sql } of LEFT_BEHIND) {
      const rows = await world.rows<{ violation: string }>(service, sql, [left.map(({ id }) => id)]);
      found.push(...rows.map(({ violation }) => `${service}: ${violation}`));
    }
    return found;
  },
};
