import { Injectable } from '@nestjs/common';
import { CallAssignedSchema, type CallAssigned } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';

/** Whose work the calls are; what was told before and comes later changes nothing. */
@Injectable()
export class KnownCallEvents {
  @OnEvent(CallAssignedSchema)
  async callAssigned(event: CallAssigned, em: EntityManager): Promise<void> {
    await em.query(KEEP, [event.callId, event.dealerId, event.customerId || null, event.unitId || null, event.userIds, event.version]);
  }
}

/** A merged file's calls are the surviving one's (C-1). The file is held, so that a merge meanwhile takes the call along. */
const KEEP = `
  with file as (select coalesce(merged_into, id) as id from customer where id = $3::uuid for share)
  insert into known_call as k (id, dealer_id, customer_id, unit_id, user_ids, version)
  values ($1, $2, coalesce((select id from file), $3::uuid), $4, $5, $6)
  on conflict (id) do update set dealer_id = excluded.dealer_id, customer_id = excluded.customer_id, unit_id = excluded.unit_id,
    user_ids = excluded.user_ids, version = excluded.version where k.version <= excluded.version`;
