import { businessDate } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { earliestShippingDate } from './shipping.rules.js';

/** P-11: the first day for which goods can be promised now. */
export async function earliestDay(tx: Tx): Promise<string> {
  const now = await tx.now();
  return earliestShippingDate(now, await settingAt(tx, 'shipping.cutOffHour', businessDate(now)));
}
