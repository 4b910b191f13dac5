import { compareInstant } from '@aftercare/domain';

/** A record with the moment from which it is confirmed. */
export interface Confirmed<R> {
  record: R;
  confirmedAt: string;
}

/** R-6, W-9: the records that the customer confirmed, each since the first confirmation that came after it; what was recorded later is not confirmed yet. */
export function confirmedOf<R extends { recordedAt: string }>(records: readonly R[], confirmations: readonly string[]): Confirmed<R>[] {
  const inOrder = [...confirmations].sort(compareInstant);
  return records.flatMap((record) => {
    const confirmedAt = inOrder.find((at) => compareInstant(record.recordedAt, at) <= 0);
    return confirmedAt === undefined ? [] : [{ record, confirmedAt }];
  });
}

/** what a confirmation now would confirm: whatever was recorded after the last one, as confirmedOf has it. */
export function unconfirmedOf<R extends { recordedAt: string }>(records: readonly R[], confirmations: readonly string[]): R[] {
  const confirmed = new Set(confirmedOf(records, confirmations).map(({ record }) => record));
  return records.filter((record) => !confirmed.has(record));
}
