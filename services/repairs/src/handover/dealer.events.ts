import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, type DealerChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { HANDOVER_DEADLINE } from './handover.job.js';

/** Hears which dealer left and who follows it (D-1). */
@Injectable()
export class DealerEvents {
  /** An older version that arrives late changes nothing; an end is for good, however late it is told. */
  @OnEvent(DealerChangedSchema)
  async dealerChanged({ dealerId, status, successorDealerId, version }: DealerChanged, em: EntityManager): Promise<void> {
    await em.query(
      `insert into known_dealer (id, status, successor_id, version) values ($1, $2, $3, $4)
       on conflict (id) do update set status = excluded.status, successor_id = excluded.successor_id, version = excluded.version
       where known_dealer.version <= excluded.version`,
      [dealerId, status, successorDealerId || null, version],
    );
    if (status !== 'terminated' || !successorDealerId) return;
    const tx = txOf(em);
    await tx.deadline({ kind: HANDOVER_DEADLINE, ref: dealerId, dueAt: await tx.now() });
  }
}
