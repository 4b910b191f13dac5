import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { approve } from '../agreements/agreement.store.js';
import type { DealerFile } from './dealer-change.js';
import { activate } from './dealer.rules.js';

/** D-1: a dealer becomes active; the agreement it is activated on is approved with it. */
export async function activateDealer(tx: Tx, { dealer, contract }: DealerFile): Promise<void> {
  dealer.status = activate({ ...dealer, ...contract }, tx.ctx, businessDate(await tx.now()));
  if (contract.agreement?.state === 'draft') await approve(tx, contract.agreement);
  dealer.statusReason = '';
}
