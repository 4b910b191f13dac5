import type { Place } from './fact.js';

/** Makes the calls that nobody told of yet, so that they can be held, and answers which it made: events come in any order. */
export async function makeCalls({ tx, generation }: Place, calls: readonly { callId: string; dealerId: string }[]): Promise<string[]> {
  const values = [generation, calls.map(({ callId }) => callId), calls.map(({ dealerId }) => dealerId)];
  return (await tx.sql<{ callId: string }>({ name: 'call_fact_make', text: MAKE, values })).map(({ callId }) => callId);
}

const MAKE = `
  insert into call_fact (generation, call_id, dealer_id, region_code, family, routed_version, outcome, outcome_version,
    first_visit, special, reopened, repeated)
  select $1, call_id, dealer_id, '', '', -1, 'open', -1, false, false, false, false from unnest($2::uuid[], $3::uuid[]) as told (call_id, dealer_id)
  on conflict do nothing returning call_id as "callId"`;
