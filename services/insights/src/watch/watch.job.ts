import { Injectable } from '@nestjs/common';
import { addDays, addHours, businessDate, compareInstant, startOfDay } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { evaluate } from './evaluation.js';

/** Fires once a day; its ref is always the same. */
export const WATCH_DEADLINE = 'quality-watch';
const HOUR = 3;

/** lots and parts are judged every night, after a standstill once. */
@Injectable()
export class WatchJob {
  @OnDeadline(WATCH_DEADLINE)
  async daily({ ref }: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    await evaluate(tx);
    await tx.deadline({ kind: WATCH_DEADLINE, ref, dueAt: nextNight(await tx.now()) });
  }
}

/** The next three o'clock in the night. */
function nextNight(now: string): string {
  const today = businessDate(now);
  const tonight = addHours(startOfDay(today), HOUR);
  return compareInstant(now, tonight) < 0 ? tonight : addHours(startOfDay(addDays(today, 1)), HOUR);
}
