import { compareInstant, monthOf } from '@aftercare/domain';

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

/** D-7: when the repair was done that a record belongs to: the first record at or after it that solved the call; empty while none has. */
export function solutionOf<R extends { recordedAt: string; resolved: boolean }>({ recordedAt }: R, records: readonly R[]): string {
  const solved = records.filter((record) => record.resolved && compareInstant(record.recordedAt, recordedAt) >= 0).map((record) => record.recordedAt);
  return solved.sort(compareInstant)[0] ?? '';
}

/** D-7: the pieces of the call's repairs that were done in the local month of the moment: those before stand in the report of theirs. */
export function piecesInMonthOf(records: readonly { recordedAt: string; resolved: boolean; partsUsed: readonly { quantity: number }[] }[], resolvedAt: string): number {
  const month = monthOf(resolvedAt);
  const done = records.filter((record) => { const at = solutionOf(record, records); return at !== '' && monthOf(at) === month; });
  return done.flatMap(({ partsUsed }) => partsUsed).reduce((sum, { quantity }) => sum + quantity, 0);
}
