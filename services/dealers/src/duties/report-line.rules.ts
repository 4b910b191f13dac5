import { businessDate, compareInstant, monthOf } from '@aftercare/domain';
import type { ReportKind, ReportState } from './monthly-report.rules.js';

/** How an installation ended, or how far a repair has come. */
export const OUTCOMES = ['accepted', 'failed', 'resolved', 'confirmed', 'filed', 'reported'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What an event told of an installation or of a call. */
export interface ToldItem {
  dealerId: string;
  kind: ReportKind;
  itemId: string;
  itemNumber: string;
  /** When it was accepted, failed or solved: this decides the month. */
  happenedAt: string;
  outcome: Outcome;
  serial: string;
  modelCode: string;
  faultCodes: string[];
  pieces: number;
}

/** What of a line an event may change. */
export type LineData = Omit<ToldItem, 'dealerId' | 'kind' | 'itemId'> & { itemOn: string };

/**
 * D-7: an item belongs to the month in which it was done by local time: an installation to that of its acceptance (or failure), a
 * repair to that of its solution, whenever it is confirmed, filed or told.
 */
export function monthOfItem(told: Pick<ToldItem, 'happenedAt'>): string {
  return monthOf(told.happenedAt);
}

/** What a confirmation tells of parts: all, and those of each record with the day of its repair. */
interface ToldParts {
  partsUsed: readonly { quantity: number }[];
  records: readonly { solvedAt: string; partsUsed: readonly { quantity: number }[] }[];
}

/** D-7: the parts of the call's repairs of that month, each once; those before stand in the report of theirs. What was told without its repairs counts whole. */
export function piecesOf({ partsUsed, records }: ToldParts, happenedAt: string): number {
  const isDated = records.length > 0 && records.every(({ solvedAt }) => solvedAt !== '');
  const counted = isDated ? records.filter(({ solvedAt }) => monthOf(solvedAt) === monthOf(happenedAt)).flatMap((record) => record.partsUsed) : partsUsed;
  return counted.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** What an item told about does to its report. */
export type LineChange = { kind: 'none' } | { kind: 'counts' | 'pends'; data: LineData };

/**
 * D-7: an open report takes in what it is told, once per item, the later solution and the further step winning in whatever order
 * they arrive. A submitted one is frozen: what it has stays as it was, and what is new waits for an amendment.
 */
export function lineChange(state: ReportState, line: LineData | null, told: ToldItem): LineChange {
  if (state === 'submitted') return line === null ? { kind: 'pends', data: dataOf(told) } : { kind: 'none' };
  if (line === null) return { kind: 'counts', data: dataOf(told) };
  const order = compareInstant(told.happenedAt, line.happenedAt);
  if (order < 0) return { kind: 'none' };
  const data = order > 0 ? dataOf(told) : merged(line, told);
  return JSON.stringify(data) === JSON.stringify(ordered(line)) ? { kind: 'none' } : { kind: 'counts', data };
}

function dataOf({ itemNumber, happenedAt, outcome, serial, modelCode, faultCodes, pieces }: ToldItem): LineData {
  return { itemNumber, happenedAt, itemOn: businessDate(happenedAt), outcome, serial, modelCode, faultCodes: [...new Set(faultCodes)].sort(), pieces };
}

const ordered = ({ itemNumber, happenedAt, itemOn, outcome, serial, modelCode, faultCodes, pieces }: LineData): LineData =>
  ({ itemNumber, happenedAt, itemOn, outcome, serial, modelCode, faultCodes, pieces });

/** Two tellings of the same: an event of a later step need not carry what an earlier one told. */
function merged(line: LineData, told: ToldItem): LineData {
  const next = dataOf(told);
  const further = OUTCOMES.indexOf(next.outcome) > OUTCOMES.indexOf(line.outcome);
  return {
    itemNumber: line.itemNumber || next.itemNumber, happenedAt: line.happenedAt, itemOn: line.itemOn, outcome: further ? next.outcome : line.outcome,
    serial: line.serial || next.serial, modelCode: line.modelCode || next.modelCode,
    faultCodes: [...new Set([...line.faultCodes, ...next.faultCodes])].sort(), pieces: Math.max(line.pieces, next.pieces),
  };
}
