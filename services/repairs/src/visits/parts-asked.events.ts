import { Injectable } from '@nestjs/common';
import { PartsRequestSubmittedSchema, type PartsRequestSubmitted } from '@aftercare/contracts';
import { isId, newId, type CallState } from '@aftercare/domain';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import { insertRow, txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { CallEventRow } from '../calls/call.entity.js';

/** The state in which a call was at a moment: the line about it stands between those of its steps. */
const STATE_THEN = `select to_state as state from call_event where call_id = $1 and at <= $2::timestamptz order by at desc, id desc limit 1`;

/** a call's history says which parts requests it waits for. The call itself stays as it is, its version too. */
@Injectable()
export class PartsAskedEvents {
  @OnEvent(PartsRequestSubmittedSchema)
  async partsRequestSubmitted({ callId, dealerId, number }: PartsRequestSubmitted, em: EntityManager, meta: EventMeta): Promise<void> {
    if (!isId(callId) || !isId(dealerId)) return;
    const tx = txOf(em);
    // Whoever takes a step of it meanwhile is waited for, and its line is read behind him.
    const [call] = await tx.sql<{ state: CallState }>({
      name: 'parts_asked_call', text: 'select state from repair_call where id = $1 and dealer_id = $2 for update', values: [callId, dealerId],
    });
    if (!call) return;
    const [{ state } = call] = await tx.sql<{ state: CallState }>({ name: 'parts_asked_state', text: STATE_THEN, values: [callId, meta.occurredAt] });
    await insertRow(tx, CallEventRow, {
      id: newId(), callId, at: meta.occurredAt, action: 'request-parts', fromState: state, toState: state, userId: null, role: 'system', reason: number, askedBy: '',
    });
  }
}
