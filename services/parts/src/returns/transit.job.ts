import { Injectable } from '@nestjs/common';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { notify } from '../notices.js';
import { nextReminder } from './next-reminder.js';
import { Parcel } from './return-parcel.entity.js';

/** Deadline kind: a parcel still lies at its transit site (H-4). */
export const STAYS_DEADLINE = 'return-at-transit-site';

/** H-4: a parcel that is not passed on within so many days is told of, and again after as many more. */
export async function awaitPassingOn(tx: Tx, parcelId: string, due?: string): Promise<void> {
  await tx.deadline({ kind: STAYS_DEADLINE, ref: parcelId, dueAt: await nextReminder(tx, 'return.transitDays', due) });
}

/** H-4: reminds of parcels that stay at a transit site. */
@Injectable()
export class TransitDeadlines {
  @OnDeadline(STAYS_DEADLINE)
  async stays(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const parcel = await em.findOneBy(Parcel, { id: deadline.ref });
    if (parcel?.state !== 'at_transit_site') return;
    const about = { kind: 'return.stays', document: { kind: 'return-parcel', id: parcel.id, number: parcel.number }, severity: 'warning' as const, params: { dealerId: parcel.dealerId } };
    await notify(tx, { ...about, role: 'warehouse_keeper' });
    await notify(tx, { ...about, role: 'service_clerk' });
    await awaitPassingOn(tx, parcel.id, deadline.dueAt);
  }
}
