import { DealerChangedSchema, DealerService, NoticeRequestedSchema, type DocumentRef } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';

const address = { regionCode: '310104', detail: '漕溪路 1 号' };
const taxIdentity = { title: '上海阀门有限公司', taxNumber: '91310104MA1FR12345', bank: '工行', account: '1001', address: '漕溪路', phone: '021-1' };
const agreement = { number: 'AG-1', validFrom: '2020-01-01', validTo: '2099-12-31' };
const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;

describe('the end of an agreement', () => {
  let service: TestService;
  let codes = 0;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
  });
  afterAll(() => service.stop());

  const supervisor = () => service.client(DealerService, service.ctx({ role: 'service_supervisor' }));
  const active = async (given: object = {}): Promise<DocumentRef> => {
    const data = { code: `EN${(codes += 1)}`, name: '上海经销商', address, contactName: '王经理', contactPhone: '13900001111', taxIdentity, agreement, ...given };
    const { id, version } = await service.client(DealerService, service.ctx()).createDealer(data);
    return supervisor().activateDealer({ id, version });
  };
  const told = async (dealerId: string): Promise<{ status: string; successorDealerId?: string; parentId?: string }[]> => {
    const rows = await service.sql<{ payload: string }>(
      'select payload from outbox where event_type = $1 and payload like $2 order by id', [DealerChangedSchema.typeName, `%"dealerId":"${dealerId}"%`]);
    return rows.map(({ payload }) => JSON.parse(payload) as { status: string });
  };

  it('D-1: names an active successor, tells it once, and refuses any other', async () => {
    const [leaver, follower, other] = [await active(), await active(), await active()];
    const ask = { id: leaver.id, version: 2, reason: '协议到期' };
    await expect(supervisor().terminateDealer({ ...ask, successorDealerId: leaver.id })).rejects.toEqual(refusal('SUCCESSOR_NOT_ACTIVE'));
    await expect(supervisor().terminateDealer({ ...ask, successorDealerId: newId() })).rejects.toMatchObject({ reason: 'NOT_FOUND', details: { field: 'successorDealerId' } });
    await supervisor().suspendDealer({ id: other.id, version: 2, reason: '月报逾期' });
    await expect(supervisor().terminateDealer({ ...ask, successorDealerId: other.id })).rejects.toEqual(refusal('SUCCESSOR_NOT_ACTIVE'));
    await expect(supervisor().terminateDealer({ ...ask, successorDealerId: follower.id })).resolves.toMatchObject({ state: 'terminated', version: 3 });
    expect((await told(leaver.id)).at(-1)).toMatchObject({ status: 'terminated', successorDealerId: follower.id });
    await expect(supervisor().nameSuccessor({ id: leaver.id, version: 3, successorDealerId: other.id })).rejects.toEqual(refusal('SUCCESSOR_NAMED'));
  });

  it('D-1: ends without a successor too; the supervisor is told, and names one afterwards', async () => {
    const [leaver, follower] = [await active(), await active()];
    await supervisor().terminateDealer({ id: leaver.id, version: 2, reason: '协议到期' });
    const notices = await service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2', [NoticeRequestedSchema.typeName, `%${leaver.id}%`]);
    expect(notices.map(({ payload }) => JSON.parse(payload) as object)).toEqual([expect.objectContaining({ kind: 'dealer.successor_missing', recipientRole: 'service_supervisor' })]);
    const clerk = service.client(DealerService, service.ctx());
    await expect(clerk.nameSuccessor({ id: leaver.id, version: 3, successorDealerId: follower.id })).rejects.toEqual(refusal('ROLE_NOT_ALLOWED'));
    await expect(supervisor().nameSuccessor({ id: leaver.id, version: 2, successorDealerId: follower.id })).rejects.toEqual(refusal('STALE_VERSION'));
    await expect(supervisor().nameSuccessor({ id: follower.id, version: 2, successorDealerId: leaver.id })).rejects.toEqual(refusal('STEP_NOT_ALLOWED'));
    const shown = await supervisor().getDealer({ id: leaver.id });
    expect(shown.allowedActions.filter(({ allowed }) => allowed).map(({ action }) => action)).toEqual(['name-successor']);
    await expect(supervisor().nameSuccessor({ id: leaver.id, version: 3, successorDealerId: follower.id })).resolves.toMatchObject({ state: 'terminated', version: 4 });
    expect((await told(leaver.id)).at(-1)).toMatchObject({ status: 'terminated', successorDealerId: follower.id });
    const audited = await service.sql<{ changed: object }>(`select changed from audit_entry where document_id = $1 and action = 'name-successor'`, [leaver.id]);
    expect(audited).toEqual([{ changed: { successorDealerId: { before: null, after: follower.id } } }]);
  });

  it('D-1: sub-dealers outlive a suspended parent unchanged, and a terminated one without a parent', async () => {
    const parent = await active();
    const child = await active({ parentId: parent.id });
    await supervisor().suspendDealer({ id: parent.id, version: 2, reason: '月报逾期' });
    await expect(supervisor().getDealer({ id: child.id })).resolves.toMatchObject({ status: 'active', parentId: parent.id, version: 2 });
    // The child itself may follow.
    await supervisor().terminateDealer({ id: parent.id, version: 3, reason: '协议到期', successorDealerId: child.id });
    await expect(supervisor().getDealer({ id: child.id })).resolves.toMatchObject({ status: 'active', parentId: '', version: 3 });
    expect((await told(child.id)).at(-1)).toMatchObject({ status: 'active', version: 3 });
    const gone = service.client(DealerService, service.dealerCtx(parent.id));
    await expect(gone.getDealerStanding({ id: parent.id })).resolves.toMatchObject({ status: 'terminated', childIds: [] });
    await expect(gone.getDealer({ id: child.id })).rejects.toEqual(refusal('NOT_FOUND'));
  });
});
