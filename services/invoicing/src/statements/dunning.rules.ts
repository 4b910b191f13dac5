import { addDays, addMoney, daysBetween } from '@aftercare/domain';

/** Days after the confirmation at which a slip that is not paid reaches level 1, 2 and 3. */
export type DunningDays = readonly [first: number, second: number, final: number];

/** A slip that is not paid. */
export interface OpenSlipAge {
  slipId: string;
  /** Local date of its confirmation. */
  confirmedOn: string;
  outstanding: string;
  /** Highest level it was reminded of, 0 for none. */
  reminded: number;
}

/** A slip that has reached a level of which nobody was reminded. */
export interface Reminder {
  slipId: string;
  level: number;
  outstanding: string;
}

/** B-5: the level a slip has reached, 0 for none; the day of the confirmation is not counted. Days out of order count in their order. */
export function levelOf(confirmedOn: string, today: string, days: DunningDays): number {
  const age = daysBetween(confirmedOn, today);
  return [...days].sort((a, b) => a - b).filter((each) => age > each).length;
}

/**
 * B-5: what a dealer is reminded of today: each slip once at each level, and after a standstill only at the one it has reached. Reminded by
 * hand, a slip is at least at level 1.
 */
export function remindersOf(slips: readonly OpenSlipAge[], today: string, { days, byHand }: { days: DunningDays; byHand: boolean }): Reminder[] {
  return slips.map(({ slipId, confirmedOn, outstanding, reminded }) => ({ slipId, outstanding, reminded, level: Math.max(levelOf(confirmedOn, today, days), byHand ? 1 : 0) }))
    .filter(({ level, reminded }) => level > reminded).map(({ slipId, outstanding, level }) => ({ slipId, outstanding, level }));
}

/** What one reminder says: the highest level, and what is owed on its slips. */
export function dunningTotals(reminders: readonly Reminder[]): { level: number; outstanding: string } {
  return { level: Math.max(0, ...reminders.map(({ level }) => level)), outstanding: addMoney(...reminders.map(({ outstanding }) => outstanding)) };
}

/** The last local date of confirmation that may have reached a level today. */
export const oldEnough = (today: string, days: DunningDays): string => addDays(today, -Math.min(...days) - 1);
