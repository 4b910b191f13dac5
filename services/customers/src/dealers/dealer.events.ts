import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, type DealerChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { HANDOVER_DEADLINE } from '../handover/handover.job.js';

/** Keeps the copy of the dealers that imports and sales read (C-3), and hears who is followed by whom (D-1). */
@Injectable()
export class DealerEvents {
  /** An older version that arrives late changes nothing; an end is for good, however late it is told. */
  @OnEvent(DealerChangedSchema)
  async dealerChanged(event: DealerChanged, em: EntityManager): Promise<void> {
    const { dealerId, code, name, status, territoryRegionCodes, successorDealerId, version } = event;
    await em.query(
      `insert into known_dealer (id, code, name, status, territory, successor_id, version) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do update set code = excluded.code, name = excluded.name, status = excluded.status,
         territory = excluded.territory, successor_id = excluded.successor_id, version = excluded.version
       where known_dealer.version <= excluded.version`,
      [dealerId, code, name, status, territoryRegionCodes, successorDealerId || null, version],
    );
    if (status !== 'terminated' || !successorDealerId) return;
    const tx = txOf(em);
    await tx.deadline({ kind: HANDOVER_DEADLINE, ref: dealerId, dueAt: await tx.now() });
  }
}
