import { addMoney, businessDate, isLabourCovered, isWithinWarranty, isZeroMoney, lineAmount, negateMoney, splitByLargestRemainder } from '@aftercare/domain';

/** A fault of a case, by the codes of the catalogue. */
export interface FaultLine {
  faultCode: string;
  causeCode: string;
  actionCode: string;
  /** The problem dimension. */
  problem: string;
  designDefect: boolean;
  /** Its share of what the case cost under warranty. */
  cost: string;
}

/** A part used for a case. */
export interface CasePart {
  partId: string;
  pieces: number;
  /** Its value, where the warranty pays. */
  cost: string;
  /** The local day on which two records of the case used it; null where none did. */
  againOn: string | null;
}

/** a case of the fault table: a confirmed call with all its records, or the report of a failed installation. */
export interface FaultCase {
  caseId: string;
  kind: string;
  number: string;
  dealerId: string;
  unitId: string | null;
  serial: string;
  /** By what its serial is compared, also where its unit is not registered; empty without a serial. */
  serialKey: string;
  stage: string;
  /** The warranty had run out by its dates, whatever the stage is (W-3). */
  warrantyOver: boolean;
  /** The terms covered no labour (W-9): the customer paid the fees. */
  labourNotCovered: boolean;
  family: string;
  modelId: string | null;
  /** What was made of a model in a month: 'model id/yyyy-mm'; empty when the unit is not known. */
  lot: string;
  /** Local date on which it counts. */
  on: string;
  recordedAt: string;
  openedAt: string | null;
  resolvedAt: string | null;
  /** Labour and travel. */
  fees: string;
  /** What it cost under warranty: fees and parts; nothing where the customer pays. */
  cost: string;
  version: number;
  lines: FaultLine[];
  parts: CasePart[];
  photos: string[];
}

/** What is known of a unit: its model and its lot. */
export interface UnitPlace {
  modelId: string;
  lot: string;
}

/** The dealer price of a part on a local date, null when none is known. */
export type PriceOn = (partId: string, on: string) => string | null;

/** what is counted of a case. */
export interface FaultCounts {
  cases: number;
  faults: number;
  pieces: number;
  cost: string;
}

/** The row of the monthly figures that a case counts in. */
export interface FaultKey {
  dimension: Dimension;
  key: string;
  /** First day of the month. */
  month: string;
}

/** what faults are counted by. */
export const DIMENSIONS = ['month', 'stage', 'family', 'model', 'lot', 'dealer', 'part', 'fault', 'cause', 'action', 'problem'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const MONTH_LENGTH = 'yyyy-mm'.length;

/** the lot of a unit: its model and the month it was made; empty when that day was not told. */
export function lotOf(modelId: string, manufacturedOn: string): string {
  return manufacturedOn === '' ? '' : `${modelId}/${manufacturedOn.slice(0, MONTH_LENGTH)}`;
}

/** A code of the catalogue together with its family, within which it is unique; empty for none. */
export const codeKey = (family: string, code: string): string => (code === '' ? '' : `${family}/${code}`);

/** W-6, Q-1: a call counts on the day it was opened, however late it is confirmed; a report of an installation on the day it was made. */
export function dayOf({ openedAt, recordedAt }: Pick<FaultCase, 'openedAt' | 'recordedAt'>): string {
  return businessDate(openedAt ?? recordedAt);
}

/** of what is known of a case and what is told now the higher version counts. */
export function newerCase(known: FaultCase | undefined, told: FaultCase | undefined): FaultCase | undefined {
  if (!known || !told) return told ?? known;
  return told.version > known.version ? told : known;
}

/**
 * a case with the model and lot of its unit and with what it cost: under warranty its fees and its parts at the dealer price
 * of its day, shared equally by its faults, to the fen; out of warranty nothing, since the customer pays, also for a unit that was never
 * installed when its dates are over (W-3), and no fees where its terms cover no labour (W-9). Of no stage nobody knows who pays, and it costs nothing.
 */
export function valued(told: FaultCase, unit: UnitPlace | undefined, priceOn: PriceOn): FaultCase {
  const paid = isWithinWarranty(told);
  const on = dayOf(told);
  const parts = told.parts.map((part) => ({ ...part, cost: paid ? lineAmount(priceOn(part.partId, on) ?? '0', part.pieces) : '0.00' }));
  const cost = paid ? addMoney(isLabourCovered(told) ? told.fees : '0', ...parts.map((part) => part.cost)) : '0.00';
  const shares = told.lines.length === 0 ? [] : splitByLargestRemainder(cost, told.lines.map(() => 1));
  return {
    ...told, modelId: unit?.modelId ?? null, lot: unit?.lot ?? '', on, cost, parts,
    lines: told.lines.map((line, at) => ({ ...line, cost: shares[at] })),
  };
}

/** what a case counts in each dimension: once for a key, however many of its faults have it. */
export function contributions(of: FaultCase): { key: FaultKey; counts: FaultCounts }[] {
  const month = `${of.on.slice(0, MONTH_LENGTH)}-01`;
  const pieces = of.parts.reduce((sum, part) => sum + part.pieces, 0);
  const row = (dimension: Dimension, key: string, counts: Partial<FaultCounts> = {}) => (
    { key: { dimension, key, month }, counts: { cases: 1, faults: of.lines.length, pieces, cost: of.cost, ...counts } });
  const byLine = (dimension: Dimension, keyOf: (line: FaultLine) => string) => [...grouped(of.lines, keyOf)].map(([key, lines]) =>
    row(dimension, key, { faults: lines.length, cost: addMoney(...lines.map(({ cost }) => cost)) }));
  return [
    row('month', of.on.slice(0, MONTH_LENGTH)), row('stage', of.stage), row('family', of.family), row('model', of.modelId ?? ''), row('lot', of.lot),
    row('dealer', of.dealerId),
    ...of.parts.map((part) => row('part', part.partId, { pieces: part.pieces, cost: part.cost })),
    ...byLine('fault', ({ faultCode }) => codeKey(of.family, faultCode)), ...byLine('cause', ({ causeCode }) => codeKey(of.family, causeCode)),
    ...byLine('action', ({ actionCode }) => codeKey(of.family, actionCode)), ...byLine('problem', ({ problem }) => problem),
  ];
}

/** what changes in the monthly figures by cases that changed or went together, in order; the old counts go, the new ones come. */
export function monthChanges(changed: readonly (readonly [before: FaultCase | undefined, after: FaultCase | undefined])[]): { key: FaultKey; counts: FaultCounts }[] {
  const months = new Map<string, { key: FaultKey; counts: FaultCounts }>();
  const add = (each: { key: FaultKey; counts: FaultCounts }): void => {
    const name = JSON.stringify(each.key);
    months.set(name, { key: each.key, counts: sum(months.get(name)?.counts, each.counts) });
  };
  for (const [before, after] of changed) {
    if (before) for (const { key, counts } of contributions(before)) add({ key, counts: negative(counts) });
    if (after) for (const each of contributions(after)) add(each);
  }
  const left = [...months].filter(([, { counts }]) => counts.cases !== 0 || counts.faults !== 0 || counts.pieces !== 0 || !isZeroMoney(counts.cost));
  return left.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, month]) => month);
}

function sum(to: FaultCounts | undefined, { cases, faults, pieces, cost }: FaultCounts): FaultCounts {
  if (!to) return { cases, faults, pieces, cost };
  return { cases: to.cases + cases, faults: to.faults + faults, pieces: to.pieces + pieces, cost: addMoney(to.cost, cost) };
}

function negative({ cases, faults, pieces, cost }: FaultCounts): FaultCounts {
  return { cases: 0 - cases, faults: 0 - faults, pieces: 0 - pieces, cost: negateMoney(cost) };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
