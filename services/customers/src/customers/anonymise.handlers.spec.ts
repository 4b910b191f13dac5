import { CustomerAnonymisedSchema, CustomerClassService, CustomerService, DealerChangedSchema, InstallationService, OperationsService, ProductUnitService, PurchaseProofService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { tablesHolding, withClient } from '@aftercare/testing';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

const CANARY = { name: '皇甫金丝雀', former: '皇甫旧名', phone: '13987650001', second: '13987650002', street: '金丝雀路 7 号' };
const address = { regionCode: '310104', detail: CANARY.street };

describe('anonymising a customer', () => {
  const platform = new CustomersPlatform();
  const client = (ctx: CallContext) => platform.service.client(CustomerService, ctx);
  const supervisor = (): CallContext => platform.service.ctx({ role: 'service_supervisor' });

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** A customer whose name stands wherever people may write it: renamed, merged, with a unit, an appointment, a transfer, an extension. */
  async function story() {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const keyed = { ...manager, idempotencyKey: newId() };
    const customer = await platform.customer(keyed, { name: CANARY.former, phones: [CANARY.phone], address });
    await client(manager).updateCustomer({ id: customer.id, version: 1, name: CANARY.name, phones: [CANARY.phone], address, consentMarketing: true });
    const double = await platform.customer(manager, { name: CANARY.name, phones: [CANARY.second], address });
    await client(manager).mergeCustomer({ id: double.id, version: 1, intoId: customer.id, intoVersion: 2 });
    const heir = await platform.customer(manager);
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const [serial] = await platform.units(await platform.model(), dealer);
    const [proof, photo] = [{ id: newId(), sha256: 'd'.repeat(64) }, { id: newId(), sha256: 'e'.repeat(64) }];
    const unit = await platform.sold(manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15', salePrice: '100.00', proof });
    const planned = await platform.service.client(InstallationService, manager).scheduleInstallation({
      unitId: unit.id, technicianUserId: technician.userId, ...appointment,
    });
    const finish = () => platform.service.client(InstallationService, technician).completeInstallation({
      id: planned.id, version: 1, checklist: [{ code: 'no_leak', passed: true, note: `${CANARY.former} 在场` }], customerInstructed: true, note: `${CANARY.name} 满意`, photos: [photo],
    });
    const units = platform.service.client(ProductUnitService, supervisor());
    const handOver = async (): Promise<void> => {
      await units.extendWarranty({ id: unit.id, version: 3, until: '2030-01-01', basis: 'settlement', reference: 'TS-1', reason: `${CANARY.former} 投诉` });
      await platform.service.client(ProductUnitService, manager).transferUnit({ id: unit.id, version: 4, customerId: heir.id, transferredOn: '2024-06-01', reason: `${CANARY.former} 卖房` });
    };
    return { dealer, technician, manager, customer, heir, double, unit, serial, planned, files: [proof.id, photo.id], finish, handOver };
  }

  const standing = async (): Promise<string[]> => (await Promise.all(Object.values(CANARY).map((text) => tablesHolding(platform.service, text)))).flat();

  /** What was told of these files when they were erased. */
  async function toldOf(ids: string[]) {
    await platform.service.drain();
    const rows = await platform.service.sql<{ payload: string }>(`select payload from outbox where event_type = $1 and payload::jsonb ->> 'customerId' = any($2::text[])`, [CustomerAnonymisedSchema.typeName, ids]);
    const told = rows.map(({ payload }) => JSON.parse(payload) as { customerId: string; installationIds: string[]; passedOn: { ref: string; writtenUntil: string }[] });
    return new Map(told.map((each) => [each.customerId, { ...each, installationIds: each.installationIds.toSorted(), passedOn: each.passedOn.toSorted((a, b) => a.ref.localeCompare(b.ref)) }]));
  }

  it('C-5: leaves no personal value in any table, keeps the figures, and the audit chain stays intact', async () => {
    const { manager, customer, double, unit, serial, planned, files, finish, handOver } = await story();
    await finish();
    await handOver();
    await client(manager).revealCustomer({ id: customer.id, reason: `回电 ${CANARY.name}，原名 ${CANARY.former}` });
    expect([...new Set(await standing())].sort()).toEqual(['audit_personal', 'customer', 'customer_name_key', 'customer_phone', 'installation', 'unit_transfer', 'warranty_extension']);
    const counts = () => platform.service.sql('select (select count(*) from unit_sale) as sales, (select sum(sale_price) from unit_sale) as price, (select count(*) from installation) as done, (select count(*) from customer) as files');
    const before = await counts();
    const answer = await client(supervisor()).anonymiseCustomer({ id: customer.id, version: 3, reason: `${CANARY.name} 要求，原名 ${CANARY.former}` });
    expect(answer).toMatchObject({ state: 'anonymised', version: 4 });
    await platform.service.drain();
    expect(await standing()).toEqual([]);
    const said = platform.words.filter(({ customerIds }) => customerIds.includes(customer.id));
    expect(said.map(({ customerIds }) => customerIds.toSorted())).toEqual([[customer.id, double.id].toSorted()]);
    expect(said[0]?.words).toEqual(expect.arrayContaining(Object.values(CANARY)));
    expect(await counts()).toEqual(before);
    expect(await client(manager).getCustomer({ id: customer.id })).toMatchObject({ name: '***', phones: [], addressDetail: '', regionCode: '310104', consentMarketing: false });
    expect(await client(manager).getCustomer({ id: double.id })).toMatchObject({ name: '***', mergedInto: customer.id });
    expect(await platform.service.client(ProductUnitService, manager).getUnit({ id: unit.id })).toMatchObject({ purchaseDate: '2024-03-15', salePrice: '100.00' });
    const told = await platform.service.sql<{ payload: string }>('select payload from outbox where event_type = $1', [CustomerAnonymisedSchema.typeName]);
    const words = told.map(({ payload }) => JSON.parse(payload) as { customerId: string; attachmentIds?: string[]; installationIds?: string[]; serials?: string[] });
    expect(words.map(({ customerId }) => customerId).sort()).toEqual([customer.id, double.id].sort());
    const own = words.find(({ customerId }) => customerId === customer.id);
    expect([own?.attachmentIds?.sort(), own?.installationIds, own?.serials]).toEqual([files.sort(), [planned.id], [serial]]);
    expect(await platform.service.client(InstallationService, manager).getInstallation({ id: planned.id })).toMatchObject({ photos: [], note: '***' });
    expect(await platform.service.client(OperationsService, platform.service.ctx({ role: 'admin' })).verifyAudit({})).toMatchObject({ intact: true });
  });

  it('C-5: who the person is is told to repairs only when he will be erased', async () => {
    const { manager, customer, finish } = await story();
    const asked = { id: customer.id, version: 3, reason: '本人要求' };
    const refused = [
      [supervisor(), asked], [manager, asked], [supervisor(), { ...asked, version: 2 }], [supervisor(), { ...asked, reason: '' }], [supervisor(), { ...asked, id: newId() }],
    ] as const;
    for (const [ctx, request] of refused) await expect(client(ctx).anonymiseCustomer(request)).rejects.toThrow();
    const said = () => platform.words.filter(({ customerIds }) => customerIds.includes(customer.id)).length;
    expect(said()).toBe(0);
    await finish();
    const keyed = { ...supervisor(), idempotencyKey: newId() };
    for (const ctx of [keyed, keyed]) await client(ctx).anonymiseCustomer(asked);
    expect(said()).toBe(1);
  });

  it('C-5: nobody is erased whose words were not said: what could not be erased when they were looked up is refused as stale', async () => {
    const { customer, finish } = await story();
    await finish();
    const told = () => platform.service.sql('select from outbox where event_type = $1 and payload::jsonb ->> \'customerId\' = $2', [CustomerAnonymisedSchema.typeName, customer.id]);
    const ask = { id: customer.id, version: 4, reason: '本人要求' };
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    let asked: Promise<unknown> = Promise.resolve();
    await withClient(platform.service.testDatabase.adminUrl, async (other) => {
      await other.query('begin');
      await other.query('update customer set version = 4 where id = $1', [customer.id]);
      asked = client(supervisor()).anonymiseCustomer(ask).catch((error: unknown) => error);
      while ((await platform.service.sql(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await other.query('commit');
    });
    expect(await asked).toEqual(refusal('aborted', 'STALE_VERSION'));
    expect(await told()).toEqual([]);
    await client(supervisor()).anonymiseCustomer(ask);
    expect(await told()).toHaveLength(1);
    expect(platform.words.filter(({ customerIds }) => customerIds.includes(customer.id))).toHaveLength(1);
  });

  it('C-5: free words about the person leave no piece in any table, whatever was written where, before and after', async () => {
    const { dealer, technician, manager, customer, finish, handOver } = await story();
    await finish();
    await handOver();
    const words = '欧阳女士，住金丝雀弄堂77号，电 021-64330077';
    const pieces = ['欧阳女士', '弄堂77号', '64330077'];
    const found = async () => (await Promise.all(pieces.map((piece) => tablesHolding(platform.service, piece)))).flat();
    const pinned = await platform.service.client(CustomerClassService, manager).pinCustomerClass({ id: customer.id, version: 3, class: 'A', reason: words });
    await client(manager).revealCustomer({ id: customer.id, reason: words });
    await client(manager).exportCustomer({ id: customer.id, reason: words });
    const installations = platform.service.client(InstallationService, technician);
    const [second] = await platform.units(await platform.model(), dealer);
    const other = await platform.sold(manager, second, { customerId: customer.id, purchaseDate: '2024-03-15' });
    const planned = await installations.scheduleInstallation({ unitId: other.id, technicianUserId: technician.userId, ...appointment });
    await installations.failInstallation({ id: planned.id, version: 1, reason: words, checklist: [{ code: 'no_leak', passed: false, note: words }] });
    expect([...new Set(await found())].sort()).toEqual(['audit_personal', 'customer_class_pin', 'installation']);
    await client(supervisor()).anonymiseCustomer({ id: customer.id, version: pinned.version, reason: words });
    await client(supervisor()).revealCustomer({ id: customer.id, reason: words });
    await client(supervisor()).exportCustomer({ id: customer.id, reason: words });
    await platform.service.drain();
    expect(await found()).toEqual([]);
    const kept = await platform.service.sql<{ action: string }>(
      `select action from audit_entry where document_id = $1 and changed -> 'personal' ? 'reason' order by id`, [customer.id]);
    expect(kept.map(({ action }) => action)).toEqual(['pin-class', 'reveal', 'export', 'anonymise', 'reveal', 'export']);
    expect(await platform.service.client(OperationsService, platform.service.ctx({ role: 'admin' })).verifyAudit({})).toMatchObject({ intact: true });
  });

  it('C-1, C-5: why a file was pinned that was then merged into another pinned one goes with the person as well', async () => {
    const { manager } = await platform.dealer();
    const [merged, surviving] = [await platform.customer(manager), await platform.customer(manager)];
    const classes = platform.service.client(CustomerClassService, manager);
    for (const { id } of [merged, surviving]) await classes.pinCustomerClass({ id, version: 1, class: 'A', reason: '端木太太的老邻居' });
    await client(manager).mergeCustomer({ id: merged.id, version: 2, intoId: surviving.id, intoVersion: 2 });
    expect(await tablesHolding(platform.service, '端木太太')).toContain('customer_class_pin');
    await client(supervisor()).anonymiseCustomer({ id: surviving.id, version: 3, reason: '本人要求' });
    expect(await tablesHolding(platform.service, '端木太太')).toEqual([]);
  });

  it('C-5: what was written while somebody owned the unit goes with him, also when the unit went on with its open appointment', async () => {
    const { manager, customer, heir, technician, unit, planned } = await story();
    const installations = platform.service.client(InstallationService, manager);
    const handOver = (version: number, to: { id: string }, transferredOn: string) =>
      platform.service.client(ProductUnitService, manager).transferUnit({ id: unit.id, version, customerId: to.id, transferredOn, reason: '卖房' });
    const moved = { id: planned.id, version: 1, technicianUserId: technician.userId, ...appointment, reason: '司徒先生不在家', askedBy: '独孤先生本人' };
    await platform.service.client(InstallationService, platform.service.ctx()).rescheduleInstallation(moved);
    await handOver(2, heir, '2024-06-01');
    const last = await platform.customer(manager);
    const asked = { purchaseDate: '2024-03-10', evidence: { id: newId(), sha256: 'f'.repeat(64) }, reason: '尉迟太太的发票' };
    const proof = await platform.service.client(PurchaseProofService, platform.service.ctx({ role: 'service_clerk' })).provePurchase({ id: unit.id, version: 3, ...asked });
    await handOver(4, last, '2024-07-01');
    const found = async () => [...new Set((await Promise.all(['司徒先生', '独孤先生', '尉迟太太'].map((piece) => tablesHolding(platform.service, piece)))).flat())].sort();
    expect(await found()).toEqual(['audit_personal', 'installation', 'purchase_proof']);
    await client(supervisor()).anonymiseCustomer({ id: heir.id, version: 1, reason: '本人要求' });
    expect(await found()).toEqual([]);
    expect(await installations.getInstallation({ id: planned.id })).toMatchObject({ customerId: last.id, state: 'scheduled', note: '***', askedBy: '' });
    expect(await platform.service.client(PurchaseProofService, manager).getPurchaseProof({ id: proof.id })).toMatchObject({ reason: '***', evidence: asked.evidence });
    await installations.cancelInstallation({ id: planned.id, version: 2, reason: '上官先生约错' });
    const photo = { id: newId(), sha256: '9'.repeat(64) };
    const next = await installations.scheduleInstallation({ unitId: unit.id, technicianUserId: technician.userId, ...appointment });
    await installations.completeInstallation({ id: next.id, version: 1, checklist: [{ code: 'no_leak', passed: true, note: '好' }], customerInstructed: true, note: '新主人满意', photos: [photo] });
    await client(supervisor()).anonymiseCustomer({ id: customer.id, version: 3, reason: '本人要求' });
    expect([...new Set(await tablesHolding(platform.service, '上官先生'))].sort()).toEqual(['audit_personal', 'installation']);
    expect(await installations.getInstallation({ id: next.id })).toMatchObject({ note: '新主人满意', photos: [photo], checklist: [{ note: '好' }] });
    const told = await toldOf([customer.id, heir.id]);
    const [given] = await platform.service.sql<{ on: string[] }>('select array_agg(iso(transferred_at) order by transferred_at) as on from unit_transfer where unit_id = $1', [unit.id]);
    const passed = (writtenUntil: string) => [planned.id, unit.serial].map((ref) => ({ ref, writtenUntil })).toSorted((a, b) => a.ref.localeCompare(b.ref));
    expect(told.get(customer.id)).toMatchObject({ installationIds: [planned.id], passedOn: passed(given.on[0]) });
    expect(told.get(heir.id)).toMatchObject({ installationIds: [planned.id], passedOn: passed(given.on[1]) });
    await client(supervisor()).anonymiseCustomer({ id: last.id, version: 1, reason: '本人要求' });
    expect(await tablesHolding(platform.service, '上官先生')).toEqual([]);
    expect((await toldOf([last.id])).get(last.id)).toMatchObject({ installationIds: [planned.id, next.id].toSorted(), passedOn: [] });
  });

  it('C-2, C-5: a former owner’s erasure leaves what was written after the unit passed to the present owner, and takes what was written before', async () => {
    const { manager, customer, heir, technician, unit, planned } = await story();
    const clerk = platform.service.ctx({ role: 'service_clerk' });
    const moved = { id: planned.id, technicianUserId: technician.userId, ...appointment };
    const before = { moved: '司徒先生不在家', asked: '独孤先生本人', given: '淳于太太卖房' };
    const after = { moved: '轩辕先生改期', asked: '呼延先生本人', failed: '钟离家阀体裂纹', given: '公孙先生卖房' };
    const appointments = platform.service.client(InstallationService, clerk);
    await appointments.rescheduleInstallation({ ...moved, version: 1, reason: before.moved, askedBy: before.asked });
    const units = platform.service.client(ProductUnitService, manager);
    await units.transferUnit({ id: unit.id, version: 2, customerId: heir.id, transferredOn: '2024-06-01', reason: before.given });
    await appointments.rescheduleInstallation({ ...moved, version: 2, reason: after.moved, askedBy: after.asked });
    await platform.service.client(InstallationService, technician).failInstallation({ id: planned.id, version: 3, reason: after.failed, checklist: [{ code: 'no_leak', passed: false, note: '漏' }] });
    const last = await platform.customer(manager);
    const { version } = await platform.service.client(ProductUnitService, manager).getUnit({ id: unit.id });
    await units.transferUnit({ id: unit.id, version, customerId: last.id, transferredOn: '2024-07-01', reason: after.given });
    const places = async (texts: object) => [...new Set((await Promise.all(Object.values(texts).map((text) => tablesHolding(platform.service, text as string)))).flat())].sort();
    await client(supervisor()).anonymiseCustomer({ id: customer.id, version: 3, reason: '本人要求' });
    expect(await places(before)).toEqual([]);
    for (const [text, tables] of [[after.moved, ['audit_personal']], [after.asked, ['audit_personal']], [after.failed, ['audit_personal', 'installation']], [after.given, ['audit_personal', 'unit_transfer']]] as const) {
      expect([text, await places({ text })]).toEqual([text, tables]);
    }
    expect(await appointments.getInstallation({ id: planned.id })).toMatchObject({ customerId: heir.id, state: 'failed', note: after.failed, checklist: [{ note: '漏' }] });
    await client(supervisor()).anonymiseCustomer({ id: heir.id, version: 1, reason: '本人要求' });
    expect(await places(after)).toEqual([]);
    expect(await platform.service.client(OperationsService, platform.service.ctx({ role: 'admin' })).verifyAudit({})).toMatchObject({ intact: true });
  });

  it('C-2, C-5: a proof goes with the buyer whenever it was handed in, and with a later owner only from when the unit was his', async () => {
    const { manager, customer, heir, unit, finish } = await story();
    await finish();
    const last = await platform.customer(manager);
    const transfer = (version: number, to: { id: string }, transferredOn: string) =>
      platform.service.client(ProductUnitService, manager).transferUnit({ id: unit.id, version, customerId: to.id, transferredOn, reason: '卖房' });
    await transfer(3, heir, '2024-06-01');
    await transfer(4, last, '2024-07-01');
    const proofs = platform.service.client(PurchaseProofService, platform.service.ctx({ role: 'service_clerk' }));
    const { id } = await proofs.provePurchase({ id: unit.id, version: 5, purchaseDate: '2024-03-10', evidence: { id: newId(), sha256: 'f'.repeat(64) }, reason: '宇文太太补票' });
    await client(supervisor()).anonymiseCustomer({ id: heir.id, version: 1, reason: '本人要求' });
    expect(await proofs.getPurchaseProof({ id })).toMatchObject({ reason: '宇文太太补票' });
    expect((await tablesHolding(platform.service, '宇文太太')).sort()).toEqual(['audit_personal', 'purchase_proof']);
    await client(supervisor()).anonymiseCustomer({ id: customer.id, version: 3, reason: '本人要求' });
    expect(await tablesHolding(platform.service, '宇文太太')).toEqual([]);
  });

  it('C-5, D-1: with the person it is told which dealers left their customers to the serving one, one after the other', async () => {
    const dealers = [await platform.dealer(), await platform.dealer(), await platform.dealer()];
    const [leaver, between, serving] = dealers;
    const customer = await platform.customer(leaver.manager);
    for (const [{ id: dealerId, code }, successor] of [[leaver, between], [between, serving]] as const) {
      await platform.service.publish(DealerChangedSchema, { dealerId, code, name: code, status: 'terminated', successorDealerId: successor.id, version: 2 });
      await platform.service.drain();
    }
    const { version } = await client(supervisor()).getCustomer({ id: customer.id });
    await client(supervisor()).anonymiseCustomer({ id: customer.id, version, reason: '本人要求' });
    expect((await toldOf([customer.id])).get(customer.id)).toMatchObject({ dealerId: serving.id, earlierDealerIds: [leaver.id, between.id].toSorted() });
  });

  it('C-5: waits for an open appointment, needs a reason, and is done once', async () => {
    const { manager, customer, finish } = await story();
    const ask = { id: customer.id, version: 3, reason: '本人要求' };
    await expect(client(supervisor()).anonymiseCustomer(ask)).rejects.toEqual(refusal('failed_precondition', 'INSTALLATION_OPEN'));
    await finish();
    await expect(client(manager).anonymiseCustomer(ask)).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(client(supervisor()).anonymiseCustomer({ ...ask, reason: ' ' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(client(supervisor()).anonymiseCustomer({ ...ask, version: 9 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await client(supervisor()).anonymiseCustomer(ask);
    await expect(client(supervisor()).anonymiseCustomer({ ...ask, version: 4 })).rejects.toEqual(refusal('failed_precondition', 'CUSTOMER_ANONYMISED'));
    await expect(client(manager).updateCustomer({ id: customer.id, version: 4, name: '李四', phones: ['13812340000'], address })).rejects.toEqual(refusal('failed_precondition', 'CUSTOMER_ANONYMISED'));
    expect((await client(manager).listCustomers({ q: CANARY.phone.slice(-5) })).items).toEqual([]);
  });
});
