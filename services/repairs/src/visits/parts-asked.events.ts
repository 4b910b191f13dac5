import { Injectable } from '@nestjs/common';
import { PartsRequestSubmittedSchema, type PartsRequestSubmitted } from '@aftercare/contracts';
import { isId, newId, type CallState } from '@aftercare/domain';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import { insertRow, txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { CallEventRow } from '../calls/call.entity.js';

/** The state in which a call was at a moment: the line about it stands between those of its steps. Whoever takes a step meanwhile waits. */
const STATE_THEN = `
  with call as (select id, state from repair_call where id = $1 and dealer_id = $2 for update)
  select coalesce((select e.to_state from call_event e where e.call_id = call.id and e.at <= $3::timestamptz order by e.at desc, e.id desc limit 1), call.state) as state from call`;

/** a call's history says which parts requests it waits for. The call itself stays as it is, its version too. */
@Injectable()
export class PartsAskedEvents {
  @OnEvent(PartsRequestSubmittedSchema)
  async partsRequestSubmitted({ callId, dealerId, number }: PartsRequestSubmitted, em: EntityManager, meta: EventMeta): Promise<void> {
    if (!isId(callId) || !isId(dealerId)) return;
    const tx = txOf(em);
    const [call] = await tx.sql<{ state: CallState }>({ name: 'parts_asked_call', text: STATE_THEN, values: [callId, dealerId, meta.occurredAt] });
    if (!call) return;
    await insertRow(tx, CallEventRow, {
      id: newId(), callId, at: meta.occurredAt, action: 'request-parts', fromState: call.state, toState: call.state, userId: null, role: 'system', reason: number, askedBy: '',
    });
  }
}
