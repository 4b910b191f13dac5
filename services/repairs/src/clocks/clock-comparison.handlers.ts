import { Controller } from '@nestjs/common';
import { CallClockService, type CompareClocksRequest } from '@aftercare/contracts';
import { isId, requireRole } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { CLOCK_DEADLINE } from '../calls/call-clock.js';
import { CALL_SETTINGS, termsOf, type DatedCallSetting } from '../calls/call-terms.js';
import { differencesOf, type ClockEvent, type KeptCall } from './derived-clock.rules.js';

type Comparing = Handlers<typeof CallClockService>;

/** A call as COMPARED reads it. */
interface ComparedCall extends KeptCall {
  id: string;
  number: string;
  events: ClockEvent[];
  settings: DatedCallSetting[];
  now: string;
}

const AT_ONCE = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Proves the clocks that are kept against the list of events they come from. */
@Controller()
export class ClockComparisonHandlers implements Comparing {
  constructor(private readonly db: Database) {}

  @Rpc(CallClockService.method.compareClocks)
  async compareClocks(request: CompareClocksRequest, ctx: CallContext): ReturnType<Comparing['compareClocks']> {
    requireRole(ctx.role, ['service_supervisor', 'admin', 'auditor'], 'call-clock.compare');
    const calls = await this.db.many<ComparedCall>(ctx, {
      name: 'clocks_compared', text: COMPARED, values: [isId(request.cursor) ? request.cursor : FIRST, CALL_SETTINGS, CLOCK_DEADLINE],
    });
    const differences = calls.flatMap((call) => {
      const termsAt = (at: string) => termsOf(call.settings, at);
      return differencesOf(call, call.events, { termsAt, now: call.now }).map((difference) => ({ callId: call.id, number: call.number, ...difference }));
    });
    return { compared: calls.length, differences, nextCursor: calls.length === AT_ONCE ? (calls.at(-1)?.id ?? '') : '' };
  }
}

const COMPARED = `
  select c.id, c.number, c.due_at as "dueAt", c.breached_at as "breachedAt", business_now() as now,
    (select coalesce(json_agg(json_build_object('startedAt', k.started_at, 'specialReason', k.special_reason, 'stoppedAt', k.stopped_at,
        'breachedAt', k.breached_at, 'warnedHours', k.warned_hours, 'escalatedAt', k.escalated_at,
        'deadlineAt', (select d.due_at from deadline d where d.kind = $3 and d.ref = k.id::text and d.fired_at is null))
        order by k.position), '[]') from call_clock k where k.call_id = c.id) as clocks,
    (select coalesce(json_agg(json_build_object('at', e.at, 'action', e.action, 'fromState', e.from_state, 'toState', e.to_state, 'reason', e.reason)
        order by e.at, e.id), '[]') from call_event e where e.call_id = c.id) as events,
    (select coalesce(json_agg(json_build_object('key', s.key, 'effectiveFrom', s.effective_from::text, 'value', s.value)), '[]')
      from setting s where s.key = any($2::text[])) as settings
  from repair_call c where c.id > $1::uuid order by c.id limit ${AT_ONCE}`;
