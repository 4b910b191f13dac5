import { Injectable } from '@nestjs/common';
import { addDays, businessDate, Refusal, startOfDay } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { knownStanding, settingAt, txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { openStocktake } from './open-stocktake.js';
import { FINAL_DEADLINE } from './stocktake-deadlines.js';
import { finalReturnUntil } from './stocktake.rules.js';

const WAITS = 'select payload from deadline where kind = $1 and ref = $2 and fired_at is null for update';

/** D-1, H-2: another stocktake of the dealer has ended; its final one, where it waits for that, is opened now. */
export async function openFinalNext(tx: Tx, dealerId: string): Promise<void> {
  const [waits] = await tx.sql<{ payload: Record<string, unknown> }>({ name: 'final_waits', text: WAITS, values: [FINAL_DEADLINE, dealerId] });
  if (waits && String(waits.payload.cutOffOn) < businessDate(await tx.now())) {
    await tx.deadline({ kind: FINAL_DEADLINE, ref: dealerId, dueAt: await tx.now(), payload: waits.payload });
  }
}

/** D-1: opens the final stocktake of a dealer that was terminated. */
@Injectable()
export class FinalStocktakeDeadlines {
  @OnDeadline(FINAL_DEADLINE)
  async open({ ref: dealerId, payload }: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    if ((await knownStanding(tx, dealerId)) !== 'terminated') return;
    const cutOffOn = String(payload.cutOffOn);
    const today = businessDate(await tx.now());
    const returnUntil = finalReturnUntil(cutOffOn, { today, returnDays: await settingAt(tx, 'stocktake.returnDays', today) });
    try {
      await openStocktake(tx, { dealerId, cutOffOn, returnUntil });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The end of the other brings it forward; a day later it is looked at in any case.
      if (error.reason === 'STOCKTAKE_OPEN') await tx.deadline({ kind: FINAL_DEADLINE, ref: dealerId, dueAt: startOfDay(addDays(today, 1)), payload });
      // One with a later cut-off day has had all that this one would have.
      else if (error.reason !== 'CUT_OFF_BEFORE_LAST') throw error;
    }
  }
}
