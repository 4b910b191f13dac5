import { SPECIAL_REASONS } from './codes.js';
import { isRealDate } from './calendar.js';

/** How a setting's value is written: whole numbers, a decimal text, a list of codes, or one code of a closed list. */
export type SettingType = 'integer' | 'decimal' | 'codes' | 'choice';

export interface SettingDefinition<T> {
  type: SettingType;
  /** Holds from the first day on, until somebody sets another value. */
  default: T;
  /** Smallest and largest value of a number. */
  min?: number;
  max?: number;
  /** The codes of a choice. */
  choices?: readonly T[];
  /** The rule that reads it. */
  rule: string;
}

const integer = (value: number, limits: { min: number; max: number }, rule: string): SettingDefinition<number> => ({
  type: 'integer', default: value, ...limits, rule,
});

/** The settings of the domain with their defaults. Units stand in the key: hours, days, percent. */
export const SETTINGS = {
  /** Hours in which a dealer solves a call. */
  'call.solveHours': integer(24, { min: 1, max: 720 }, 'R-3'),
  /** Hours in which a special call is solved. */
  'call.specialHours': integer(48, { min: 1, max: 720 }, 'R-3'),
  /** Reasons that make a call special. */
  'call.specialReasons': { type: 'codes', default: [...SPECIAL_REASONS] as string[], rule: 'R-3' } as SettingDefinition<string[]>,
  /** Share of the term after which technician and manager are warned. */
  'call.warningPercent': integer(75, { min: 1, max: 99 }, 'R-4'),
  /** Days after the resolution in which a call can be reopened. */
  'call.reopenDays': integer(30, { min: 1, max: 365 }, 'R-2'),
  /** Days after which an unconfirmed record is reminded of. */
  'record.reminderDays': integer(7, { min: 1, max: 90 }, 'R-6'),
  /** Whether a confirmed record is filed at once or after the clerk's check. */
  'record.filing': { type: 'choice', default: 'automatic', choices: ['automatic', 'checked'], rule: 'R-6' } as SettingDefinition<
    'automatic' | 'checked'
  >,
  /** Hours in which a written report is handed in. */
  'qualityReport.dueHours': integer(24, { min: 1, max: 720 }, 'R-7'),
  /** Days a quote holds, the day of review not counted. */
  'quote.validDays': integer(15, { min: 1, max: 365 }, 'P-5'),
  /** Hour of the local day from which on goods are promised for the next day at the earliest. */
  'shipping.cutOffHour': integer(17, { min: 0, max: 24 }, 'P-11'),
  /** Months that a dealer's suggested kit lasts. */
  'kit.coverMonths': integer(3, { min: 1, max: 12 }, 'P-12'),
  /** So many installed units are taken to need one piece a year of each part that fits them. */
  'kit.unitsPerPiece': integer(20, { min: 1, max: 10_000 }, 'P-12'),
  /** Days after delivery at which a piece is due back. */
  'obligation.dueDays': integer(30, { min: 1, max: 365 }, 'H-1'),
  /** Days after the cut-off day in which a stocktake's pieces are returned. */
  'stocktake.returnDays': integer(30, { min: 1, max: 365 }, 'H-3'),
  /** Days in which a dealer objects to what a stocktake proposes to charge, or to the count of a return (H-5). */
  'stocktake.objectionDays': integer(7, { min: 1, max: 90 }, 'H-7'),
  /** Days after which a return that lies at a transit site is told of. */
  'return.transitDays': integer(3, { min: 1, max: 60 }, 'H-4'),
  /** Days after which an objection to a count or a wrong part that still waits for somebody is told of. */
  'return.answerDays': integer(3, { min: 1, max: 60 }, 'H-5'),
  /** Days after its charge in which a part that comes back after all takes the charge back. */
  'return.lateCreditDays': integer(90, { min: 1, max: 730 }, 'H-7'),
  /** Months whose contribution makes a customer's class. */
  'class.months': integer(24, { min: 1, max: 120 }, 'C-7'),
  /** A customer is A while the share before him is under this percentage. */
  'class.aPercent': integer(70, { min: 1, max: 100 }, 'C-7'),
  /** And B while it is under this one, else C. */
  'class.bPercent': integer(90, { min: 1, max: 100 }, 'C-7'),
  /** Years a customer is expected to stay. */
  'value.expectedYears': integer(10, { min: 1, max: 50 }, 'C-8'),
  /** People a satisfied customer tells. */
  'value.toldSatisfied': integer(5, { min: 0, max: 100 }, 'C-8'),
  /** People a dissatisfied one tells. */
  'value.toldDissatisfied': integer(10, { min: 0, max: 100 }, 'C-8'),
  /** Percent of those told who become customers, or are lost. */
  'value.conversionPercent': integer(20, { min: 0, max: 100 }, 'C-8'),
  /** Day of the next month on which monthly reports are due; its last day where it has no such day. */
  'report.dueDay': integer(3, { min: 1, max: 31 }, 'D-7'),
  /** Percent above the reference tariff from which on a dealer's fee is shown as above it. */
  'tariff.abovePercent': integer(20, { min: 0, max: 1_000 }, 'D-3'),
  /** Calls below which a dealer's rate says nothing. */
  'support.callsMin': integer(10, { min: 1, max: 10_000 }, 'D-4'),
  /** Percentage points that a first-time-fix rate may lie under the network's median. */
  'support.firstFixGapPoints': integer(10, { min: 1, max: 100 }, 'D-4'),
  /** Percentage points that a share of repeat calls may lie over the network's median. */
  'support.repeatGapPoints': integer(5, { min: 1, max: 100 }, 'D-4'),
  /** Pieces of a part for 100 calls, in percent of the network's, from which on it is much. */
  'support.partFactorPercent': integer(150, { min: 101, max: 10_000 }, 'D-4'),
  /** Pieces of a part below which its use says nothing. */
  'support.piecesMin': integer(5, { min: 1, max: 10_000 }, 'D-4'),
  /** On-time rate at 24 hours, in percent, that is enough. */
  'support.onTimePercent': integer(90, { min: 1, max: 100 }, 'D-4'),
  /** Solved calls a technician and 30 days that are enough work. */
  'support.callsPerTechnician': integer(60, { min: 1, max: 10_000 }, 'D-4'),
  /** Standard deviations that the control limit of a fault rate lies above its centre line. */
  'quality.limitSigma': integer(3, { min: 1, max: 6 }, 'Q-3'),
  /** Cases of a lot or part below which its rate raises no alert. */
  'quality.alertCasesMin': integer(5, { min: 1, max: 10_000 }, 'Q-3'),
  /** Minutes from opening to solving a call below which it is hinted at. */
  'quality.hintMinutes': integer(15, { min: 1, max: 1_440 }, 'Q-7'),
  /** Cases of a dealer's month and family below which pieces for a case say nothing. */
  'quality.hintCasesMin': integer(10, { min: 1, max: 10_000 }, 'Q-7'),
  /** Pieces for a case, in percent of the other dealers', from which on they are hinted at. */
  'quality.hintPartsFactorPercent': integer(200, { min: 101, max: 10_000 }, 'Q-7'),
  /** Yuan without tax that one invoice of a consolidated run holds at most; 0 for no limit. */
  'invoice.limitYuan': integer(1_000_000, { min: 0, max: 1_000_000_000 }, 'F-4'),
  /** Days after its confirmation at which a slip that is not paid is reminded of. */
  'dunning.firstDays': integer(30, { min: 1, max: 365 }, 'B-5'),
  /** Days at which it is reminded of again. */
  'dunning.secondDays': integer(60, { min: 1, max: 365 }, 'B-5'),
  /** Days at which it is reminded of for the last time, and finance and the supervisor are told. */
  'dunning.finalDays': integer(90, { min: 1, max: 365 }, 'B-5'),
  /** Percent of the net amount. */
  'tax.ratePercent': { type: 'decimal', default: '13', min: 0, max: 100, rule: 'F-2' } as SettingDefinition<string>,
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValue<K extends SettingKey> = (typeof SETTINGS)[K]['default'];

/** The value of each setting as long as nobody set another. */
export const DEFAULT_SETTINGS = Object.fromEntries(
  Object.entries(SETTINGS).map(([key, { default: value }]) => [key, value]),
) as { readonly [K in SettingKey]: SettingValue<K> };

const DECIMAL = /^(0|[1-9]\d{0,5})(\.\d{1,4})?$/;
const CODE = /^[a-z][a-z0-9_]{0,39}$/;
const CODES_MAX = 50;

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

/** Why a value may not be given to a setting, as a stable reason code; undefined when it may. */
export function settingProblem(key: SettingKey, value: unknown): 'SETTING_TYPE' | 'SETTING_RANGE' | undefined {
  const definition: SettingDefinition<unknown> = SETTINGS[key];
  if (definition.type === 'choice') return definition.choices?.includes(value) ? undefined : 'SETTING_TYPE';
  if (definition.type === 'codes') return isCodeList(value) ? undefined : 'SETTING_TYPE';
  const fits = definition.type === 'integer' ? Number.isInteger(value) : typeof value === 'string' && DECIMAL.test(value);
  if (!fits) return 'SETTING_TYPE';
  const amount = Number(value);
  return amount >= (definition.min ?? -Infinity) && amount <= (definition.max ?? Infinity) ? undefined : 'SETTING_RANGE';
}

function isCodeList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.length <= CODES_MAX
    && value.every((code) => typeof code === 'string' && CODE.test(code)) && new Set(value).size === value.length;
}

/** a clock keeps the terms of the day on which it started, so that these change with a day to come. */
export const FROM_TOMORROW: readonly SettingKey[] = ['call.solveHours', 'call.specialHours', 'call.warningPercent'];

/** A value with the first day it holds. */
export interface DatedSetting {
  effectiveFrom: string;
  value: unknown;
}

/** The value on a day: the latest that holds by then, else the default. Dates are local dates 'YYYY-MM-DD'. */
export function settingOn<K extends SettingKey>(key: K, dated: readonly DatedSetting[], onDate: string): SettingValue<K> {
  const holding = dated
    .filter(({ effectiveFrom }) => isRealDate(effectiveFrom) && effectiveFrom <= onDate)
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1))
    .find(({ value }) => settingProblem(key, value) === undefined);
  return (holding ? holding.value : DEFAULT_SETTINGS[key]) as SettingValue<K>;
}
