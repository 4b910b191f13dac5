import { defineSteps, LOCALES, Refusal, refusalReason, requireRole, type Role } from '@aftercare/domain';

export const MODEL_DOCUMENT_KINDS = ['drawing', 'manual', 'care_note'] as const;
export type ModelDocumentKind = (typeof MODEL_DOCUMENT_KINDS)[number];
export type DocumentState = 'draft' | 'published' | 'withdrawn';

/** What a drawing shows under a number of its picture. */
export interface Position {
  label: string;
  /** Of the catalogue; empty for what is not supplied. */
  partNumber: string;
  name: string;
  nameEn: string;
  quantity: number;
}

/** What a document says, before it is kept. */
export interface DocumentData {
  kind: string;
  title: string;
  titleEn: string;
  language: string;
  edition: string;
  file: { id: string; sha256: string } | null;
  positions: readonly Position[];
  text: string;
  textEn: string;
}

/** A document's life: published once, withdrawn by a supervisor or by the edition that replaces it. */
export const documentSteps = defineSteps<DocumentState, 'update' | 'publish' | 'withdraw'>({
  initial: 'draft',
  final: ['withdrawn'],
  steps: {
    update: { from: ['draft'], to: 'draft' },
    publish: { from: ['draft'], to: 'published' },
    withdraw: { from: ['published'], to: 'withdrawn' },
  },
});

const MAY: Record<'draft' | 'publish', readonly Role[]> = { draft: ['service_clerk', 'quality_engineer'], publish: ['service_supervisor'] };
const TITLE_MAX = 200;
const EDITION_MAX = 60;
const TEXT_MAX = 10_000;
const POSITIONS_MAX = 500;
const QUANTITY_MAX = 9_999;
const LABEL = /^[0-9A-Za-z][0-9A-Za-z.-]{0,9}$/;

/** Clerk and quality engineer draft, the supervisor publishes and withdraws. Refuses ROLE_NOT_ALLOWED. */
export function requireDocumentRole(what: keyof typeof MAY, role: string): void {
  requireRole(role, MAY[what], what);
}

/**
 * A drawing is a picture with positions, a manual a paper in one language, a care note a text in both. Refuses KIND_UNKNOWN,
 * TITLE_INVALID, LANGUAGE_UNKNOWN, DOCUMENT_FILE_MISSING, POSITIONS_INVALID, POSITION_DOUBLE, CARE_TEXT_MISSING.
 */
export function checkDocument(document: DocumentData): void {
  const { kind, title, titleEn, language, edition, file, positions, text, textEn } = document;
  if (!(MODEL_DOCUMENT_KINDS as readonly string[]).includes(kind)) throw wrong('kind', 'KIND_UNKNOWN', 'A document is a drawing, a manual or a care note.');
  if (title === '' || title.length > TITLE_MAX) throw wrong('title', 'TITLE_INVALID', `A title has 1 to ${TITLE_MAX} characters.`);
  if (titleEn.length > TITLE_MAX) throw wrong('titleEn', 'TITLE_INVALID', `A title has at most ${TITLE_MAX} characters.`);
  if (edition.length > EDITION_MAX) throw wrong('edition', 'TITLE_INVALID', `An edition has at most ${EDITION_MAX} characters.`);
  const known = (LOCALES as readonly string[]).includes(language);
  if (kind === 'manual' ? !known : language !== '') throw wrong('language', 'LANGUAGE_UNKNOWN', 'A manual is in Chinese or English; the rest is in both.');
  if (kind !== 'care_note' && file === null) throw wrong('file', 'DOCUMENT_FILE_MISSING', 'A drawing and a manual have a file.');
  checkPositions(kind, positions);
  const care = kind === 'care_note';
  if (care && (text === '' || textEn === '')) throw wrong(text === '' ? 'text' : 'textEn', 'CARE_TEXT_MISSING', 'A care note has a text in both languages.');
  if (Math.max(text.length, textEn.length) > TEXT_MAX) throw wrong('text', 'CARE_TEXT_MISSING', `A text has at most ${TEXT_MAX} characters.`);
}

function checkPositions(kind: string, positions: readonly Position[]): void {
  if (kind === 'drawing' ? positions.length === 0 || positions.length > POSITIONS_MAX : positions.length > 0) {
    throw wrong('positions', 'POSITIONS_INVALID', `A drawing has 1 to ${POSITIONS_MAX} positions, nothing else has any.`);
  }
  positions.forEach(({ label, partNumber, name, nameEn, quantity }, at) => {
    const field = `positions[${at}]`;
    if (!LABEL.test(label)) throw wrong(`${field}.label`, 'POSITIONS_INVALID', 'A label is as printed: 1 to 10 letters, digits, points or dashes.');
    if (partNumber === '' && name === '') throw wrong(`${field}.partNumber`, 'POSITIONS_INVALID', 'A position names a part or says what it is.');
    if (Math.max(name.length, nameEn.length) > TITLE_MAX) throw wrong(`${field}.name`, 'POSITIONS_INVALID', 'The name is too long.');
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) throw wrong(`${field}.quantity`, 'POSITIONS_INVALID', 'Pieces are whole, from 1.');
    if (positions.findIndex((other) => other.label === label) !== at) throw wrong(`${field}.label`, 'POSITION_DOUBLE', 'This label stands twice.');
  });
}

/** A document replaces a published one of the same model, kind and language. Refuses REPLACES_OTHER. */
export function checkReplaced(
  document: { modelId: string; kind: string; language: string },
  replaced: { modelId: string; kind: string; language: string; state: DocumentState },
): void {
  const same = replaced.modelId === document.modelId && replaced.kind === document.kind && replaced.language === document.language;
  if (!same || replaced.state === 'draft') {
    throw new Refusal('failed_precondition', 'REPLACES_OTHER', 'A document replaces a published one of the same model, kind and language.', { field: 'replacesId' });
  }
}

/** The state after a supervisor's publishing, by somebody other than who drafted. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER. */
export function publishDocument(document: { state: DocumentState; draftedBy: string }, actor: { userId: string }): DocumentState {
  const next = documentSteps.next('publish', document.state);
  if (document.draftedBy === actor.userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'A document is published by somebody other than who drafted it.');
  }
  return next;
}

/** What the caller may do with a document now, and why not. */
export function documentActions(document: { state: DocumentState; draftedBy: string }, actor: { userId: string; role: string }): { action: string; reason?: string }[] {
  const refused = (what: keyof typeof MAY, step: () => unknown): string | undefined => refusalReason(() => { requireDocumentRole(what, actor.role); step(); });
  return [
    { action: 'update', reason: refused('draft', () => documentSteps.next('update', document.state)) },
    { action: 'publish', reason: refused('publish', () => publishDocument(document, actor)) },
    { action: 'withdraw', reason: refused('publish', () => documentSteps.next('withdraw', document.state)) },
  ];
}

function wrong(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
