import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, type DealerChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { keepDealer, txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { HANDOVER_DEADLINE } from './handover.job.js';

/** Hears which dealer left and who follows it (D-1). */
@Injectable()
export class DealerEvents {
  /** An older version that arrives late changes nothing; an end is for good, however late it is told. */
  @OnEvent(DealerChangedSchema)
  async dealerChanged(event: DealerChanged, em: EntityManager): Promise<void> {
    const { dealerId, status, successorDealerId } = event;
    await keepDealer(em, event, { successor_id: successorDealerId || null });
    if (status !== 'terminated' || !successorDealerId) return;
    const tx = txOf(em);
    await tx.deadline({ kind: HANDOVER_DEADLINE, ref: dealerId, dueAt: await tx.now() });
  }
}
