import { codeKey, ImportRowReader, requireFamilyInUse, TERM_BASES, type ImportFault, type ImportRow, type KnownFamily, type TermBasis, type Paced } from '@aftercare/domain';
import { ANY_CLASS, checkTerms, type Term } from '../warranty/terms.rules.js';
import { checkModel } from './model.rules.js';

/** Columns of the sheet of models: a row is one term; rows of one code belong to one model. */
export type ModelColumn = 'code' | 'name' | 'nameEn' | 'family' | 'partClass' | 'months' | 'coversParts' | 'coversLabour' | 'startBasis' | 'replacementMonths';

/** A model with its terms, as the sheet says it and as it is registered. */
export interface ModelSheet {
  code: string;
  name: string;
  nameEn: string;
  family: string;
  terms: Term[];
}

const SOUND_MODEL = { code: 'X', name: '-', nameEn: '', family: 'x' };
const SOUND_TERM: Term = { partClass: ANY_CLASS, months: 0, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0 };
const BASIS_WORDS: Record<string, TermBasis> = { 购买: 'purchase', 安装: 'commissioning' };
const TERM_COLUMNS = ['months', 'coversParts', 'coversLabour', 'startBasis', 'replacementMonths'] as const;

/** What a sheet holds. */
export interface CheckedModels {
  fresh: ModelSheet[];
  unchanged: number;
  faults: ImportFault[];
}

/**
 * X-9, W-9: checks a sheet of models cell by cell. `fresh` are the models to draft with all their terms; one that is registered
 * already with the same terms is neither fresh nor wrong. Name and family may stand in the first of a model's rows only; a new
 * model's family is one of the catalogue. `known` goes by codeKey: codes are compared without case.
 */
export function* checkModelSheet(
  rows: readonly ImportRow[],
  known: ReadonlyMap<string, ModelSheet>,
  families: ReadonlyMap<string, KnownFamily>,
): Paced<CheckedModels> {
  const faults: ImportFault[] = [];
  const sheet = new Map<string, { model: ModelSheet; first: ImportRowReader<ModelColumn> }>();
  for (const row of rows) {
    const reader = new ImportRowReader<ModelColumn>(row, faults);
    const code = reader.needed('code').normalize('NFKC');
    const key = codeKey(code);
    if (code !== '') reader.check('code', () => checkModel({ ...SOUND_MODEL, code }));
    const earlier = sheet.get(key);
    const term = readTerm(reader);
    if (earlier) addTerm(reader, earlier.model, term);
    else sheet.set(key, { first: reader, model: readModel(reader, { code, term }, known.has(key) ? null : families) });
    const registered = known.get(key);
    if (registered) compareTerm(reader, term, registered);
    yield;
  }
  const models = [...sheet.values()];
  for (const { model, first } of models) {
    compareModel(first, model, known.get(codeKey(model.code)));
    yield;
  }
  const fresh = models.map(({ model }) => model).filter(({ code }) => !known.has(codeKey(code)));
  return { fresh, unchanged: models.length - fresh.length, faults };
}

/** `families` is null for a model that is registered already: its family is what it was. */
function readModel(
  row: ImportRowReader<ModelColumn>, { code, term }: { code: string; term: Term }, families: ReadonlyMap<string, KnownFamily> | null,
): ModelSheet {
  const model = { code, name: row.needed('name'), nameEn: row.text('nameEn'), family: row.needed('family'), terms: [term] };
  if (model.name !== '') row.check('name', () => checkModel({ ...SOUND_MODEL, name: model.name }));
  row.check('nameEn', () => checkModel({ ...SOUND_MODEL, nameEn: model.nameEn }));
  if (model.family !== '') {
    row.check('family', () => {
      checkModel({ ...SOUND_MODEL, family: model.family });
      if (families !== null) requireFamilyInUse(families.get(model.family) ?? null);
    });
  }
  return model;
}

/** A further row of a model: another class of parts; what it repeats of the model agrees with the first row. */
function addTerm(row: ImportRowReader<ModelColumn>, model: ModelSheet, term: Term): void {
  for (const column of ['name', 'nameEn', 'family'] as const) {
    if (row.text(column) !== '' && row.text(column) !== model[column]) row.fault(column, 'ROWS_DIFFER');
  }
  model.terms.push(term);
  const isDouble = model.terms.slice(0, -1).some(({ partClass }) => partClass === term.partClass);
  if (isDouble) row.fault('partClass', 'TERM_DOUBLE');
}

function readTerm(row: ImportRowReader<ModelColumn>): Term {
  const basis = row.plain('startBasis').toLowerCase() || 'purchase';
  const startBasis = BASIS_WORDS[basis] ?? (basis as TermBasis);
  const term = {
    partClass: row.plain('partClass') || ANY_CLASS, months: row.whole('months', 0), coversParts: row.yesNo('coversParts', true),
    coversLabour: row.yesNo('coversLabour', true), startBasis, replacementMonths: row.whole('replacementMonths', 0),
  };
  row.needed('months');
  row.check('partClass', () => checkTerms([{ ...SOUND_TERM, partClass: term.partClass }]));
  row.check('months', () => checkTerms([{ ...SOUND_TERM, months: term.months }]));
  row.check('replacementMonths', () => checkTerms([{ ...SOUND_TERM, replacementMonths: term.replacementMonths }]));
  if (!(TERM_BASES as readonly string[]).includes(startBasis)) row.fault('startBasis', 'BASIS_UNKNOWN');
  return term;
}

function compareTerm(row: ImportRowReader<ModelColumn>, term: Term, registered: ModelSheet): void {
  const known = registered.terms.find(({ partClass }) => partClass === term.partClass);
  if (!known) row.fault('partClass', 'KNOWN_OTHERWISE');
  for (const column of TERM_COLUMNS) if (known && known[column] !== term[column]) row.fault(column, 'KNOWN_OTHERWISE');
}

/** What the first row of a registered model says of it, and whether the sheet leaves one of its terms out; a new one has no more terms than a model may have. */
function compareModel(row: ImportRowReader<ModelColumn>, model: ModelSheet, registered: ModelSheet | undefined): void {
  if (!registered) return row.check('code', () => checkTerms(model.terms.map((_term, at) => ({ ...SOUND_TERM, partClass: `c${at}` }))));
  for (const column of ['name', 'nameEn', 'family'] as const) {
    if (model[column] !== '' && model[column] !== registered[column]) row.fault(column, 'KNOWN_OTHERWISE');
  }
  if (registered.terms.some(({ partClass }) => !model.terms.some((term) => term.partClass === partClass))) row.fault('code', 'KNOWN_OTHERWISE');
}
