import { Injectable } from '@nestjs/common';
import { SpotCheckClosedSchema, type SpotCheckClosed } from '@aftercare/contracts';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { keep, type Keep } from './fact.js';

/** D-4: a spot check on a dealer's records, told once, when it is closed. */
export const spotCheckClosed: Keep<typeof SpotCheckClosedSchema> = async ({ tx, generation }, event) => {
  const { checkId, dealerId, closedOn, checked, falseRecords, scoreSum } = event;
  await tx.sql({ name: 'spot_check_keep', text: KEEP, values: [generation, checkId, dealerId, closedOn, checked, falseRecords, scoreSum] });
};

/** Hears of spot checks (D-4). */
@Injectable()
export class SpotCheckEvents {
  @OnEvent(SpotCheckClosedSchema)
  async spotCheckClosed(event: SpotCheckClosed, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, spotCheckClosed, event, meta);
  }
}

const KEEP = `
  insert into spot_check_fact (generation, check_id, dealer_id, closed_on, checked, false_records, score_sum) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict do nothing`;
