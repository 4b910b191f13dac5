import { addDays, businessDate, endOfDay, type SettingKey } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';

/** When somebody is reminded next: at the end of so many days, counted from today or from the reminder that is just due, whichever is later. */
export async function nextReminder(tx: Tx, setting: Extract<SettingKey, 'return.transitDays' | 'return.answerDays'>, due?: string): Promise<string> {
  const today = businessDate(await tx.now());
  const from = due !== undefined && businessDate(due) > today ? businessDate(due) : today;
  return endOfDay(addDays(from, await settingAt(tx, setting, from)));
}
