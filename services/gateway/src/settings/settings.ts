import { Injectable } from '@nestjs/common';
import { SettingChangedSchema } from '@aftercare/contracts';
import { addDays, businessDate, checkWithinYear, DEFAULT_SETTINGS, FROM_TOMORROW, isSettingKey, SETTINGS, settingProblem, type SettingDefinition, type SettingKey } from '@aftercare/domain';
import { callContext, notFound, ServiceError } from '@aftercare/messaging';
import { Database, keepSetting, settingAt } from '@aftercare/service';

/** A setting with its value of today and what is set from other days on. */
export interface SettingView {
  key: SettingKey;
  type: string;
  value: unknown;
  default: unknown;
  dated: { effectiveFrom: string; value: unknown; version: number }[];
}

interface Row {
  key: string;
  effectiveFrom: string;
  value: unknown;
  version: number;
}

/** The settings with date of effect: kept here, told to every service, which keeps a copy for its rules. */
@Injectable()
export class Settings {
  constructor(private readonly database: Database) {}

  async list(): Promise<{ items: SettingView[] }> {
    return this.database.read(callContext(), async (tx) => {
      const today = businessDate(await tx.now());
      const rows = await tx.sql<Row>({
        name: 'setting_all', text: 'select key, effective_from::text as "effectiveFrom", value, version from setting order by key, effective_from', values: [],
      });
      const items: SettingView[] = [];
      for (const key of Object.keys(SETTINGS) as SettingKey[]) {
        const dated = rows.filter((row) => row.key === key).map(({ effectiveFrom, value, version }) => ({ effectiveFrom, value, version }));
        items.push({ key, type: SETTINGS[key].type, value: await settingAt(tx, key, today), default: DEFAULT_SETTINGS[key], dated });
      }
      return { items };
    });
  }

  /**
   * Sets a value from a day on, today or later within a year, so that what was decided stays explained. Errors: NOT_FOUND, SETTING_TYPE,
   * SETTING_RANGE (details min and max), DATE_IN_PAST, SETTING_STARTS_TOO_EARLY (terms of clocks, from tomorrow on), DATE_TOO_FAR.
   */
  async change(key: string, change: { value: unknown; effectiveFrom: string }): Promise<{ id: string; number: string; state: string; version: number }> {
    if (!isSettingKey(key)) throw notFound('setting');
    const problem = settingProblem(key, change.value);
    if (problem) {
      const { min, max }: SettingDefinition<unknown> = SETTINGS[key];
      const limits = problem === 'SETTING_RANGE' ? { min, max } : {};
      throw new ServiceError('invalid_argument', problem, 'The value does not fit this setting.', { field: 'value', ...limits });
    }
    return this.database.command(callContext(), async (tx) => {
      const { effectiveFrom } = change;
      if (effectiveFrom < businessDate(await tx.now())) {
        throw new ServiceError('invalid_argument', 'DATE_IN_PAST', 'A setting holds from today or a later day on.', { field: 'effectiveFrom' });
      }
      const earliest = addDays(businessDate(await tx.now()), 1);
      if (FROM_TOMORROW.includes(key) && effectiveFrom < earliest) {
        throw new ServiceError('invalid_argument', 'SETTING_STARTS_TOO_EARLY', 'A clock keeps the terms of the day on which it started.', { field: 'effectiveFrom', earliest });
      }
      checkWithinYear('effectiveFrom', effectiveFrom, businessDate(await tx.now()));
      await tx.sql({ name: 'setting_lock', text: 'select pg_advisory_xact_lock(hashtext($1))', values: [`setting ${key}`] });
      const before = await settingAt(tx, key, effectiveFrom);
      const [{ version }] = await tx.sql<{ version: number }>({
        name: 'setting_next', text: 'select coalesce(max(version), 0)::int + 1 as version from setting where key = $1', values: [key],
      });
      const row = { key, value: JSON.stringify(change.value), effectiveFrom, version };
      await keepSetting(tx, row);
      await tx.announce(SettingChangedSchema, row);
      await tx.audit({ action: 'change', kind: 'setting', id: key, changed: { [key]: { before, after: change.value }, effectiveFrom: { after: effectiveFrom } } });
      return { id: key, number: '', state: 'set', version };
    }, { action: 'setting.change', request: { key, ...change } });
  }
}
