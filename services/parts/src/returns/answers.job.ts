import { Injectable } from '@nestjs/common';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { notify, type Notice } from '../notices.js';
import { CountObjectionRow } from '../objections/count-objection.entity.js';
import { WrongPartRow } from '../wrong-parts/wrong-part.entity.js';
import { nextReminder } from './next-reminder.js';
import { Parcel } from './return-parcel.entity.js';

/** Deadline kind: an objection to a count still waits for its decision. */
export const OBJECTION_WAITS = 'count-objection-waits';

/** Deadline kind: a wrong part still waits for its dealer's word, or for the warehouse to follow it. */
export const WRONG_PART_WAITS = 'wrong-part-waits';

/** H-5: who has to answer is reminded at the end of so many days, and again after as many more. */
export async function awaitAnswer(tx: Tx, kind: string, ref: string, due?: string): Promise<void> {
  await tx.deadline({ kind, ref, dueAt: await nextReminder(tx, 'return.answerDays', due) });
}

/** H-5: reminds of objections and wrong parts that wait. */
@Injectable()
export class AnswerDeadlines {
  @OnDeadline(OBJECTION_WAITS)
  async objection(deadline: Deadline, em: EntityManager): Promise<void> {
    const objection = await em.findOneBy(CountObjectionRow, { id: deadline.ref, state: 'open' });
    if (!objection) return;
    const tx = txOf(em);
    const { id, number, dealerId } = objection;
    const parcel = await em.findOneByOrFail(Parcel, { id: objection.parcelId });
    const waits: Omit<Notice, 'role'> = {
      kind: 'return.objection_waits', document: { kind: 'count-objection', id, number }, severity: 'warning', params: { parcelNumber: parcel.number, dealerId },
    };
    await notify(tx, { ...waits, role: 'service_clerk' });
    await awaitAnswer(tx, OBJECTION_WAITS, id, deadline.dueAt);
  }

  @OnDeadline(WRONG_PART_WAITS)
  async wrongPart(deadline: Deadline, em: EntityManager): Promise<void> {
    const wrong = await em.findOneBy(WrongPartRow, { id: deadline.ref });
    if (!wrong || (wrong.state !== 'waiting' && wrong.state !== 'instructed')) return;
    const tx = txOf(em);
    const parcel = await em.findOneByOrFail(Parcel, { id: wrong.parcelId });
    const about = { document: { kind: 'wrong-part', id: wrong.id, number: parcel.number }, severity: 'warning' as const, params: { pieces: wrong.quantity } };
    if (wrong.state === 'waiting') await notify(tx, { kind: 'return.wrong_part_waits', role: 'dealer_manager', dealerId: wrong.dealerId, ...about });
    else await notify(tx, { kind: 'return.wrong_part_left', role: 'warehouse_keeper', ...about });
    await awaitAnswer(tx, WRONG_PART_WAITS, wrong.id, deadline.dueAt);
  }
}
