import { CoverageService, CustomerService, InstallationService, ProductUnitService, UnitOwnedSchema } from '@aftercare/contracts';
import { businessDate, newId, startOfDay } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { fromJsonString } from '@bufbuild/protobuf';
import type { QueryRunner } from 'typeorm';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';
import { OwnersTold1800794000000 } from '../migrations/1800794000000-owners-told.js';

describe('transfers of ownership over the bus', () => {
  const platform = new CustomersPlatform();
  const units = (ctx: CallContext) => platform.service.client(ProductUnitService, ctx);

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** A unit sold to 张三, and another customer of the same dealer. */
  async function scene() {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const seller = await platform.customer(manager, { name: '张三丰' });
    const heir = await platform.customer(manager, { name: '赵六' });
    const [serial, unsold] = await platform.units(await platform.model(), dealer, 2);
    const unit = await platform.sold(manager, serial, { customerId: seller.id, purchaseDate: '2024-03-15', salePrice: '1999.00' });
    const transfer = { id: unit.id, version: unit.version, customerId: heir.id, transferredOn: '2024-06-01', reason: '张三丰 卖房，电 13812345678' };
    return { dealer, manager, seller, heir, serial, unsold, unit, transfer };
  }

  it('C-2: the owner changes; sale, price and warranty stay, and the flow shows the day', async () => {
    const { manager, seller, heir, serial, unit, transfer } = await scene();
    await expect(units(manager).transferUnit(transfer)).resolves.toMatchObject({ id: unit.id, number: serial, state: 'sold', version: 3 });
    const after = await units(manager).getUnit({ id: unit.id });
    expect(after).toMatchObject({ customerId: heir.id, purchaseDate: '2024-03-15', salePrice: '1999.00', warrantyUntil: unit.warrantyUntil });
    expect(after.flow.map(({ kind, on, note }) => `${kind} ${on} ${note}`)).toEqual(['dispatched 2020-01-02 ', 'sold 2024-03-15 ', 'transferred 2024-06-01 ']);
    const files = platform.service.client(CustomerService, manager);
    expect((await files.getCustomer({ id: heir.id })).units).toMatchObject([{ unitId: unit.id }]);
    expect((await files.getCustomer({ id: seller.id })).units).toEqual([]);
    const [kept] = await platform.service.sql('select buyer_id, customer_id from unit_sale where unit_id = $1', [unit.id]);
    expect(kept).toEqual({ buyer_id: seller.id, customer_id: heir.id });
    const verdict = await platform.service.client(CoverageService, manager).decideCoverage({ serial, eventDate: '2025-03-15' });
    expect(verdict).toMatchObject({ coverage: 'covered', lastCoveredDay: '2025-03-15' });
  });

  it('C-2, C-5: a sale and each transfer tell all owners with their times; units of before are told by the migration alike', async () => {
    const { manager, seller, heir, unit, transfer } = await scene();
    const today = businessDate(new Date());
    const { version } = await units(manager).transferUnit(transfer);
    await units(manager).transferUnit({ ...transfer, version, customerId: seller.id, transferredOn: today });
    const told = async () => (await platform.service.sql<{ payload: string }>('select payload::text from outbox where event_type = $1 order by id', [UnitOwnedSchema.typeName]))
      .map(({ payload }) => fromJsonString(UnitOwnedSchema, payload)).filter(({ unitId }) => unitId === unit.id)
      .map(({ version: at, owners }) => ({ at, owners: owners.map(({ customerId, since, until }) => [customerId, since, until]) }));
    const first = [seller.id, '2024-03-14T16:00:00.000Z'];
    const second = [heir.id, '2024-05-31T16:00:00.000Z'];
    const [sold, once, twice] = await told();
    const again = twice.owners[2]?.[1] ?? '';
    expect([businessDate(again), again]).not.toEqual([today, startOfDay(today)]);
    expect([sold, once, twice]).toEqual([
      { at: 2, owners: [[...first, '']] }, { at: 3, owners: [[...first, second[1]], [...second, '']] },
      { at: 4, owners: [[...first, second[1]], [...second, again], [seller.id, again, '']] },
    ]);
    await platform.service.sql('delete from outbox where event_type = $1', [UnitOwnedSchema.typeName]);
    await new OwnersTold1800794000000().up({ query: async (text: string) => platform.service.sql(text) } as QueryRunner);
    expect(await told()).toEqual([twice]);
  });

  it('C-2: an open appointment follows the unit, a finished installation stays with whom it was done for', async () => {
    const { dealer, manager, seller, heir, unit, transfer } = await scene();
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const installations = platform.service.client(InstallationService, manager);
    const planned = { unitId: unit.id, technicianUserId: technician.userId, ...appointment };
    const failed = await installations.scheduleInstallation(planned);
    await platform.service.client(InstallationService, technician).failInstallation({ id: failed.id, version: 1, reason: '漏水' });
    const open = await installations.scheduleInstallation(planned);
    await units(manager).transferUnit(transfer);
    expect(await installations.getInstallation({ id: open.id })).toMatchObject({ customerId: heir.id, customerName: '赵六' });
    expect(await installations.getInstallation({ id: failed.id })).toMatchObject({ customerId: seller.id });
    await platform.service.client(CustomerService, manager).mergeCustomer({ id: seller.id, version: 1, intoId: heir.id, intoVersion: 1 });
    expect(await platform.service.sql('select from_customer_id, to_customer_id from unit_transfer where unit_id = $1', [unit.id])).toEqual([{ from_customer_id: heir.id, to_customer_id: heir.id }]);
  });

  it('C-5: the reason names neither customer, and stands in no event, entry or stored answer', async () => {
    const { manager, unit, transfer } = await scene();
    await units({ ...manager, idempotencyKey: newId() }).transferUnit(transfer);
    expect(await platform.service.sql('select reason from unit_transfer where unit_id = $1', [unit.id])).toEqual([{ reason: '*** 卖房，电 ***' }]);
    const [entry] = await platform.service.sql<{ changed: object }>(`select changed from audit_entry where document_id = $1 and action = 'transfer'`, [unit.id]);
    expect(entry.changed).toMatchObject({ transferredOn: { after: '2024-06-01' }, personal: ['reason'] });
    const told = await platform.service.sql(`select from outbox where payload like '%卖房%' union all select from audit_entry where changed::text like '%卖房%' union all select from idempotency where answer::text like '%卖房%'`);
    expect(told).toEqual([]);
  });

  it('C-2: nonsense is refused and changes nothing', async () => {
    const { dealer, manager, seller, unsold, unit, transfer } = await scene();
    const give = (given: object, ctx = manager) => units(ctx).transferUnit({ ...transfer, ...given });
    await expect(give({ customerId: seller.id })).rejects.toEqual(refusal('invalid_argument', 'OWNER_UNCHANGED'));
    await expect(give({ transferredOn: '2024-03-14' })).rejects.toEqual(refusal('invalid_argument', 'DATE_BEFORE_SALE'));
    await expect(give({ transferredOn: '2999-01-01' })).rejects.toEqual(refusal('invalid_argument', 'DATE_IN_FUTURE'));
    await expect(give({ reason: '' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(give({ version: 9 })).rejects.toMatchObject({ reason: 'STALE_VERSION', details: { present: { id: unit.id, number: unit.serial, state: 'sold', version: 2 } } });
    await expect(give({}, { ...manager, role: 'auditor', dealerId: null, dealerStatus: null })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(give({}, { ...manager, dealerStatus: 'terminated' })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
    const [other] = (await units(manager).listUnits({ q: unsold })).items;
    await expect(give({ id: other.id, version: 1 })).rejects.toEqual(refusal('failed_precondition', 'UNIT_NOT_SOLD'));
    const stranger = await platform.dealer();
    const theirs = await platform.customer(stranger.manager);
    const missing = await give({ customerId: newId() }).catch((error: unknown) => error);
    await expect(give({ customerId: theirs.id })).rejects.toEqual(missing);
    await expect(give({ customerId: theirs.id, askedBy: '王经理' }, platform.service.ctx())).rejects.toEqual(refusal('failed_precondition', 'DEALER_MISMATCH'));
    await expect(give({ customerId: theirs.id }, stranger.manager)).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    expect(await units(platform.service.dealerCtx(dealer.id)).getUnit({ id: unit.id })).toMatchObject({ customerId: seller.id, version: 2 });
  });

  it('C-2: the dealer it was dispatched to is told that another one sold it, not to register the sale', async () => {
    const [stock, seller] = [await platform.dealer(), await platform.dealer()];
    const [serial] = await platform.units(await platform.model(), stock);
    const unit = await platform.sold(seller.manager, serial, { customerId: (await platform.customer(seller.manager)).id, purchaseDate: '2024-03-15' });
    const { id: customerId } = await platform.customer(stock.manager);
    const seen = await units(stock.manager).getUnit({ id: unit.id });
    expect(seen.allowedActions.find(({ action }) => action === 'transfer')).toMatchObject({ allowed: false, reason: 'UNIT_SOLD_ELSEWHERE' });
    const ask = units(stock.manager).transferUnit({ id: unit.id, version: unit.version, customerId, transferredOn: '2024-06-01', reason: '转让' });
    await expect(ask).rejects.toEqual(refusal('failed_precondition', 'UNIT_SOLD_ELSEWHERE'));
  });

  it('C-2: a unit changes hands again, not before it last did', async () => {
    const { manager, seller, unit, transfer } = await scene();
    await units(manager).transferUnit(transfer);
    const back = { ...transfer, version: 3, customerId: seller.id };
    await expect(units(manager).transferUnit({ ...back, transferredOn: '2024-05-31' })).rejects.toEqual(refusal('invalid_argument', 'DATE_BEFORE_TRANSFER'));
    await expect(units(manager).transferUnit({ ...back, transferredOn: '2024-07-01' })).resolves.toMatchObject({ id: unit.id, version: 4 });
  });
});
