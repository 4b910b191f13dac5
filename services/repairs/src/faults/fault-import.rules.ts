import { ImportRowReader, requireFamilyInUse, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { parentKindOf, refuseIncompleteCode, type CodeDraft } from './fault-code.rules.js';

/** Columns of the sheet of fault codes: a row is one code. `familyState` is what the catalogue of families says: active, retired, or nothing. */
export type CodeColumn = 'family' | 'familyState' | 'kind' | 'code' | 'name' | 'nameEn' | 'parentCode';

const KIND_WORDS: Record<string, string> = { 故障: 'fault', 原因: 'cause', 措施: 'action' };
const SOUND: CodeDraft = { kind: 'fault', family: 'x', code: 'X', name: '-', nameEn: '', parentCode: '' };

/** Where a code stands: unique per family and kind. */
export const placeOf = ({ family, kind, code }: Pick<CodeDraft, 'family' | 'kind' | 'code'>): string => `${family}/${kind}/${code}`;

/** What a sheet holds. */
export interface FaultSheet {
  fresh: CodeDraft[];
  unchanged: number;
  faults: ImportFault[];
}

/**
 * checks a sheet of codes cell by cell. `fresh` are the codes to draft, faults before causes before actions; one that is
 * registered already with the same texts and parent is neither fresh nor wrong. A parent may stand in any row, or be registered; the
 * family of a fresh code is one of the catalogue that is in use.
 */
export function* checkFaultSheet(
  rows: readonly ImportRow[],
  known: ReadonlyMap<string, CodeDraft>,
): Paced<FaultSheet> {
  const faults: ImportFault[] = [];
  const sheet = new Map<string, CodeDraft>();
  const read: { reader: ImportRowReader<CodeColumn>; draft: CodeDraft }[] = [];
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<CodeColumn>(row, faults);
    const draft = readCode(reader, known);
    if (sheet.has(placeOf(draft))) reader.fault('code', 'ROW_DOUBLE');
    else if (draft.code !== '') sheet.set(placeOf(draft), draft);
    read.push({ reader, draft });
  }
  for (const { reader, draft } of read) {
    refuseUnknownParent(reader, draft, (place) => sheet.has(place) || known.has(place));
    compare(reader, draft, known.get(placeOf(draft)));
    yield;
  }
  const drafts = [...sheet.values()];
  const fresh = drafts.filter((draft) => !known.has(placeOf(draft)));
  return { fresh: fresh.sort((a, b) => depth(a) - depth(b)), unchanged: drafts.length - fresh.length, faults };
}

const depth = ({ kind }: CodeDraft): number => ['fault', 'cause', 'action'].indexOf(kind);

function readCode(row: ImportRowReader<CodeColumn>, known: ReadonlyMap<string, CodeDraft>): CodeDraft {
  const typed = row.plain('kind').toLowerCase();
  const kind = KIND_WORDS[typed] ?? typed;
  const draft = { family: row.plain('family'), kind, code: row.plain('code'), name: row.text('name'), nameEn: row.text('nameEn'), parentCode: row.plain('parentCode') };
  row.needed('kind');
  if (kind !== '') row.check('kind', () => refuseIncompleteCode({ ...SOUND, kind, parentCode: parentKindOf(kind) === null ? '' : 'X' }));
  row.check('family', () => {
    refuseIncompleteCode({ ...SOUND, family: draft.family });
    const state = row.plain('familyState');
    if (!known.has(placeOf(draft))) requireFamilyInUse(state === '' ? null : { active: state === 'active' });
  });
  for (const column of ['code', 'name', 'nameEn'] as const) row.check(column, () => refuseIncompleteCode({ ...SOUND, [column]: draft[column] }));
  return draft;
}

function refuseUnknownParent(row: ImportRowReader<CodeColumn>, draft: CodeDraft, isThere: (place: string) => boolean): void {
  const kind = parentKindOf(draft.kind);
  if (kind === null) {
    if (draft.kind === 'fault' && draft.parentCode !== '') row.fault('parentCode', 'PARENT_UNKNOWN');
  } else if (draft.parentCode === '') row.fault('parentCode', 'FIELD_MISSING');
  else if (!isThere(placeOf({ family: draft.family, kind, code: draft.parentCode }))) row.fault('parentCode', 'PARENT_UNKNOWN');
}

function compare(row: ImportRowReader<CodeColumn>, draft: CodeDraft, registered: CodeDraft | undefined): void {
  if (!registered) return;
  for (const column of ['name', 'nameEn', 'parentCode'] as const) if (draft[column] !== registered[column]) row.fault(column, 'KNOWN_OTHERWISE');
}
