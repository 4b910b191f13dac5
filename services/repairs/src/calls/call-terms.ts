import { businessDate, settingOn, type DatedSetting, type SettingKey } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { ClockTerms } from './call-clock.rules.js';
import type { CallLimits } from './call.rules.js';

/** The periods of domain 14 that rule a call; those of the day its clock started. */
export interface CallTerms extends ClockTerms, CallLimits {
  /** Days after which an unconfirmed record is reminded of. */
  reminderDays: number;
  /** Whether a confirmed record is filed at once or after the clerk's check. */
  filing: 'automatic' | 'checked';
}

/** The settings a call is ruled by. */
export const CALL_SETTINGS: SettingKey[] = [
  'call.solveHours', 'call.specialHours', 'call.warningPercent', 'call.reopenDays', 'call.specialReasons', 'record.reminderDays', 'record.filing',
];

/** A value of one of them with its first day. */
export type DatedCallSetting = DatedSetting & { key: SettingKey };

/** The terms in force at an instant. */
export async function callTerms(tx: Tx, at: string): Promise<CallTerms> {
  return termsOf(await callSettings(tx), at);
}

/** Reads all of them in one prepared statement; a value holds from its day on. */
export function callSettings(tx: Tx): Promise<DatedCallSetting[]> {
  return tx.sql<DatedCallSetting>({
    name: 'call_terms',
    text: `select key, effective_from::text as "effectiveFrom", value from setting where key = any($1::text[])`,
    values: [CALL_SETTINGS],
  });
}

/** As callTerms, of settings that were read. */
export function termsOf(rows: DatedCallSetting[], at: string): CallTerms {
  const on = businessDate(at);
  const value = <K extends SettingKey>(key: K) => settingOn(key, rows.filter((row) => row.key === key), on);
  return {
    solveHours: value('call.solveHours'),
    specialHours: value('call.specialHours'),
    warnShare: value('call.warningPercent') / 100,
    reopenDays: value('call.reopenDays'),
    specialReasons: value('call.specialReasons'),
    reminderDays: value('record.reminderDays'),
    filing: value('record.filing'),
  };
}
