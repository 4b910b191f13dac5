import { Injectable } from '@nestjs/common';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { lockParts } from '../ledger/allocate.js';
import { STOCK_FREED } from '../ledger/freed.js';
import { offerToWaiting } from './make-picking.js';

/**
 * P-7: pieces that a cancellation freed are offered to who waits, at once but in a transaction of the system: the dealer
 * who cancelled sees no other dealer's lines.
 */
export async function offerFreed(tx: Tx, partIds: readonly string[]): Promise<void> {
  const dueAt = await tx.now();
  for (const ref of [...new Set(partIds)].sort()) await tx.deadline({ kind: STOCK_FREED, ref, dueAt });
}

/** Offers freed pieces of one part. */
@Injectable()
export class FreedStock {
  @OnDeadline(STOCK_FREED)
  async freed(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    await lockParts(tx, [deadline.ref]);
    await offerToWaiting(tx, [deadline.ref]);
  }
}
