import { DealerChangedSchema, DealerService, FeeService, TechnicianImportedSchema, TechnicianService, type DocumentRef } from '@aftercare/contracts';
import { addDays, newId } from '@aftercare/domain';
import { migrate } from '@aftercare/service';
import { createTestDatabase, expectSchemaMatchesEntities, startTestService, withClient, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';
import { DealerCodes1798620000000 } from '../migrations/1798620000000-dealer-codes.js';

const address = { regionCode: '310104', detail: '漕溪路 1 号' };
const taxIdentity = { title: '上海阀门有限公司', taxNumber: '91310104MA1FR12345', bank: '工行', account: '1001', address: '漕溪路', phone: '021-1' };
const agreement = { number: 'AG-1', validFrom: '2020-01-01', validTo: '2099-12-31' };
const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;

describe('dealers over the bus', () => {
  let service: TestService;
  let codes = 0;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
  });
  afterAll(() => service.stop());

  const clerk = () => service.client(DealerService, service.ctx());
  const supervisor = () => service.client(DealerService, service.ctx({ role: 'service_supervisor' }));
  const create = (given: object = {}): Promise<DocumentRef> =>
    clerk().createDealer({ code: `SH${(codes += 1)}`, name: '上海经销商', address, contactName: '王经理', contactPhone: '13900001111', territoryRegionCodes: ['310000'], taxIdentity, agreement, ...given });
  const createActive = async (given: object = {}): Promise<DocumentRef> => {
    const { id, version } = await create(given);
    return supervisor().activateDealer({ id, version });
  };

  it('the entities describe the migrated schema', async () => {
    await expectSchemaMatchesEntities(service.dataSource);
  });

  it('D-1: a clerk drafts, a supervisor decides, and each step is told once with its version', async () => {
    const draft = await create();
    expect(draft).toMatchObject({ state: 'applicant', version: 1 });
    await expect(clerk().activateDealer({ id: draft.id, version: 1 })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(supervisor().activateDealer({ id: draft.id, version: 1 })).resolves.toMatchObject({ state: 'active', version: 2 });
    await expect(supervisor().suspendDealer({ id: draft.id, version: 2, reason: '月报逾期' })).resolves.toMatchObject({ state: 'suspended', version: 3 });
    const other = await createActive();
    const ended = await supervisor().terminateDealer({ id: draft.id, version: 3, reason: '协议到期', successorDealerId: other.id });
    expect(ended).toMatchObject({ state: 'terminated', version: 4 });
    const told = await service.sql<{ payload: string }>(
      `select payload from outbox where event_type = $1 and payload like $2 order by id`, [DealerChangedSchema.typeName, `%"dealerId":"${draft.id}"%`]);
    expect(told.map(({ payload }) => (JSON.parse(payload) as { status: string }).status)).toEqual(['applicant', 'active', 'suspended', 'terminated']);
  });

  it('D-1: a dealer sees itself and its children; its parent, others and missing ones look the same', async () => {
    const parent = await createActive();
    const child = await createActive({ parentId: parent.id });
    const stranger = await createActive();
    const asParent = service.client(DealerService, service.dealerCtx(parent.id, 'dealer_manager', { childDealerIds: [child.id] }));
    const asChild = service.client(DealerService, service.dealerCtx(child.id));
    await expect(asParent.getDealer({ id: parent.id })).resolves.toMatchObject({ taxIdentity: { taxNumber: taxIdentity.taxNumber } });
    const seenChild = await asParent.getDealer({ id: child.id });
    expect(seenChild.taxIdentity).toBeUndefined();
    expect(seenChild.agreement).toBeUndefined();
    const missing = await asChild.getDealer({ id: newId() }).catch((error: unknown) => error);
    for (const id of [parent.id, stranger.id, 'not-an-id']) {
      await expect(asChild.getDealer({ id })).rejects.toEqual(missing);
      await expect(asChild.getDealerStanding({ id })).rejects.toEqual(missing);
      await expect(asChild.updateDealer({ id, version: 1, name: 'x' })).rejects.toEqual(missing);
    }
    const { items } = await asParent.listDealers({});
    expect(items.map(({ id }) => id).sort()).toEqual([parent.id, child.id].sort());
    await expect(asParent.getDealerStanding({ id: parent.id })).resolves.toMatchObject({ status: 'active', childIds: [child.id], territoryRegionCodes: ['310000'] });
    await expect(clerk().createDealer({ code: 'GRAND', name: 'x', address, parentId: child.id })).rejects.toEqual(refusal('failed_precondition', 'PARENT_IS_CHILD'));
    await expect(clerk().createDealer({ code: 'LOST', name: 'x', address, parentId: newId() })).rejects.toEqual(missing);
  });

  it('refuses a stale version with the present state, a taken code and bad input, and changes nothing', async () => {
    const dealer = await createActive();
    await expect(supervisor().suspendDealer({ id: dealer.id, version: 1, reason: 'x' })).rejects.toMatchObject({
      code: 'aborted', reason: 'STALE_VERSION', details: { present: { version: 2, state: 'active' } },
    });
    await expect(create({ code: dealer.number })).rejects.toEqual(refusal('already_exists', 'DEALER_CODE_TAKEN'));
    await expect(create({ code: dealer.number.toLowerCase() })).rejects.toEqual(refusal('already_exists', 'DEALER_CODE_TAKEN'));
    await expect(create({ address: { regionCode: '999999', detail: '' } })).rejects.toEqual(refusal('invalid_argument', 'REGION_UNKNOWN'));
    await expect(create({ name: ' ' })).rejects.toEqual(refusal('invalid_argument', 'NAME_INVALID'));
    await expect(supervisor().activateDealer({ id: dealer.id, version: 2 })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    await expect(clerk().getDealer({ id: dealer.id })).resolves.toMatchObject({ version: 2, status: 'active' });
  });

  it('pages by code, and answers the same key with the same dealer', async () => {
    const ctx = service.ctx({ idempotencyKey: newId() });
    const request = { code: 'TWIN', name: '双', address };
    const first = await service.client(DealerService, ctx).createDealer(request);
    expect(await service.client(DealerService, ctx).createDealer(request)).toEqual(first);
    const all: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await clerk().listDealers({ page: { limit: 2, cursor } });
      all.push(...page.items.map(({ code }) => code));
      if ((cursor = page.nextCursor) === '') break;
    }
    expect(all).toEqual([...new Set(all)].sort());
    expect(all).toContain('TWIN');
  });

  it('a dealer’s manager links technicians; others get the same 404', async () => {
    const dealer = await createActive();
    const stranger = await createActive();
    const manager = service.client(TechnicianService, service.dealerCtx(dealer.id));
    const userId = newId();
    const technician = await manager.createTechnician({ userId, name: '李工' });
    await expect(manager.createTechnician({ userId, name: '李工' })).rejects.toEqual(refusal('already_exists', 'TECHNICIAN_EXISTS'));
    await expect(manager.getTechnician({ userId })).resolves.toMatchObject({ id: technician.id, dealerId: dealer.id, active: true });
    const foreign = service.client(TechnicianService, service.dealerCtx(stranger.id));
    const missing = await manager.getTechnician({ userId: newId() }).catch((error: unknown) => error);
    await expect(foreign.getTechnician({ userId })).rejects.toEqual(missing);
    await expect(foreign.deactivateTechnician({ id: technician.id, version: 1 })).rejects.toEqual(missing);
    await expect(manager.deactivateTechnician({ id: technician.id, version: 1 })).resolves.toMatchObject({ state: 'inactive', version: 2 });
    await expect(manager.deactivateTechnician({ id: technician.id, version: 2 })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    expect((await manager.listTechnicians({})).items).toHaveLength(1);
  });

  it('X-9: a technician of an import can be given work, once, however often he is told; at a dealer that ended he is none', async () => {
    const [dealer, left] = [await createActive(), await createActive()];
    await supervisor().terminateDealer({ id: left.id, version: left.version, reason: '协议到期' });
    const [userId, late] = [newId(), newId()];
    for (let time = 0; time < 2; time += 1) await service.publish(TechnicianImportedSchema, { userId, dealerId: dealer.id, name: '李工' });
    await service.publish(TechnicianImportedSchema, { userId: late, dealerId: left.id, name: '赵工' });
    await service.drain();
    const manager = service.client(TechnicianService, service.dealerCtx(dealer.id));
    await expect(manager.getTechnician({ userId })).resolves.toMatchObject({ dealerId: dealer.id, name: '李工', active: true });
    expect((await manager.listTechnicians({})).items).toHaveLength(1);
    await expect(service.client(TechnicianService, service.ctx()).getTechnician({ userId: late })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    const [entry] = await service.sql<{ changed: object }>(`select changed from audit_entry where kind = 'technician' and dealer_id = $1`, [dealer.id]);
    expect(entry.changed).toMatchObject({ userId: { after: userId } });
  });

  it('D-1: a supervisor who changed a draft does not activate it, another one does', async () => {
    const as = (userId: string) => service.client(DealerService, service.ctx({ role: 'service_supervisor', userId }));
    const [changing, other] = [as(newId()), as(newId())];
    const { id } = await create();
    await changing.updateDealer({ id, version: 1, name: '上海经销商二', address, territoryRegionCodes: ['310000'] });
    await expect(changing.activateDealer({ id, version: 2 })).rejects.toEqual(refusal('permission_denied', 'APPROVER_IS_REQUESTER'));
    await expect(other.activateDealer({ id, version: 2 })).resolves.toMatchObject({ state: 'active' });
  });

  it('X-4: the clerk who links a technician for a dealer, or takes one out, names who of it asked', async () => {
    const dealer = await createActive();
    const [staff, manager] = [service.client(TechnicianService, service.ctx()), service.client(TechnicianService, service.dealerCtx(dealer.id))];
    const link = { dealerId: dealer.id, userId: newId(), name: '李工' };
    await expect(staff.createTechnician(link)).rejects.toEqual(refusal('invalid_argument', 'ASKED_BY_MISSING'));
    const { id } = await staff.createTechnician({ ...link, askedBy: '王经理' });
    expect(await manager.getTechnician({ userId: link.userId })).toMatchObject({ askedBy: '王经理' });
    await expect(staff.deactivateTechnician({ id, version: 1 })).rejects.toEqual(refusal('invalid_argument', 'ASKED_BY_MISSING'));
    await manager.deactivateTechnician({ id, version: 1 });
    expect(await manager.getTechnician({ userId: link.userId })).toMatchObject({ active: false, askedBy: '' });
  });

  it('D-3: fees hold from their day on and are money of the dealer alone', async () => {
    const parent = await createActive();
    const child = await createActive({ parentId: parent.id });
    const manager = service.client(FeeService, service.dealerCtx(child.id));
    const today = (await service.now()).slice(0, 10);
    const later = addDays(today, 300);
    await manager.setServiceFees({ labourFee: '80', travelFee: '30.5' });
    await manager.setServiceFees({ labourFee: '90.00', travelFee: '30.50', effectiveFrom: later });
    await expect(manager.setServiceFees({ labourFee: '90.00', travelFee: '30.50', effectiveFrom: '9999-12-31' })).rejects.toEqual(refusal('invalid_argument', 'DATE_TOO_FAR'));
    await expect(manager.getServiceFees({})).resolves.toMatchObject({ labourFee: '80.00', travelFee: '30.50' });
    await expect(manager.getServiceFees({ on: addDays(later, 10) })).resolves.toMatchObject({ labourFee: '90.00', effectiveFrom: later });
    await expect(manager.setServiceFees({ labourFee: '1.234', travelFee: '0' })).rejects.toEqual(refusal('invalid_argument', 'AMOUNT_INVALID'));
    const asParent = service.client(FeeService, service.dealerCtx(parent.id, 'dealer_manager', { childDealerIds: [child.id] }));
    await expect(asParent.getServiceFees({ dealerId: child.id })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(asParent.setServiceFees({ dealerId: child.id, labourFee: '1', travelFee: '1', effectiveFrom: today })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(service.client(FeeService, service.ctx()).getServiceFees({ dealerId: child.id })).resolves.toMatchObject({ labourFee: '80.00' });
  });

  it('keeps a contact person’s name and phone out of events, audit entries and stored answers', async () => {
    const name = `联系人${newId().slice(-6)}`;
    await clerk().createDealer({ code: 'PRIV', name: '私', address, contactName: name, contactPhone: '13777778888' });
    const [{ found }] = await service.sql<{ found: string }>(`select string_agg(t, ' ') as found from (
      select payload as t from outbox union all select changed::text from audit_entry union all select answer::text from idempotency) x`);
    expect(found).not.toContain(name);
    expect(found).not.toContain('13777778888');
  });

  it('D-1: of dealers whose codes differ in case only the later one gets a number behind its code, is told and audited', async () => {
    const database = await createTestDatabase('dealers');
    const through = (migrations: typeof dealers.migrations) => migrate({ service: 'dealers', url: database.ownerUrl, profile: 'test', migrations });
    await through(dealers.migrations.slice(0, dealers.migrations.indexOf(DealerCodes1798620000000)));
    const found = await withClient(database.adminUrl, async (client) => {
      await client.query(`insert into dealer (id, code, name, name_en, region_code, address_detail, territory, status, status_reason, drafted_by, version, created_at)
        select gen_random_uuid(), code, code, '', '310104', '', '{}', 'active', '', 'clerk', 3, at::timestamptz from (values ('T1', '2026-01-01'), ('t1', '2026-02-01'), ('T1-2', '2026-03-01')) t (code, at)`);
      await client.query(`insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
        select gen_random_uuid(), $1, jsonb_build_object('dealerId', id, 'code', code, 'version', 3)::text, 'r', '', business_now() from dealer`, [DealerChangedSchema.typeName]);
      await through(dealers.migrations);
      const codes = await client.query('select name, code, version from dealer order by created_at');
      const told = await client.query(`select payload::jsonb ->> 'code' as code from outbox where (payload::jsonb ->> 'version')::int = 4`);
      const audited = await client.query(`select e.changed from audit_entry e join audit_pending p on p.entry_id = e.id where e.action = 'rename-code'`);
      return [codes.rows, told.rows, audited.rows] as unknown[];
    });
    expect(found).toEqual([
      [{ name: 'T1', code: 'T1', version: 3 }, { name: 't1', code: 't1-3', version: 4 }, { name: 'T1-2', code: 'T1-2', version: 3 }],
      [{ code: 't1-3' }], [{ changed: { code: { before: 't1', after: 't1-3' } } }],
    ]);
    await database.drop();
  });
});
