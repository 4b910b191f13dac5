import { businessDate } from '@aftercare/domain';

/** A part that two records of a call used on one local day. */
export interface UsedAgain {
  partId: string;
  /** The first such day. */
  usedOn: string;
}

/**
 * the parts that more than one record of the call used on one local day. A visit that was entered twice is as odd as two calls of a
 * day; several pieces of one record are one repair.
 */
export function usedAgain(records: readonly { recordedAt: string; partsUsed: readonly { partId: string }[] }[]): UsedAgain[] {
  const uses = records.flatMap(({ recordedAt, partsUsed }) => [...new Set(partsUsed.map(({ partId }) => partId))].map((partId) => ({ partId, usedOn: businessDate(recordedAt) })));
  const again = uses.filter((use, at) => uses.findIndex((each) => isSame(each, use)) !== at).sort((a, b) => (a.usedOn < b.usedOn ? -1 : 1));
  return again.filter(({ partId }, at) => again.findIndex((each) => each.partId === partId) === at);
}

const isSame = (one: UsedAgain, other: UsedAgain): boolean => one.partId === other.partId && one.usedOn === other.usedOn;
