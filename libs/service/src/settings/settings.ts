import { settingOn, type DatedSetting, type SettingKey, type SettingValue } from '@aftercare/domain';

/** A setting's value as it is told: JSON text, the first day it holds, and a version that rises per key. */
export interface SettingRow {
  key: string;
  value: string;
  effectiveFrom: string;
  version: number;
}

/** What of an entity manager is needed here. */
export interface QueryPart {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

/** A transaction of `Database`, or its entity manager, as event handlers have it. */
export type SettingSource = QueryPart | { em: QueryPart };

const queryOf = (source: SettingSource): QueryPart => ('em' in source ? source.em : source);

/**
 * The value of a setting on a local date, from the service's own copy; the default where none was set.
 * Example: `settingAt(tx, 'quote.validDays', businessDate(await tx.now()))`.
 */
export async function settingAt<K extends SettingKey>(source: SettingSource, key: K, onDate: string): Promise<SettingValue<K>> {
  const rows = (await queryOf(source).query(
    `select effective_from::text as "effectiveFrom", value from setting where key = $1 and effective_from <= $2::date
      order by effective_from desc limit 20`,
    [key, onDate],
  )) as DatedSetting[];
  return settingOn(key, rows, onDate);
}

/** Keeps a told value; an older version of the same day that arrives late changes nothing. */
export async function keepSetting(source: SettingSource, row: SettingRow): Promise<void> {
  await queryOf(source).query(
    `insert into setting (key, effective_from, value, version) values ($1, $2::date, $3::jsonb, $4)
      on conflict (key, effective_from) do update set value = excluded.value, version = excluded.version
      where setting.version < excluded.version`,
    [row.key, row.effectiveFrom, row.value, row.version],
  );
}
