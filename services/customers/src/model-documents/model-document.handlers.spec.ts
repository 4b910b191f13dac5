import { ModelDocumentService, type DocumentRef } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { CustomersPlatform, refusal } from '../customers.fixture.js';

const file = { id: newId(), sha256: 'b'.repeat(64) };

describe('documents of models over the bus', () => {
  const platform = new CustomersPlatform();
  let modelId: string;
  const documents = (ctx?: Parameters<typeof platform.service.client>[1]) => platform.service.client(ModelDocumentService, ctx);
  const supervisor = () => documents(platform.service.ctx({ role: 'service_supervisor', userId: 'supervisor' }));
  const drawing = (given: object = {}): Promise<DocumentRef> => documents().createModelDocument({
    modelId, kind: 'drawing', title: '爆炸图', titleEn: 'Exploded view', edition: 'A', file,
    positions: [{ label: '1', partNumber: 'P-1', quantity: 2 }, { label: '2', name: '外壳', nameEn: 'Housing', quantity: 1 }], ...given,
  });
  const published = async (draft: DocumentRef): Promise<DocumentRef> => supervisor().publishModelDocument({ id: draft.id, version: draft.version });

  beforeAll(async () => {
    await platform.start();
    modelId = (await platform.model()).id;
  });
  afterAll(() => platform.service.stop());

  it('W-9: a clerk drafts a drawing with positions, a supervisor publishes it, and every dealer reads it then', async () => {
    const { manager } = await platform.dealer();
    const draft = await drawing();
    const missing = await documents(manager).getModelDocument({ id: newId() }).catch((error: unknown) => error);
    await expect(documents(manager).getModelDocument({ id: draft.id })).rejects.toEqual(missing);
    await expect(documents().publishModelDocument({ id: draft.id, version: 1 })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(documents(manager).publishModelDocument({ id: draft.id, version: 1 })).rejects.toEqual(missing);
    await published(draft);
    const read = await documents(manager).getModelDocument({ id: draft.id });
    expect(read).toMatchObject({ modelId, kind: 'drawing', state: 'published', file, version: 2 });
    expect(read.positions).toMatchObject([{ label: '1', partNumber: 'P-1', quantity: 2 }, { label: '2', name: '外壳', nameEn: 'Housing' }]);
    expect(read.allowedActions.every(({ allowed }) => !allowed)).toBe(true);
    await expect(documents().updateModelDocument({ id: draft.id, version: 2, title: 'x', file })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
  });

  it('W-9: a new edition withdraws the one it replaces, which stays readable', async () => {
    const first = await published(await documents().createModelDocument({ modelId, kind: 'manual', title: '说明书', language: 'zh-CN', file }));
    await expect(documents().createModelDocument({ modelId, kind: 'manual', title: 'Manual', language: 'en', file, replacesId: first.id })).rejects.toEqual(refusal('failed_precondition', 'REPLACES_OTHER'));
    await expect(documents().createModelDocument({ modelId, kind: 'manual', title: '说明书', language: 'zh-CN', file, replacesId: newId() })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    const second = await documents().createModelDocument({ modelId, kind: 'manual', title: '说明书', language: 'zh-CN', edition: 'B', file, replacesId: first.id });
    await expect(documents().getModelDocument({ id: first.id })).resolves.toMatchObject({ state: 'published' });
    await published(second);
    const { manager } = await platform.dealer();
    await expect(documents(manager).getModelDocument({ id: first.id })).resolves.toMatchObject({ state: 'withdrawn', version: 3 });
    const { items } = await documents(manager).listModelDocuments({ modelId, kind: 'manual', language: 'zh-CN', state: 'published' });
    expect(items).toMatchObject([{ id: second.id, edition: 'B' }]);
  });

  it('W-9: is withdrawn by a supervisor with a reason, based on its version', async () => {
    const note = await published(await documents().createModelDocument({ modelId, kind: 'care_note', title: '保养', text: '软管三年更换', textEn: 'Replace the hose after three years' }));
    await expect(supervisor().withdrawModelDocument({ id: note.id, version: 2, reason: ' ' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(supervisor().withdrawModelDocument({ id: note.id, version: 1, reason: '有误' })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(supervisor().withdrawModelDocument({ id: note.id, version: 2, reason: '有误' })).resolves.toMatchObject({ state: 'withdrawn' });
    const [audit] = await platform.service.sql<{ actions: string }>(`select string_agg(action, ' ' order by id) as actions from audit_entry where kind = 'model_document' and document_id = $1`, [note.id]);
    expect(audit.actions).toBe('create publish withdraw');
  });

  it('W-9: lists page from the newest, find the drawings of a part, and show no draft to a dealer', async () => {
    const { manager } = await platform.dealer();
    const draft = await drawing({ positions: [{ label: '9', partNumber: 'P-9', quantity: 1 }] });
    expect((await documents().listModelDocuments({ partNumber: 'P-9' })).items).toMatchObject([{ id: draft.id, positionCount: 1 }]);
    expect((await documents(manager).listModelDocuments({ partNumber: 'P-9' })).items).toEqual([]);
    const all: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await documents().listModelDocuments({ modelId, page: { limit: 2, cursor } });
      all.push(...page.items.map(({ id }) => id));
      if ((cursor = page.nextCursor) === '') break;
    }
    expect(all.length).toBeGreaterThan(3);
    expect(all).toEqual([...new Set(all)].sort().reverse());
    await expect(documents(manager).createModelDocument({ modelId, kind: 'drawing' })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(drawing({ modelId: newId() })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
  });
});
