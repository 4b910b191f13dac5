import { checkDocument, checkReplaced, documentActions, documentSteps, publishDocument, type DocumentData } from './model-document.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const file = { id: 'f', sha256: 'a' };
const position = { label: '12a', partNumber: 'P-1', name: '', nameEn: '', quantity: 1 };
const drawing: DocumentData = { kind: 'drawing', title: '爆炸图', titleEn: 'Exploded view', language: '', edition: 'B', file, positions: [position], text: '', textEn: '' };
const manual: DocumentData = { ...drawing, kind: 'manual', language: 'zh-CN', positions: [] };
const note: DocumentData = { ...drawing, kind: 'care_note', file: null, positions: [], text: '进水软管三年更换', textEn: 'Replace the inlet hose after three years' };

describe('a document of a model', () => {
  it('W-9: is a drawing with positions, a manual in one language or a care note in both', () => {
    for (const document of [drawing, manual, note, { ...note, file }, { ...manual, language: 'en' }]) expect(() => checkDocument(document)).not.toThrow();
    expect(() => checkDocument({ ...drawing, kind: 'video' })).toThrow(refusal('KIND_UNKNOWN'));
    expect(() => checkDocument({ ...drawing, title: '' })).toThrow(refusal('TITLE_INVALID'));
    expect(() => checkDocument({ ...manual, language: '' })).toThrow(refusal('LANGUAGE_UNKNOWN'));
    expect(() => checkDocument({ ...drawing, language: 'en' })).toThrow(refusal('LANGUAGE_UNKNOWN'));
    for (const document of [drawing, manual]) expect(() => checkDocument({ ...document, file: null })).toThrow(refusal('DOCUMENT_FILE_MISSING'));
    for (const half of [{ text: '' }, { textEn: '' }]) expect(() => checkDocument({ ...note, ...half })).toThrow(refusal('CARE_TEXT_MISSING'));
  });

  it('W-9: every position of a drawing has a label of its own, a part number or a name, and pieces', () => {
    const of = (...positions: object[]) => () => checkDocument({ ...drawing, positions: positions.map((given) => ({ ...position, ...given })) });
    expect(of({}, { label: '13', partNumber: '', name: '外壳' })).not.toThrow();
    expect(of()).toThrow(refusal('POSITIONS_INVALID'));
    expect(of({}, {})).toThrow(refusal('POSITION_DOUBLE'));
    for (const wrong of [{ label: '' }, { label: '<b>' }, { partNumber: '', name: '' }, { quantity: 0 }, { quantity: 1.5 }]) expect(of(wrong)).toThrow(refusal('POSITIONS_INVALID'));
    expect(() => checkDocument({ ...manual, positions: [position] })).toThrow(refusal('POSITIONS_INVALID'));
  });

  it('W-9: is published by a supervisor who did not draft it, and changed only before', () => {
    expect(documentSteps.unreachable()).toEqual([]);
    const draft = { state: 'draft' as const, draftedBy: 'clerk' };
    expect(publishDocument(draft, { userId: 's' })).toBe('published');
    expect(() => publishDocument(draft, { userId: 'clerk' })).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(() => publishDocument({ ...draft, state: 'withdrawn' }, { userId: 's' })).toThrow(refusal('STEP_NOT_ALLOWED'));
    const actions = (state: 'draft' | 'published', role: string): (string | undefined)[] => documentActions({ ...draft, state }, { userId: 'x', role }).map(({ reason }) => reason);
    expect(actions('draft', 'quality_engineer')).toEqual([undefined, 'ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED']);
    expect(actions('published', 'service_supervisor')).toEqual(['ROLE_NOT_ALLOWED', 'STEP_NOT_ALLOWED', undefined]);
    expect(actions('draft', 'dealer_manager')).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED']);
  });

  it('W-9: replaces a published one of the same model, kind and language', () => {
    const of = { modelId: 'm', kind: 'manual', language: 'en' };
    expect(() => checkReplaced(of, { ...of, state: 'published' })).not.toThrow();
    for (const other of [{ modelId: 'n' }, { kind: 'drawing' }, { language: 'zh-CN' }, { state: 'draft' as const }]) {
      expect(() => checkReplaced(of, { ...of, state: 'published', ...other })).toThrow(refusal('REPLACES_OTHER'));
    }
  });
});
