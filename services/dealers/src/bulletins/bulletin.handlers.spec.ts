import { BulletinService, DealerService, NoticeRequestedSchema, type DocumentRef } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { cursorOf } from '@aftercare/service';
import { startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';

const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;
const taxIdentity = { title: '上海阀门有限公司', taxNumber: '91310104MA1FR12345' };
const agreement = { number: 'AG-1', validFrom: '2020-01-01', validTo: '2099-12-31' };

describe('bulletins over the bus', () => {
  let service: TestService;
  let one: string;
  let two: string;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
    [one, two] = [await dealer('ONE'), await dealer('TWO')];
    await service.client(DealerService, service.ctx()).createDealer({ code: 'APPLIES', name: '申请中', address: { regionCode: '310104' } });
  });
  afterAll(() => service.stop());

  const bulletins = (ctx = service.ctx()) => service.client(BulletinService, ctx);
  const supervisor = () => bulletins(service.ctx({ role: 'service_supervisor' }));
  const draft = (given: object = {}): Promise<DocumentRef> => bulletins().createBulletin({ kind: 'manual', title: '安装说明', text: '见附件', ...given });
  const publish = async (given: object = {}): Promise<DocumentRef> => {
    const { id, version } = await draft(given);
    return supervisor().publishBulletin({ id, version });
  };
  async function dealer(code: string): Promise<string> {
    const created = await service.client(DealerService, service.ctx()).createDealer({ code, name: code, address: { regionCode: '310104' }, taxIdentity, agreement });
    await service.client(DealerService, service.ctx({ role: 'service_supervisor' })).activateDealer({ id: created.id, version: created.version });
    return created.id;
  }
  const toldOf = async (id: string) =>
    (await service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 order by id', [NoticeRequestedSchema.typeName, `%${id}%`]))
      .map(({ payload }) => JSON.parse(payload) as { kind: string; recipientRole: string; recipientDealerId: string });

  it('D-8, X-5: a clerk drafts, a supervisor publishes, and the dealers it is addressed to are told once', async () => {
    const bulletin = await draft({ dealerIds: [one] });
    expect(bulletin).toMatchObject({ state: 'draft', number: '', version: 1 });
    await expect(bulletins().publishBulletin({ id: bulletin.id, version: 1 })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    const published = await supervisor().publishBulletin({ id: bulletin.id, version: 1 });
    expect(published).toMatchObject({ state: 'published', version: 2, number: expect.stringMatching(/^BU-\d{4}-\d{6}$/) as string });
    expect(await toldOf(bulletin.id)).toEqual(['dealer_manager', 'dealer_technician'].map((recipientRole) =>
      expect.objectContaining({ kind: 'bulletin.published', recipientRole, recipientDealerId: one }) as object));
    const all = await publish();
    expect([...new Set((await toldOf(all.id)).map(({ recipientDealerId }) => recipientDealerId))].sort()).toEqual([one, two].sort());
    await expect(bulletins().updateBulletin({ id: all.id, version: 2, kind: 'notice', title: 'x', text: 'y' })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
  });

  it('D-8: a dealer sees what was published to it; a draft, another dealer’s and a missing one look the same', async () => {
    const [forOne, forTwo, forAll, drafted] = [await publish({ dealerIds: [one] }), await publish({ dealerIds: [two] }), await publish(), await draft({ dealerIds: [one] })];
    const manager = bulletins(service.dealerCtx(one));
    const seen = await manager.getBulletin({ id: forOne.id });
    expect(seen).toMatchObject({ title: '安装说明', dealerIds: [], readAt: '', state: 'published' });
    const missing = await manager.getBulletin({ id: newId() }).catch((error: unknown) => error);
    for (const id of [forTwo.id, drafted.id, 'not-an-id']) {
      await expect(manager.getBulletin({ id })).rejects.toEqual(missing);
      await expect(manager.readBulletin({ id })).rejects.toEqual(missing);
    }
    const ids = (await manager.listBulletins({ page: { limit: 200 } })).items.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([forOne.id, forAll.id]));
    expect(ids.filter((id) => id === forTwo.id || id === drafted.id)).toEqual([]);
    // A parent is not its child: what is addressed to one is for its own people.
    const asParent = bulletins(service.dealerCtx(two, 'dealer_manager', { childDealerIds: [one] }));
    await expect(asParent.getBulletin({ id: forOne.id })).rejects.toEqual(missing);
    await expect(bulletins().getBulletin({ id: forOne.id })).resolves.toMatchObject({ dealerIds: [one] });
  });

  it('D-8: one receipt per user, of the first time; the manufacturer sees who has read and who has not', async () => {
    const bulletin = await publish({ dealerIds: [one, two] });
    const [manager, technician] = [service.dealerCtx(one), service.dealerCtx(one, 'dealer_technician')];
    await bulletins(manager).readBulletin({ id: bulletin.id });
    const { readAt } = await bulletins(manager).getBulletin({ id: bulletin.id });
    expect(readAt).not.toBe('');
    await bulletins(manager).readBulletin({ id: bulletin.id });
    await bulletins(technician).readBulletin({ id: bulletin.id });
    expect((await bulletins(manager).listBulletins({ unread: true, page: { limit: 200 } })).items.map(({ id }) => id)).not.toContain(bulletin.id);
    const { items } = await bulletins().listBulletinReaders({ id: bulletin.id });
    expect(items.map(({ dealerCode, firstReadAt, receipts }) => [dealerCode, firstReadAt, receipts.map(({ userId }) => userId)])).toEqual([
      ['ONE', readAt, [manager.userId, technician.userId]], ['TWO', '', []],
    ]);
    expect((await bulletins().listBulletinReaders({ id: bulletin.id, unread: true })).items.map(({ dealerId }) => dealerId)).toEqual([two]);
    await expect(bulletins(manager).listBulletinReaders({ id: bulletin.id })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(bulletins().readBulletin({ id: bulletin.id })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
  });

  it('D-8: stands where it was published, not where it was drafted, and is found in any spelling of its title', async () => {
    const [first, second] = [await draft({ title: 'Valve seat' }), await draft({ title: 'valve stem' })];
    for (const { id } of [second, first]) await supervisor().publishBulletin({ id, version: 1 });
    const manager = bulletins(service.dealerCtx(one));
    const page = await manager.listBulletins({ q: 'VALVE', page: { limit: 1 } });
    expect([page.items.map(({ id }) => id), (await manager.listBulletins({ q: 'VALVE', page: { limit: 1, cursor: page.nextCursor } })).items.map(({ id }) => id)])
      .toEqual([[first.id], [second.id]]);
    await expect(manager.listBulletins({ page: { cursor: cursorOf('bulletins', 'x', first.id) } })).rejects.toEqual(refusal('invalid_argument', 'CURSOR_INVALID'));
  });

  it('D-8: a dealer that has left is addressed no more, and not waited for; the audit row says to whom and what', async () => {
    const [stays, leaves] = [await dealer('STAYS'), await dealer('LEAVES')];
    const bulletin = await publish({ title: '停产通知', dealerIds: [stays, leaves] });
    const decide = service.client(DealerService, service.ctx({ role: 'service_supervisor' }));
    await decide.terminateDealer({ id: leaves, version: 2, reason: '期满', successorDealerId: stays });
    expect((await bulletins().listBulletinReaders({ id: bulletin.id, unread: true })).items.map(({ dealerId }) => dealerId)).toEqual([stays]);
    await expect(draft({ dealerIds: [stays, leaves] })).rejects.toMatchObject({ reason: 'DEALER_NOT_ACTIVE', details: { field: 'dealerIds[1]' } });
    const [created] = await service.sql<{ changed: object }>(`select changed from audit_entry where document_id = $1 and action = 'create'`, [bulletin.id]);
    expect(created.changed).toMatchObject({ title: { after: '停产通知' }, dealerIds: { after: [stays, leaves] } });
  });

  it('D-8: a bulletin about a model is found under it, and one about all models too', async () => {
    const modelId = newId();
    const [about, general, other] = [await publish({ modelIds: [modelId] }), await publish(), await publish({ modelIds: [newId()] })];
    const found = (await bulletins(service.dealerCtx(one)).listBulletins({ modelId, page: { limit: 200 } })).items.map(({ id }) => id);
    expect(found).toEqual(expect.arrayContaining([about.id, general.id]));
    expect(found).not.toContain(other.id);
  });

  it('changes drafts only at their version, refuses missing dealers and what says nothing, and pages from the newest', async () => {
    const bulletin = await draft({ dealerIds: [one] });
    const change = { id: bulletin.id, kind: 'notice', title: '通知', text: '停产' };
    await expect(bulletins().updateBulletin({ ...change, version: 9 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await bulletins().updateBulletin({ ...change, version: 1, dealerIds: [two] });
    expect(await bulletins().getBulletin({ id: bulletin.id })).toMatchObject({ kind: 'notice', dealerIds: [two], version: 2 });
    await expect(draft({ dealerIds: [newId()] })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(draft({ text: ' ' })).rejects.toEqual(refusal('invalid_argument', 'BULLETIN_EMPTY'));
    const all: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await bulletins().listBulletins({ page: { limit: 3, cursor } });
      all.push(...page.items.map(({ id }) => id));
      if ((cursor = page.nextCursor) === '') break;
    }
    const kept = await service.sql<{ id: string }>('select id from bulletin order by coalesce(published_at, created_at) desc, id desc');
    expect(all).toEqual(kept.map(({ id: each }) => each));
    expect((await bulletins().listBulletins({ state: 'draft' })).items.every(({ state }) => state === 'draft')).toBe(true);
  });
});
