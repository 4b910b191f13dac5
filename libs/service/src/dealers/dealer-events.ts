import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, type DealerChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { keepDealer } from './standing.js';

/** Keeps which dealers serve (D-1): a provider of a service that asks nothing else of them. */
@Injectable()
export class KnownDealerEvents {
  @OnEvent(DealerChangedSchema)
  async dealerChanged(event: DealerChanged, em: EntityManager): Promise<void> {
    await keepDealer(em, event);
  }
}
