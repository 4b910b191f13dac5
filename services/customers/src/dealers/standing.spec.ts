import {
  CustomerClassService, CustomerService, DealerChangedSchema, InstallationService, ProductUnitService, PurchaseProofService,
} from '@aftercare/contracts';
import { newId, type ActionAnswer } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

describe('a dealer’s standing', () => {
  const platform = new CustomersPlatform();
  const files = (ctx: CallContext) => platform.service.client(CustomerService, ctx);
  const units = (ctx: CallContext) => platform.service.client(ProductUnitService, ctx);
  const installations = (ctx: CallContext) => platform.service.client(InstallationService, ctx);
  const standings = (ctx: CallContext) => platform.service.client(CustomerClassService, ctx);
  let parent: CallContext;
  let clerk: CallContext;

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** A child's customers, a unit it sold, an appointment for it, and a unit on stock. */
  async function childOfParent() {
    const child = await platform.dealer();
    parent = platform.service.dealerCtx((await platform.dealer()).id, 'dealer_manager', { childDealerIds: [child.id] });
    clerk = platform.service.ctx();
    const technician = platform.service.dealerCtx(child.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: child.id, active: true });
    const [customer, other] = [await platform.customer(child.manager), await platform.customer(child.manager)];
    const [serial, stocked] = await platform.units(await platform.model(), child, 2);
    const unit = await platform.sold(child.manager, serial, { customerId: customer.id });
    const { id } = await installations(child.manager).scheduleInstallation({ unitId: unit.id, technicianUserId: technician.userId, ...appointment });
    return { child, customer, other, serial, unit, onStock: await units(child.manager).getUnitBySerial({ serial: stocked }), planned: { id, technicianUserId: technician.userId, ...appointment } };
  }

  const left = async ({ id, code }: { id: string; code: string }): Promise<void> => {
    platform.statuses.set(id, 'terminated');
    await platform.service.publish(DealerChangedSchema, { dealerId: id, code, name: code, status: 'terminated', territoryRegionCodes: [], version: 2 });
    await platform.service.drain();
  };
  const said = (answers: ActionAnswer[]): string[] => answers.map(({ action, reason }) => `${action} ${reason}`);

  it('D-1: who acts for its child is bound by the weaker standing of the two: of one that left it reads, whatever it may do for another', async () => {
    const { child, customer, other, unit, planned } = await childOfParent();
    expect(said((await files(parent).getCustomer({ id: customer.id })).allowedActions).slice(0, 4)).toEqual(['update ', 'reveal ', 'export ', 'merge ']);
    await left(child);
    const [at, step] = [{ id: customer.id, version: 1 }, { id: planned.id, version: 1 }];
    const steps: (() => Promise<unknown>)[] = [
      () => files(parent).updateCustomer({ ...at, name: '李四', phones: [] }),
      () => files(parent).mergeCustomer({ ...at, intoId: other.id, intoVersion: 1 }),
      () => files(parent).revealCustomer({ id: customer.id, reason: '回电' }),
      () => files(parent).exportCustomer({ id: customer.id, reason: '本人要求' }),
      () => standings(parent).pinCustomerClass({ ...at, class: 'A', reason: '老客户' }),
      () => standings(parent).unpinCustomerClass(at),
      () => units(parent).transferUnit({ id: unit.id, version: unit.version, customerId: other.id, transferredOn: '2024-06-01', reason: '卖房' }),
      () => platform.service.client(PurchaseProofService, parent).provePurchase({ id: unit.id, version: unit.version, purchaseDate: '2024-03-10', evidence: { id: newId(), sha256: 'a'.repeat(64) } }),
      () => installations(parent).cancelInstallation({ ...step, reason: '约错' }),
      () => installations(parent).completeInstallation({ ...step, checklist: [{ code: 'no_leak', passed: true }], customerInstructed: true }),
      () => installations(parent).failInstallation({ ...step, reason: '漏水' }),
    ];
    for (const each of steps) await expect(each()).rejects.toEqual(refusal('permission_denied', 'DEALER_TERMINATED'));
    expect(said((await files(parent).getCustomer({ id: customer.id })).allowedActions)).toEqual([
      'update DEALER_TERMINATED', 'reveal DEALER_TERMINATED', 'export DEALER_TERMINATED', 'merge DEALER_TERMINATED', 'anonymise ROLE_NOT_ALLOWED',
    ]);
    expect(said((await standings(parent).getCustomerStanding({ id: customer.id })).allowedActions)).toEqual(['pin DEALER_TERMINATED', 'unpin DEALER_TERMINATED']);
    expect(said((await units(parent).getUnit({ id: unit.id })).allowedActions)).toEqual(['sell UNIT_ALREADY_SOLD', 'transfer DEALER_TERMINATED', 'extend-warranty ROLE_NOT_ALLOWED']);
    const actions = ['complete', 'fail', 'reschedule', 'cancel'];
    expect(said((await installations(parent).getInstallation({ id: planned.id })).allowedActions)).toEqual(actions.map((action) => `${action} DEALER_TERMINATED`));
  });

  it('D-1: the clerk still looks after the customers of a dealer that nobody follows', async () => {
    const { child, customer, planned } = await childOfParent();
    await left(child);
    const { allowedActions } = await installations(clerk).getInstallation({ id: planned.id });
    expect(said(allowedActions)).toEqual(['complete ROLE_NOT_ALLOWED', 'fail ROLE_NOT_ALLOWED', 'reschedule DEALER_NOT_ACTIVE', 'cancel ']);
    await expect(installations(clerk).rescheduleInstallation({ ...planned, version: 1, reason: '改期', askedBy: '王经理' })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
    await expect(installations(clerk).cancelInstallation({ id: planned.id, version: 1, reason: '改期', askedBy: '王经理' })).resolves.toMatchObject({ state: 'cancelled' });
    await expect(files(clerk).updateCustomer({ id: customer.id, version: 1, name: '李四', phones: [], askedBy: '王经理' })).resolves.toMatchObject({ version: 2 });
  });

  it('D-1: a suspended dealer is not offered the sale that it is refused', async () => {
    const { child, other, onStock } = await childOfParent();
    const suspended = { ...child.manager, dealerStatus: 'suspended' } as const;
    expect(said((await units(suspended).getUnit({ id: onStock.id })).allowedActions)[0]).toBe('sell DEALER_NOT_ACTIVE');
    await expect(units(suspended).sellUnit({ id: onStock.id, version: onStock.version, serial: onStock.serial, customerId: other.id })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
  });
});
