import { Controller } from '@nestjs/common';
import {
  CustomerClassService, type GetCustomerStandingRequest, type PinCustomerClassRequest, type UnpinCustomerClassRequest,
} from '@aftercare/contracts';
import { allowedActions, isId, Refusal, refusalReason, type CustomerClass } from '@aftercare/domain';
import { notFound, Rpc, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, refuseTerminated, settingAt, type Tx } from '@aftercare/service';
import { customerForChange, finish, phonesOf, refOf } from '../customers/customer-change.js';
import { CustomerEntity } from '../customers/customer.entity.js';
import { requireInUse, requireReason, requireServingDealer } from '../customers/customer.rules.js';
import { boundBy } from '../dealers/standing.js';
import { seesSalePrice } from '../units/unit.rules.js';
import { ClassPinEntity } from './class.entity.js';
import { classedOf, standingOf, type ClassedRow, type ComputedRow, type StandingRow } from './class.queries.js';
import { classOf, requirePinRole } from './class.rules.js';
import { customerValue, yearlyValue, type ValueTerms } from './value.rules.js';

const NOTHING = '0.00';
const MONTHS_OF_A_YEAR = 12;

/** C-7, C-8: class and value of a customer, with where every number comes from. */
@Controller()
export class ClassHandlers implements Handlers<typeof CustomerClassService> {
  constructor(private readonly database: Database) {}

  /** Amounts are left out for whoever may not see sale prices (C-2). */
  @Rpc(CustomerClassService.method.getCustomerStanding)
  async getCustomerStanding(request: GetCustomerStandingRequest, ctx: CallContext) {
    const row = isId(request.id) ? await this.database.one<StandingRow>(ctx, standingOf(request.id, ctx)) : null;
    if (row === null) throw notFound('customer');
    const { computed, history } = (await this.database.one<ClassedRow>(systemContext('customers', ctx), classedOf(row.customerId))) as ClassedRow;
    const terms = await this.database.read(ctx, (tx) => valueTerms(tx, row.today));
    const value = customerValue(yearlyValue(computed?.contribution ?? NOTHING, computed?.periodMonths ?? MONTHS_OF_A_YEAR), terms);
    // Sums would tell the prices of a dealer whose customer was taken over (D-1).
    const sees = [row, ...row.receipts, ...(computed ? [computed] : [])].map(({ dealerId }) => dealerId).concat(row.sales.map(({ sellerId }) => sellerId)).every((dealerId) => seesSalePrice(ctx, dealerId));
    const shown = (amount: string): string => (sees ? amount : '');
    const classed = ({ periodMonths: _months, dealerId, ...each }: ComputedRow) => ({ ...each, contribution: seesSalePrice(ctx, dealerId) ? shown(each.contribution) : '' });
    const counted = (on: string): boolean => computed !== null && on >= computed.from && on <= computed.to;
    return {
      customerId: row.customerId, class: row.class, version: row.version,
      ...(row.pin ? { pin: row.pin } : {}),
      ...(computed ? { computed: classed(computed) } : {}),
      sales: row.sales.map(({ sellerId, ...sale }) => ({
        ...sale, amount: seesSalePrice(ctx, sellerId) ? sale.amount : '', counted: counted(sale.on),
      })),
      receipts: row.receipts.map(({ dealerId, ...receipt }) => ({ ...receipt, amount: seesSalePrice(ctx, dealerId) ? receipt.amount : '', counted: dealerId === computed?.dealerId && counted(receipt.on) })),
      value: {
        ...terms, yearlyValue: shown(value.yearlyValue), base: shown(value.base), satisfied: shown(value.satisfied), dissatisfied: shown(value.dissatisfied),
      },
      history: history.map(classed),
      allowedActions: allowedActions(boundBy(ctx, row.dealerStatus), [
        { action: 'pin', reason: pinRefusal(row, ctx) },
        { action: 'unpin', reason: pinRefusal(row, ctx) ?? (row.pin === null ? 'CLASS_NOT_PINNED' : undefined) },
      ]),
    };
  }

  /** Errors as documented at the rpc. */
  @Rpc(CustomerClassService.method.pinCustomerClass)
  async pinCustomerClass(request: PinCustomerClassRequest, ctx: CallContext) {
    if (ctx.dealerStatus !== null) requireServingDealer(ctx.dealerStatus);
    return this.database.command(ctx, async (tx) => {
      const customer = await toPin(tx, request);
      const pinned = classOf(request.class);
      requireReason(request.reason);
      const reason = request.reason.trim();
      const { userId } = ctx;
      await tx.em.upsert(ClassPinEntity, {
        customerId: customer.id, dealerId: customer.dealerId, class: pinned, reason, pinnedBy: userId, pinnedAt: await tx.now(),
      }, ['customerId']);
      return hold(tx, customer, { action: 'pin-class', class: pinned, reason });
    }, { request });
  }

  /** Errors as documented at the rpc. */
  @Rpc(CustomerClassService.method.unpinCustomerClass)
  async unpinCustomerClass(request: UnpinCustomerClassRequest, ctx: CallContext) {
    if (ctx.dealerStatus !== null) requireServingDealer(ctx.dealerStatus);
    return this.database.command(ctx, async (tx) => {
      const customer = await toPin(tx, request);
      const { affected } = await tx.em.delete(ClassPinEntity, { customerId: customer.id });
      if (!affected) throw new Refusal('failed_precondition', 'CLASS_NOT_PINNED', 'No class is pinned.');
      const [newest] = await tx.sql<{ class: CustomerClass | null }>({ name: 'class_newest', text: NEWEST, values: [customer.id, customer.dealerId] });
      return hold(tx, customer, { action: 'unpin-class', class: newest.class ?? 'C', reason: '' });
    }, { request });
  }
}

/** Also where another dealer computed it, who served the customer before (D-1). */
const NEWEST = 'select newest_customer_class($1, $2) as class';

/** The customer in use at the version the change is based on, by a role that may. */
async function toPin(tx: Tx, request: { id: string; version: number }): Promise<CustomerEntity> {
  const customer = await customerForChange(tx, request.id);
  requirePinRole(tx.ctx.role);
  await refuseTerminated(tx, customer.dealerId);
  requireInUse(customer);
  expectVersion(customer, request.version, refOf(customer));
  return customer;
}

async function hold(tx: Tx, customer: CustomerEntity, now: { action: string; class: CustomerClass; reason: string }) {
  const phones = await phonesOf(tx, customer.id);
  const before = { customer: { ...customer }, phones };
  Object.assign(customer, { class: now.class, version: customer.version + 1 });
  await tx.em.save(CustomerEntity, customer);
  const also = { class: { before: before.customer.class, after: now.class } };
  return finish(tx, now.action, { customer, phones, also, reason: now.reason }, before);
}

function pinRefusal(row: StandingRow, ctx: CallContext): string | undefined {
  return refusalReason(() => {
    requirePinRole(ctx.role);
    requireInUse(row);
  });
}

async function valueTerms(tx: Tx, on: string): Promise<ValueTerms> {
  return {
    expectedYears: await settingAt(tx, 'value.expectedYears', on),
    toldSatisfied: await settingAt(tx, 'value.toldSatisfied', on),
    toldDissatisfied: await settingAt(tx, 'value.toldDissatisfied', on),
    conversionPercent: await settingAt(tx, 'value.conversionPercent', on),
  };
}
