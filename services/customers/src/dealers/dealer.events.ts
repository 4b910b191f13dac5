import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, type DealerChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';

/** Keeps the copy of the dealers that imports and sales read (C-3). */
@Injectable()
export class DealerEvents {
  /** An older version that arrives late changes nothing. */
  @OnEvent(DealerChangedSchema)
  async dealerChanged(event: DealerChanged, em: EntityManager): Promise<void> {
    await em.query(
      `insert into known_dealer (id, code, name, status, territory, version) values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update set code = excluded.code, name = excluded.name, status = excluded.status,
         territory = excluded.territory, version = excluded.version
       where known_dealer.version < excluded.version`,
      [event.dealerId, event.code, event.name, event.status, event.territoryRegionCodes, event.version],
    );
  }
}
