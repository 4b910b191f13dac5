import type { Tx } from '@aftercare/service';
import { clocksTogether } from './call-clock.rules.js';
import { CallClockRow, type RepairCall } from './call.entity.js';

/** What a call came to before it was reopened. */
interface Solved {
  dealerId: string;
  resolvedAt: string;
  special: boolean;
  clockSeconds: number;
  technicianUserId: string;
}

const SOLVED = `
  with solved as (
    select max(e.at) as at from call_event e where e.call_id = $1 and e.to_state = 'resolved' and e.from_state <> 'resolved'
      and e.at <= (select max(at) from call_event where call_id = $1 and action = 'reopen'))
  select iso(s.at) as "resolvedAt", r.dealer_id as "dealerId",
         case when exists (select from call_event e where e.call_id = $1 and e.at = s.at and e.to_state = 'resolved' and e.role = 'dealer_technician') then r.recorded_by::text else '' end as technician
    from solved s cross join lateral (select dealer_id, recorded_by from repair_record where call_id = $1 and recorded_at <= s.at order by recorded_at desc, id desc limit 1) r`;

/**
 * D-4, Q-1: of a call that was solved and reopened only the reopening is cancelled: what was done before it, by whom and how soon, still counts.
 * Nothing of a call that was never reopened.
 */
export async function solvedBefore(tx: Tx, call: RepairCall): Promise<Partial<Solved>> {
  if (call.reopenCount === 0) return {};
  const [solved] = await tx.sql<{ resolvedAt: string; dealerId: string; technician: string }>({ name: 'call_solved_before', text: SOLVED, values: [call.id] });
  if (solved === undefined) return {};
  const clocks = await tx.em.find(CallClockRow, { where: { callId: call.id }, order: { position: 'ASC' } });
  const { seconds, special } = clocksTogether(clocks.slice(0, -1), solved.resolvedAt);
  return { dealerId: solved.dealerId, resolvedAt: solved.resolvedAt, special, clockSeconds: seconds, technicianUserId: solved.technician };
}
