import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, type DealerChanged } from '@aftercare/contracts';
import { businessDate, endOfDay } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { keepDealer, knownStanding, txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { tellLeftOpen } from '../requests/left-open.js';
import { FINAL_DEADLINE } from './stocktake-deadlines.js';

/** Keeps which dealers serve; one that ended gets its final stocktake (D-1). */
@Injectable()
export class FinalStocktakeEvents {
  /** D-1, H-2: opened when the day of the end is over, as of that day's end; once, whatever is told of the dealer afterwards. */
  @OnEvent(DealerChangedSchema)
  async dealerChanged(event: DealerChanged, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const { dealerId, status } = event;
    const before = await knownStanding(tx, dealerId);
    await keepDealer(em, event);
    if (status !== 'terminated' || before === 'terminated') return;
    await tellLeftOpen(tx, event);
    const cutOffOn = businessDate(await tx.now());
    await tx.deadline({ kind: FINAL_DEADLINE, ref: dealerId, dueAt: endOfDay(cutOffOn), payload: { cutOffOn } });
  }
}
