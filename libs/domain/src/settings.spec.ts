import { DEFAULT_SETTINGS, isSettingKey, SETTINGS, settingOn, settingProblem, type SettingDefinition, type SettingKey } from './settings.js';

describe('settings', () => {
  it('has the defaults of the domain', () => {
    expect(DEFAULT_SETTINGS).toMatchObject({
      'call.solveHours': 24, 'call.specialHours': 48, 'call.warningPercent': 75, 'quote.validDays': 15,
      'obligation.dueDays': 30, 'tax.ratePercent': '13',
    });
  });

  it('every default is a value that may be set', () => {
    const refused = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => settingProblem(key, DEFAULT_SETTINGS[key]));
    expect(refused).toEqual([]);
  });

  it('every number has both limits, which the refusal names', () => {
    const numbers = Object.entries<SettingDefinition<unknown>>(SETTINGS).filter(([, { type }]) => type === 'integer' || type === 'decimal');
    expect(numbers.filter(([, { min, max }]) => min === undefined || max === undefined)).toEqual([]);
  });

  it('takes the latest value that holds on the day, and the default before the first', () => {
    const dated = [{ effectiveFrom: '2026-07-01', value: '9' }, { effectiveFrom: '2026-01-01', value: '11.5' }];
    expect(settingOn('tax.ratePercent', dated, '2025-12-31')).toBe('13');
    expect(settingOn('tax.ratePercent', dated, '2026-01-01')).toBe('11.5');
    expect(settingOn('tax.ratePercent', dated, '2026-07-01')).toBe('9');
  });

  it('refuses another type and values out of range', () => {
    expect(settingProblem('quote.validDays', '15')).toBe('SETTING_TYPE');
    expect(settingProblem('quote.validDays', 1e308)).toBe('SETTING_RANGE');
    expect(settingProblem('quote.validDays', 0)).toBe('SETTING_RANGE');
    expect(settingProblem('tax.ratePercent', 13)).toBe('SETTING_TYPE');
    expect(settingProblem('tax.ratePercent', '100.1')).toBe('SETTING_RANGE');
    expect(settingProblem('call.specialReasons', ['remote_area', 'remote_area'])).toBe('SETTING_TYPE');
    expect(isSettingKey('__proto__')).toBe(false);
  });
});
