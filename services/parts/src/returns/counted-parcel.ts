import { businessDate } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import type { CountedParcel } from '../objections/count-objection.rules.js';
import { objectionEnd } from '../stocktakes/stocktake.rules.js';
import { CountedLineRow, type Parcel } from './return-parcel.entity.js';

/** Condition of a statement: no correction has replaced this counted line (H-5). */
export const standsLine = (alias: string): string => `not exists (select from return_counted_line newer where newer.replaces_line_id = ${alias}.id)`;

/** The counted lines of a parcel that stand, in their order. */
export async function standingLines(tx: Tx, parcelId: string): Promise<CountedLineRow[]> {
  const rows = await tx.em.find(CountedLineRow, { where: { parcelId }, order: { position: 'ASC' } });
  const replaced = new Set(rows.map(({ replacesLineId }) => replacesLineId));
  return rows.filter(({ id }) => !replaced.has(id));
}

/** H-5: the parcel as an objection looks at it; the window is that of the day of the count. */
export async function countedParcel(tx: Tx, { state, countedAt }: Parcel): Promise<CountedParcel> {
  const today = businessDate(await tx.now());
  if (countedAt === null) return { state, objectUntil: null, today };
  const countedOn = businessDate(countedAt);
  return { state, objectUntil: objectionEnd(countedOn, await settingAt(tx, 'stocktake.objectionDays', countedOn)), today };
}
