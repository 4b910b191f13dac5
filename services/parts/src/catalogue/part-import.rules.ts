import { ImportRowReader, partClassOf, partClassText, refusalReason, requireFamilyInUse, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { Links, requireChain } from './supersession.rules.js';

/** Columns of the sheet of parts: a row is one part. `familyStates` says of each of its families: active, retired, or nothing. */
export type PartColumn = 'number' | 'name' | 'nameEn' | 'unit' | 'partClass' | 'families' | 'familyStates' | 'returnRequired' | 'weightGrams' | 'supersedesNumber';

/** A part as a sheet or the catalogue has it. */
export interface PartDraft {
  number: string;
  name: string;
  nameEn: string;
  unit: string;
  partClass: string;
  families: string[];
  returnRequired: boolean;
  weightGrams: number;
  /** Number of the part it replaces; empty for none. */
  supersedesNumber: string;
}

/** What a sheet of parts holds. */
export interface PartSheet {
  fresh: PartDraft[];
  unchanged: number;
  faults: ImportFault[];
}

const CODE = /^[A-Za-z0-9*][A-Za-z0-9_.\-*]*$/;
const LENGTHS: Partial<Record<PartColumn, number>> = { number: 40, name: 100, nameEn: 100, unit: 20, supersedesNumber: 40 };
const FAMILIES_MAX = 50;

/**
 * X-9, P-1: checks a sheet of parts cell by cell. `fresh` are the parts to add, a replaced one before its successor; a part that is
 * in the catalogue as the row says is neither fresh nor wrong. The part it replaces may stand in any row, or in the catalogue. A row
 * without a number, or whose number stands above already, is no link of a chain.
 */
export function* checkPartSheet(rows: readonly ImportRow[], known: ReadonlyMap<string, PartDraft>): Paced<PartSheet> {
  const faults: ImportFault[] = [];
  const sheet = new Map<string, PartDraft>();
  const read: { reader: ImportRowReader<PartColumn>; draft: PartDraft }[] = [];
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<PartColumn>(row, faults);
    const draft = readPart(reader, known);
    if (sheet.has(draft.number)) reader.fault('number', 'ROW_DOUBLE');
    else if (draft.number !== '') sheet.set(draft.number, draft);
    read.push({ reader, draft });
  }
  const links = new Links(new Map([...known, ...sheet].filter(([, part]) => part.supersedesNumber !== '').map(([number, part]) => [number, part.supersedesNumber])));
  for (const { reader, draft } of read) {
    yield;
    if (draft.supersedesNumber !== '' && !sheet.has(draft.supersedesNumber) && !known.has(draft.supersedesNumber)) reader.fault('supersedesNumber', 'SUPERSEDED_UNKNOWN');
    else if (draft.supersedesNumber !== '' && sheet.get(draft.number) === draft) reader.check('supersedesNumber', () => requireChain(draft.number, draft.supersedesNumber, links));
    compare(reader, draft, known.get(draft.number));
  }
  const drafts = [...sheet.values()];
  const fresh = drafts.filter(({ number }) => !known.has(number));
  return { fresh: faults.length > 0 ? fresh : replacedFirst(fresh), unchanged: drafts.length - fresh.length, faults };
}

function readPart(row: ImportRowReader<PartColumn>, known: ReadonlyMap<string, PartDraft>): PartDraft {
  const draft: PartDraft = {
    number: row.plain('number'), name: row.text('name'), nameEn: row.text('nameEn'), unit: row.plain('unit'), partClass: partClassText(row.text('partClass')),
    families: row.list('families'), returnRequired: row.yesNo('returnRequired', true), weightGrams: row.whole('weightGrams', 0), supersedesNumber: row.plain('supersedesNumber'),
  };
  for (const column of ['number', 'name', 'unit', 'partClass'] as const) row.needed(column);
  for (const [column, max] of Object.entries(LENGTHS) as [PartColumn, number][]) if ([...row.text(column)].length > max) row.fault(column, 'VALUE_INVALID');
  for (const column of ['number', 'unit', 'supersedesNumber'] as const) if (draft[column] !== '' && !CODE.test(draft[column])) row.fault(column, 'VALUE_INVALID');
  if (draft.partClass !== '') row.check('partClass', () => partClassOf(draft.partClass));
  if (draft.families.length > FAMILIES_MAX) row.fault('families', 'VALUE_INVALID');
  const present = known.get(draft.number)?.families ?? [];
  const wrong = familyFault(draft.families.filter((family) => !present.includes(family)), statesOf(row));
  if (wrong !== undefined) row.fault('families', wrong);
  return draft;
}

/** What the catalogue of families says of those that the row names: "faucet:active,bidet:retired,tap:". */
function statesOf(row: ImportRowReader<PartColumn>): Map<string, string> {
  const pairs = row.plain('familyStates').split(',').filter(Boolean).map((pair) => [pair.slice(0, pair.lastIndexOf(':')), pair.slice(pair.lastIndexOf(':') + 1)] as const);
  return new Map(pairs);
}

function familyFault(families: readonly string[], states: ReadonlyMap<string, string>): string | undefined {
  for (const family of families) {
    const state = states.get(family) ?? '';
    const reason = refusalReason(() => requireFamilyInUse(state === '' ? null : { active: state === 'active' }));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function compare(row: ImportRowReader<PartColumn>, draft: PartDraft, present: PartDraft | undefined): void {
  if (!present) return;
  const columns = ['name', 'nameEn', 'unit', 'partClass', 'families', 'returnRequired', 'weightGrams', 'supersedesNumber'] as const;
  const text = (value: unknown): string => (Array.isArray(value) ? [...(value as string[])].sort().join(',') : String(value));
  for (const column of columns) if (text(draft[column]) !== text(present[column])) row.fault(column, 'KNOWN_OTHERWISE');
}

/** Chains have no circle here, so every part comes after the one it replaces. */
function replacedFirst(fresh: readonly PartDraft[]): PartDraft[] {
  const byNumber = new Map(fresh.map((part) => [part.number, part]));
  const sorted = new Set<PartDraft>();
  for (const part of fresh) {
    const line: PartDraft[] = [];
    for (let at: PartDraft | undefined = part; at && !sorted.has(at); at = byNumber.get(at.supersedesNumber)) line.push(at);
    line.reverse().forEach((each) => sorted.add(each));
  }
  return [...sorted];
}
