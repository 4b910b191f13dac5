import { CustomerChangedSchema, CustomerService, InstallationService, ProductUnitService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

describe('merging two customer files', () => {
  const platform = new CustomersPlatform();
  const client = (ctx: CallContext) => platform.service.client(CustomerService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** Two files of one dealer: the one given up owns a unit with an open appointment. */
  async function twoFiles() {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const phone = `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
    const merged = await platform.customer(manager, { name: '王小二', phones: [phone] });
    const surviving = await platform.customer(manager, { name: '赵六' });
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(manager, serial, { customerId: merged.id, purchaseDate: '2024-03-15', salePrice: '100.00' });
    const technicianUserId = newId();
    platform.technicians.set(technicianUserId, { dealerId: dealer.id, active: true });
    const installations = platform.service.client(InstallationService, manager);
    const installation = await installations.scheduleInstallation({
      unitId: unit.id, technicianUserId, ...appointment,
    });
    const merge = { id: merged.id, version: 1, intoId: surviving.id, intoVersion: 1 };
    return { dealer, manager, phone, merged, surviving, serial, unit, installation, merge };
  }

  it('C-1: units, installations and phones go over, and the merged file stays readable as a pointer', async () => {
    const { manager, phone, merged, surviving, unit, installation, merge } = await twoFiles();
    await expect(client(manager).mergeCustomer(merge)).resolves.toMatchObject({ id: merged.id, number: merged.number, state: 'merged', version: 2 });
    const pointer = await client(manager).getCustomer({ id: merged.id });
    expect(pointer).toMatchObject({ name: '王**', phones: [], units: [], mergedInto: surviving.id });
    expect(pointer.allowedActions.filter(({ allowed }) => allowed).map(({ action }) => action)).toEqual(['reveal', 'export']);
    const kept = await client(manager).getCustomer({ id: surviving.id });
    expect(kept).toMatchObject({ name: '赵**', version: 2, mergedInto: '', units: [{ unitId: unit.id }] });
    expect(kept.phones).toHaveLength(2);
    const shown = await platform.service.client(InstallationService, manager).getInstallation({ id: installation.id });
    expect(shown).toMatchObject({ customerId: surviving.id, customerName: '赵六' });
    const after = await platform.service.client(ProductUnitService, manager).getUnit({ id: unit.id });
    expect(after).toEqual({ ...unit, customerId: surviving.id, flow: after.flow });
    await expect(platform.customer(manager, { phones: [phone] })).rejects.toMatchObject({ reason: 'CUSTOMER_PHONE_EXISTS', details: { existingId: surviving.id } });
  });

  it('C-1: what the merged file was known by finds the surviving one, and lists show it once', async () => {
    const { manager, phone, merged, surviving, serial, merge } = await twoFiles();
    await client(manager).mergeCustomer(merge);
    for (const { id: customerId } of [merged, surviving]) {
      expect((await platform.service.client(ProductUnitService, manager).listUnits({ customerId })).items).toMatchObject([{ serial, customerId: surviving.id }]);
    }
    for (const q of [merged.number, phone.slice(-6), '小二', 'wxe', serial, '']) {
      expect((await client(manager).listCustomers({ q })).items.map(({ id }) => id)).toEqual([surviving.id]);
    }
  });

  it('C-1: a merged file takes nothing new, and earlier pointers follow a further merge', async () => {
    const { dealer, manager, merged, surviving, merge } = await twoFiles();
    await client(manager).mergeCustomer(merge);
    const refused = expect.objectContaining({ code: 'failed_precondition', reason: 'CUSTOMER_MERGED', details: { mergedInto: surviving.id } }) as Error;
    await expect(client(manager).updateCustomer({ id: merged.id, version: 2, name: '李四', phones: ['13812340000'] })).rejects.toEqual(refused);
    await expect(client(manager).mergeCustomer({ ...merge, version: 2, intoVersion: 2 })).rejects.toEqual(refused);
    const [serial] = await platform.units(await platform.model(), dealer);
    await expect(platform.sold(manager, serial, { customerId: merged.id })).rejects.toEqual(refused);
    const third = await platform.customer(manager);
    await client(manager).mergeCustomer({ id: surviving.id, version: 2, intoId: third.id, intoVersion: 1 });
    for (const { id } of [merged, surviving]) expect(await client(manager).getCustomer({ id })).toMatchObject({ mergedInto: third.id });
    expect((await client(manager).getCustomer({ id: third.id })).phones).toHaveLength(3);
  });

  it('C-1: a merge is audited at both files and told with ids and field names only', async () => {
    const { manager, phone, merged, surviving, merge } = await twoFiles();
    await client({ ...manager, idempotencyKey: newId() }).mergeCustomer(merge);
    const told = await platform.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2', [CustomerChangedSchema.typeName, `%${merged.id}%`]);
    expect(told.map(({ payload }) => JSON.parse(payload) as object)).toContainEqual(
      { customerId: merged.id, dealerId: expect.any(String) as string, fields: ['mergedInto', 'phones'], version: 2, mergedInto: surviving.id },
    );
    const audited = await platform.service.sql<{ action: string; changed: object }>(`select action, changed from audit_entry where document_id = any($1) and action in ('merge', 'take-over') order by id`, [[merged.id, surviving.id]]);
    expect(audited).toEqual([
      { action: 'take-over', changed: {
        mergedFrom: { after: merged.id }, units: { after: 1 }, purchases: { after: 1 }, unitsGiven: { after: 0 }, unitsTaken: { after: 0 },
        installations: { after: 1 }, extensions: { after: 0 }, history: { after: 1 }, names: { after: 3 }, classPin: { after: 0 }, earlierMerges: { after: 0 }, personal: ['phones'],
      } },
      { action: 'merge', changed: { mergedInto: { before: null, after: surviving.id }, personal: ['phones'] } },
    ]);
    const stored = await platform.service.sql(`select from idempotency where answer::text like $1 union all select from outbox where payload like $1`, [`%${phone}%`]);
    expect(stored).toEqual([]);
  });

  it('C-1, X-8: a stale version of either file, another dealer’s file and a technician are refused', async () => {
    const { dealer, manager, surviving, merge } = await twoFiles();
    await expect(client(manager).mergeCustomer({ ...merge, version: 9 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(client(manager).mergeCustomer({ ...merge, intoVersion: 9 })).rejects.toMatchObject({ reason: 'STALE_VERSION', details: { present: { id: surviving.id, version: 1 } } });
    await expect(client(manager).mergeCustomer({ ...merge, intoId: merge.id })).rejects.toEqual(refusal('invalid_argument', 'CUSTOMER_SAME'));
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    await expect(client(technician).mergeCustomer(merge)).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    const [own, into] = [await platform.customer(technician), await platform.customer(technician)];
    await expect(client(technician).mergeCustomer({ id: own.id, version: 1, intoId: into.id, intoVersion: 1 })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(client({ ...manager, dealerStatus: 'terminated' }).mergeCustomer(merge)).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
    const stranger = await platform.dealer();
    const theirs = await platform.customer(stranger.manager);
    const missing = await client(manager).mergeCustomer({ ...merge, intoId: newId() }).catch((error: unknown) => error);
    await expect(client(manager).mergeCustomer({ ...merge, intoId: theirs.id })).rejects.toEqual(missing);
    await expect(client(platform.service.ctx()).mergeCustomer({ ...merge, intoId: theirs.id, askedBy: '王经理' })).rejects.toEqual(refusal('failed_precondition', 'DEALER_MISMATCH'));
    expect(await client(manager).getCustomer({ id: merge.id })).toMatchObject({ version: 1, mergedInto: '' });
  });

  it('C-1: two merges of the same files at once, each into the other, end in one file', async () => {
    const { manager, merge } = await twoFiles();
    const both = await Promise.allSettled([merge, { ...merge, id: merge.intoId, intoId: merge.id }].map((each) => client(manager).mergeCustomer(each)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await client(manager).listCustomers({})).items).toHaveLength(1);
  });
});
