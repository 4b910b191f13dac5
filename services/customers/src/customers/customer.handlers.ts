import { Controller } from '@nestjs/common';
import {
  CustomerService, type CreateCustomerRequest, type GetCustomerRequest, type ListCustomersRequest, type ListCustomerTimelineRequest, type RevealCustomerRequest,
  type UpdateCustomerRequest,
} from '@aftercare/contracts';
import { allowedActions, askerOf, isId } from '@aftercare/domain';
import { invalidField, JsonText, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, refuseTerminated, type JsonRow } from '@aftercare/service';
import { boundBy, Standing } from '../dealers/standing.js';
import { termsOfSeen } from '../models/model.queries.js';
import { stageOn } from '../warranty/stage.rules.js';
import { customerActions } from './customer-actions.rules.js';
import { auditReason, customerForChange, finish, keepPhones, phonesOf, refOf } from './customer-change.js';
import { changedForm, customerData, refuseKnownPhone, registerCustomer } from './customer-register.js';
import { CustomerEntity } from './customer.entity.js';
import { listCustomers } from './customer-list.js';
import { customerById, customerSeen, type CustomerRow } from './customer.queries.js';
import {
  checkCustomer, masked, normalisePhones, refuseMaskedValues, requireActiveDealer, requireCustomerRole, requireInUse, requireReason, requireServingDealer,
} from './customer.rules.js';
import { keepNameKeys } from './name-keys.js';
import { customerTimeline, type TimelineRow } from './timeline.queries.js';

type CustomerFiles = Omit<Handlers<typeof CustomerService>, 'mergeCustomer' | 'anonymiseCustomer' | 'exportCustomer'>;

/** C-1, C-5: customer files; personal values leave them masked, or by a reveal that is logged. */
@Controller()
export class CustomerHandlers implements CustomerFiles {
  constructor(
    private readonly database: Database,
    private readonly standing: Standing,
  ) {}

  /** Registers a customer at an active dealer. Errors as documented at the rpc. */
  @Rpc(CustomerService.method.createCustomer)
  async createCustomer(request: CreateCustomerRequest, ctx: CallContext) {
    requireCustomerRole(ctx.role);
    const dealerId = request.dealerId || ctx.dealerId;
    if (!dealerId) throw invalidField('dealerId', 'Name the serving dealer.', 'DEALER_MISSING');
    const askedBy = askerOf(ctx.role, request.askedBy);
    requireActiveDealer(await this.standing.of(dealerId, ctx));
    const phones = normalisePhones(request.phones);
    return this.database.command(ctx, async (tx) => {
      const data = customerData(request, phones);
      checkCustomer({ ...data, phones });
      await refuseKnownPhone(tx, { dealerId, phones, accept: request.acceptSharedPhone });
      const { ref } = await registerCustomer(tx, { dealerId, phones, data, askedBy });
      return ref;
    }, { request });
  }

  /** What is not said stays as it is. Errors as documented at the rpc. */
  @Rpc(CustomerService.method.updateCustomer)
  async updateCustomer(request: UpdateCustomerRequest, ctx: CallContext) {
    if (ctx.dealerStatus !== null) requireServingDealer(ctx.dealerStatus);
    return this.database.command(ctx, async (tx) => {
      const customer = await customerForChange(tx, request.id);
      requireCustomerRole(ctx.role);
      await refuseTerminated(tx, customer.dealerId);
      const askedBy = askerOf(ctx.role, request.askedBy);
      requireInUse(customer);
      expectVersion(customer, request.version, refOf(customer));
      const before = { customer: { ...customer }, phones: await phonesOf(tx, customer.id) };
      refuseMaskedValues({ name: request.name, phones: request.phones, addressDetail: request.address?.detail ?? '' }, { ...before.customer, phones: before.phones });
      const phones = request.phones.length === 0 ? before.phones : normalisePhones(request.phones);
      const data = customerData(changedForm(request, customer), phones);
      checkCustomer({ ...data, phones });
      const fresh = phones.filter((phone) => !before.phones.includes(phone));
      await refuseKnownPhone(tx, { dealerId: customer.dealerId, phones: fresh, accept: request.acceptSharedPhone, except: customer.id });
      Object.assign(customer, data, { askedBy, version: customer.version + 1 });
      await tx.em.save(CustomerEntity, customer);
      await keepPhones(tx, customer, phones);
      if (customer.name !== before.customer.name) await keepNameKeys(tx, customer);
      return finish(tx, 'update', { customer, phones, askedBy }, before);
    }, { request });
  }

  /** One customer, personal values masked (C-5). */
  @Rpc(CustomerService.method.getCustomer)
  async getCustomer(request: GetCustomerRequest, ctx: CallContext) {
    const { dealerStatus, ...row } = await this.read(request.id, ctx);
    const reader = boundBy(ctx, dealerStatus);
    const terms = await termsOfSeen(this.database, ctx, row.units);
    return {
      ...row,
      ...masked(row),
      mergedInto: row.mergedInto ?? '',
      anonymisedAt: row.anonymisedAt ?? '',
      units: row.units.map((unit) => ({
        unitId: unit.unitId, serial: unit.serial, modelCode: unit.modelCode, purchaseDate: unit.purchaseDate ?? '',
        stage: stageOn(row.today, unit, terms.of(unit.modelId, unit.purchaseDate ?? row.today)),
      })),
      allowedActions: allowedActions(reader, customerActions(row, reader)),
    };
  }

  /** C-5, D-1: the plain values, not for a dealer that left. The log entry is committed first, and nothing of the answer is stored. */
  @Rpc(CustomerService.method.revealCustomer)
  async revealCustomer(request: RevealCustomerRequest, ctx: CallContext) {
    const row = await this.read(request.id, ctx);
    requireReason(request.reason);
    await this.database.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      await refuseTerminated(tx, row.dealerId);
      await auditReason(tx, 'reveal', { id: row.id, reason: request.reason });
      return {};
    });
    return { id: row.id, name: row.name, phones: row.phones, addressDetail: row.addressDetail };
  }

  @Rpc(CustomerService.method.listCustomers)
  async listCustomers(request: ListCustomersRequest, ctx: CallContext) {
    if (request.dealerId !== '' && !isId(request.dealerId)) throw notFound('dealer');
    const { page, ...statement } = listCustomers(request, ctx);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  /** C-6: what happened to one customer, newest first. */
  @Rpc(CustomerService.method.listCustomerTimeline)
  async listCustomerTimeline(request: ListCustomerTimelineRequest, ctx: CallContext) {
    if (!isId(request.id)) throw notFound('customer');
    const { page, ...statement } = customerTimeline(request, ctx);
    const [file, rows] = await Promise.all([this.database.one<{ id: string }>(ctx, customerSeen(request.id, ctx)), this.database.many<TimelineRow>(ctx, statement)]);
    if (file === null) throw notFound('customer');
    return new JsonText(`${jsonPage(rows, page).text.slice(0, -1)},"customerId":"${file.id}"}`);
  }

  private async read(id: string, ctx: CallContext): Promise<CustomerRow> {
    const row = isId(id) ? await this.database.one<CustomerRow>(ctx, customerById(id, ctx)) : null;
    if (row === null) throw notFound('customer');
    return row;
  }
}
