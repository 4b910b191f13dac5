import { Injectable } from '@nestjs/common';
import { Refusal } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { expectVersion, JobKind, txOf, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { closeStocktake } from './close-stocktake.js';
import { assertConfirmation, convertStocktake, type SlipWishes } from './convert-stocktake.js';
import { checkOpening, dealersToOpen, openStocktake, type DealerOpening } from './open-stocktake.js';
import { CLOSE_DEADLINE, CONFIRM_DEADLINE, OPEN_DEADLINE, REMIND_DEADLINE } from './stocktake-deadlines.js';
import { outstandingOf } from './stocktake-figures.js';
import { StocktakeRow } from './stocktake.entity.js';
import { remind, tell } from './stocktake.handlers.js';
import { findStocktake } from './stocktake.reads.js';

/** H-2: job "open-stocktakes": of one dealer here; of all, each in a transaction of its own, so that one that is refused keeps no other. */
@Injectable()
@JobKind('open-stocktakes', { roles: ['service_clerk'] })
export class OpenStocktakesJob implements JobHandler<DealerOpening> {
  async validate(_rows: JobRow[], opening: DealerOpening, tx: Tx): Promise<JobError[]> {
    await checkOpening(tx, opening, opening.dealerId || null);
    return [];
  }

  async apply(_rows: JobRow[], opening: DealerOpening, tx: Tx): Promise<object> {
    const { dealerId, cutOffOn, returnUntil } = opening;
    if (dealerId !== '') {
      const { id, number, borrowedQuantity } = await openStocktake(tx, opening);
      return { stocktakeId: id, number, borrowedQuantity };
    }
    const dealers = await dealersToOpen(tx, cutOffOn);
    const dueAt = await tx.now();
    for (const id of dealers) await tx.deadline({ kind: OPEN_DEADLINE, ref: id, dueAt, payload: { dealerId: id, cutOffOn, returnUntil } });
    return { dealers: dealers.length };
  }
}

/** H-7, X-8: job "confirm-stocktake": everything in one transaction, of the version that was confirmed. */
@Injectable()
@JobKind('confirm-stocktake', { roles: ['service_supervisor'] })
export class ConfirmStocktakeJob implements JobHandler<SlipWishes & { stocktakeId: string; version: number }> {
  async validate(_rows: JobRow[], { stocktakeId, version, ...wishes }: SlipWishes & { stocktakeId: string; version: number }, tx: Tx): Promise<JobError[]> {
    const stocktake = await findStocktake(tx, stocktakeId, { lock: true });
    expectVersion(stocktake, version, { state: stocktake.state });
    await assertConfirmation(tx, stocktake, wishes);
    return [];
  }

  async apply(_rows: JobRow[], { stocktakeId, ...wishes }: SlipWishes & { stocktakeId: string }, tx: Tx): Promise<object> {
    return convertStocktake(tx, await findStocktake(tx, stocktakeId, { lock: true }), wishes);
  }
}

const MEANWHILE: readonly string[] = ['STOCKTAKE_OPEN', 'CUT_OFF_BEFORE_LAST'];

/** H-2, H-3, H-7: what comes by itself: stocktakes of all dealers, reminders, the end of the time for returns and of that for objections. */
@Injectable()
export class StocktakeDeadlines {
  @OnDeadline(OPEN_DEADLINE)
  async open(deadline: Deadline, em: EntityManager): Promise<void> {
    try {
      await openStocktake(txOf(em), deadline.payload as unknown as DealerOpening);
    } catch (error) {
      // One that was opened meanwhile, by hand or by an earlier job, is what was wanted.
      if (!(error instanceof Refusal) || !MEANWHILE.includes(error.reason)) throw error;
    }
  }

  @OnDeadline(REMIND_DEADLINE)
  async remind(deadline: Deadline, em: EntityManager): Promise<void> {
    const stocktake = await inState(em, String(deadline.payload.stocktakeId), 'open');
    if (!stocktake) return;
    const outstanding = await outstandingOf(txOf(em), stocktake.id);
    if (outstanding > 0) await remind(txOf(em), stocktake, outstanding);
  }

  @OnDeadline(CLOSE_DEADLINE)
  async close(deadline: Deadline, em: EntityManager): Promise<void> {
    const stocktake = await inState(em, deadline.ref, 'open');
    if (stocktake) await closeStocktake(txOf(em), stocktake);
  }

  @OnDeadline(CONFIRM_DEADLINE)
  async objectionsOver(deadline: Deadline, em: EntityManager): Promise<void> {
    const stocktake = await inState(em, deadline.ref, 'closed');
    if (!stocktake) return;
    const missing = await outstandingOf(txOf(em), stocktake.id);
    await tell(txOf(em), stocktake, { kind: 'stocktake.to_confirm', role: 'service_supervisor', params: { missing, objections: stocktake.objectionCount } });
  }
}

async function inState(em: EntityManager, id: string, state: StocktakeRow['state']): Promise<StocktakeRow | null> {
  return em.findOne(StocktakeRow, { where: { id, state }, lock: { mode: 'pessimistic_write' } });
}
