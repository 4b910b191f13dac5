import { Controller } from '@nestjs/common';
import {
  CertificateService, InstallationFailedSchema, InstallationService, TechnicianService,
  type CancelInstallationRequest, type CompleteInstallationRequest, type FailInstallationRequest, type GetInstallationRequest,
  type ListInstallationsRequest, type RescheduleInstallationRequest, type ScheduleInstallationRequest,
} from '@aftercare/contracts';
import { allowedActions, askerOf, businessDate, isId, newId, Refusal } from '@aftercare/domain';
import { Bus, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, refuseTerminated, scopeCondition, type JsonRow, type Tx } from '@aftercare/service';
import { askedByOf } from '../customers/customer-change.js';
import { CustomerEntity } from '../customers/customer.entity.js';
import { masked, requireServingDealer } from '../customers/customer.rules.js';
import type { Point } from '../checklists/checklist.rules.js';
import { KnownDealerEntity } from '../dealers/known-dealer.entity.js';
import { boundBy, Standing } from '../dealers/standing.js';
import { worksOn } from '../own-work/own-work.js';
import { UnitEntity } from '../units/unit.entity.js';
import { flowed } from '../units/unit.flow.js';
import { accepted, modelCodeOf } from './installation-accepted.js';
import { InstallationEntity } from './installation.entity.js';
import { listInstallations, saleOfUnit, type SaleOfUnit } from './installation.queries.js';
import {
  checkAppointment, checkComingAppointment, checkTechnician, complete, daysFromSale, fail, installationActions, isOwnWork, replan, requireInstallationRole, seesPlain,
  technicianCertificate as certificateHeld, type Check, type InstallationStep, type TechnicianCertificate,
} from './installation.rules.js';
import { refuseLeaver } from './technician-left.js';

/** C-4: appointments for commissioning, their outcome, and what follows from it. */
@Controller()
export class InstallationHandlers implements Handlers<typeof InstallationService> {
  constructor(
    private readonly database: Database,
    private readonly standing: Standing,
    private readonly bus: Bus,
  ) {}

  /** Makes an appointment at the dealer that sold the unit (D-2). Errors as documented at the rpc. */
  @Rpc(InstallationService.method.scheduleInstallation)
  async scheduleInstallation(request: ScheduleInstallationRequest, ctx: CallContext) {
    const { dealerId, family } = await this.sellerOf(request.unitId, ctx);
    requireInstallationRole('schedule', ctx.role);
    const askedBy = askerOf(ctx.role, request.askedBy);
    checkAppointment(request.appointmentFrom, request.appointmentTo);
    requireServingDealer(await this.standing.of(dealerId, ctx));
    const technicianCertificate = await this.certified(request, { dealerId, family }, ctx);
    return this.database.command(ctx, async (tx) => {
      checkComingAppointment(request.appointmentFrom, request.appointmentTo, businessDate(await tx.now()));
      const unit = await tx.em.findOneOrFail(UnitEntity, { where: { id: request.unitId }, lock: { mode: 'pessimistic_write' } });
      const customerId = await ownerOf(tx, unit.id);
      if (!(await worksOn(tx, { id: unit.id, ownerId: customerId }))) throw notFound('product unit');
      if (await tx.em.existsBy(InstallationEntity, { unitId: unit.id, state: 'scheduled' })) {
        throw new Refusal('failed_precondition', 'INSTALLATION_OPEN', 'The unit has an open appointment already.');
      }
      await refuseLeaver(tx, request.technicianUserId);
      const installation = tx.em.create(InstallationEntity, {
        id: newId(), dealerId, number: await tx.nextNumber('installation', { prefix: 'IN', gapFree: false }), unitId: unit.id, customerId,
        installerId: null, technicianUserId: request.technicianUserId, technicianCertificate, appointmentFrom: request.appointmentFrom, appointmentTo: request.appointmentTo,
        state: 'scheduled', checklist: [], checklistId: null, customerInstructed: false, photos: [], note: '', askedBy, completedAt: null, cancelledAt: null, completedOn: null, daysFromSale: null,
        registeredAfterwards: false, version: 1, createdAt: await tx.now(),
      });
      await tx.em.insert(InstallationEntity, installation);
      await audit(tx, installation, 'schedule', null);
      return { ...refOf(installation), technicianCertificate };
    }, { request });
  }

  /** Accepted: the unboxing stage ends (W-2). Errors as documented at the rpc. */
  @Rpc(InstallationService.method.completeInstallation)
  completeInstallation(request: CompleteInstallationRequest, ctx: CallContext) {
    return this.finish('complete', request, ctx, async (tx, installation, unit) => {
      const checklist = checksOf(request.checklist);
      const used = await checklistFor(tx, unit.id);
      installation.state = complete(installation.state, { checklist, customerInstructed: request.customerInstructed, points: used?.points ?? [] });
      await close(tx, installation, unit);
      Object.assign(installation, { checklist, checklistId: used?.id ?? null, customerInstructed: true, photos: photosOf(request.photos), note: request.note.trim() });
      await accepted(tx, installation, unit);
    });
  }

  /** Not accepted: `repairs` opens a quality report from the event at once (C-4). */
  @Rpc(InstallationService.method.failInstallation)
  failInstallation(request: FailInstallationRequest, ctx: CallContext) {
    return this.finish('fail', request, ctx, async (tx, installation, unit) => {
      const checklist = checksOf(request.checklist);
      installation.state = fail(installation.state, request.reason, checklist);
      await close(tx, installation, unit);
      const used = await checklistFor(tx, unit.id);
      Object.assign(installation, { checklist, checklistId: used?.id ?? null, photos: photosOf(request.photos), note: request.reason.trim() });
      const { completedAt, completedOn } = installation;
      await flowed(tx, unit, { kind: 'installation_failed', dealerId: installation.dealerId, on: completedOn as string, documentId: installation.id });
      await tx.announce(InstallationFailedSchema, {
        installationId: installation.id, installationNumber: installation.number, unitId: unit.id, serial: unit.serial,
        dealerId: installation.dealerId, failedAt: completedAt as string,
        failedOn: completedOn as string, modelCode: await modelCodeOf(tx, unit), technicianUserId: installation.technicianUserId,
      });
    });
  }

  /** Another time or technician. Errors as documented at the rpc. */
  @Rpc(InstallationService.method.rescheduleInstallation)
  async rescheduleInstallation(request: RescheduleInstallationRequest, ctx: CallContext) {
    const { dealerId, family } = await this.database.read(ctx, async (tx) => {
      const { dealerId: of, unitId } = await load(tx, request.id);
      return { dealerId: of, family: await familyOf(tx, unitId) };
    });
    requireInstallationRole('reschedule', ctx.role);
    checkAppointment(request.appointmentFrom, request.appointmentTo);
    requireServingDealer(await this.standing.of(dealerId, ctx));
    const technicianCertificate = await this.certified(request, { dealerId, family }, ctx);
    const moved = await this.finish('reschedule', request, ctx, async (tx, installation) => {
      checkComingAppointment(request.appointmentFrom, request.appointmentTo, businessDate(await tx.now()));
      installation.state = replan('reschedule', installation.state, request.reason);
      await refuseLeaver(tx, request.technicianUserId);
      const { technicianUserId, appointmentFrom, appointmentTo, reason } = request;
      Object.assign(installation, { technicianUserId, technicianCertificate, appointmentFrom, appointmentTo, note: reason.trim() });
    });
    return { ...moved, technicianCertificate };
  }

  /** Nobody will come. Errors as documented at the rpc. */
  @Rpc(InstallationService.method.cancelInstallation)
  cancelInstallation(request: CancelInstallationRequest, ctx: CallContext) {
    return this.finish('cancel', request, ctx, async (tx, installation) => {
      installation.state = replan('cancel', installation.state, request.reason);
      Object.assign(installation, { note: request.reason.trim(), cancelledAt: await tx.now() });
    });
  }

  @Rpc(InstallationService.method.getInstallation)
  async getInstallation(request: GetInstallationRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const { cancelledAt: _cancelledAt, checklistId, ...installation } = await load(tx, request.id);
      const unit = await tx.em.findOneByOrFail(UnitEntity, { id: installation.unitId });
      const customer = await personalOf(tx, installation.customerId);
      const dealerLeft = await tx.em.existsBy(KnownDealerEntity, { id: installation.dealerId, status: 'terminated' });
      const facts = { ...installation, dealerLeft };
      const shown = seesPlain(facts, ctx) ? customer : masked(customer);
      const asked = installation.state === 'scheduled' ? await checklistFor(tx, unit.id) : await checklistOf(tx, checklistId);
      return {
        ...installation,
        serial: unit.serial,
        points: asked?.points ?? [],
        checklistNumber: asked ? `${asked.family}-${asked.revision}` : '',
        installerDealerId: installation.installerId ?? '',
        completedAt: installation.completedAt ?? '',
        completedOn: installation.completedOn ?? '',
        daysFromSale: installation.daysFromSale ?? 0,
        customerName: shown.name,
        customerPhone: shown.phones[0] ?? '',
        customerAddress: shown.addressDetail,
        allowedActions: allowedActions(boundBy(ctx, dealerLeft ? 'terminated' : null), installationActions(facts, ctx)),
      };
    });
  }

  @Rpc(InstallationService.method.listInstallations)
  async listInstallations(request: ListInstallationsRequest, ctx: CallContext) {
    for (const id of [request.dealerId, request.unitId]) if (id !== '' && !isId(id)) throw notFound('filter');
    const { page, ...statement } = listInstallations(request, ctx);
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }

  private async sellerOf(unitId: string, ctx: CallContext): Promise<{ dealerId: string; family: string }> {
    const sale = isId(unitId) ? await this.database.one<SaleOfUnit>(ctx, saleOfUnit(unitId, ctx)) : null;
    if (sale === null) throw notFound('product unit');
    if (sale.dealerId === null) {
      throw new Refusal('failed_precondition', 'UNIT_NOT_SOLD', 'The unit is not sold yet.', { field: 'unitId' });
    }
    return { dealerId: sale.dealerId, family: sale.family };
  }

  /**
   * Asks `dealers` whether the account is a technician of this dealer, one of another looks like a missing one, and whether he is certified
   * for the family on the day of the visit (D-5).
   */
  private async certified(
    { technicianUserId: userId, appointmentFrom }: { technicianUserId: string; appointmentFrom: string }, of: { dealerId: string; family: string }, ctx: CallContext,
  ): Promise<TechnicianCertificate> {
    const technician = await this.bus.client(TechnicianService).getTechnician({ userId }, { ctx });
    if (technician.dealerId !== of.dealerId || !isOwnWork(userId, ctx)) throw notFound('technician');
    checkTechnician(technician);
    const certificates = this.bus.client(CertificateService);
    const wanted = { technicianId: technician.id, family: of.family, page: { limit: 1 } };
    const [held, any] = await Promise.all([certificates.listCertificates({ ...wanted, validOn: businessDate(appointmentFrom) }, { ctx }), certificates.listCertificates(wanted, { ctx })]);
    return certificateHeld({ thatDay: held.items.length > 0, ever: any.items.length > 0 });
  }

  /** The common part of all steps: own work, the present version, unit locked, audited. */
  private finish(
    action: InstallationStep,
    request: { id: string; version: number; askedBy?: string },
    ctx: CallContext,
    work: (tx: Tx, installation: InstallationEntity, unit: UnitEntity) => Promise<void>,
  ) {
    if (ctx.dealerStatus !== null) requireServingDealer(ctx.dealerStatus);
    return this.database.command(ctx, async (tx) => {
      const installation = await load(tx, request.id, 'pessimistic_write');
      requireInstallationRole(action, ctx.role);
      await refuseTerminated(tx, installation.dealerId);
      installation.askedBy = askerOf(ctx.role, request.askedBy ?? '');
      expectVersion(installation, request.version, { id: installation.id, state: installation.state });
      const unit = await tx.em.findOneOrFail(UnitEntity, { where: { id: installation.unitId }, lock: { mode: 'pessimistic_write' } });
      const before = installation.state;
      await work(tx, installation, unit);
      installation.version += 1;
      await tx.em.save(InstallationEntity, installation);
      await audit(tx, installation, action, before);
      return refOf(installation);
    }, { request });
  }
}

/** An installation the caller may see: in its scope and, for a technician, own work. */
async function load(tx: Tx, id: string, lock?: 'pessimistic_write'): Promise<InstallationEntity> {
  const scope = scopeCondition(tx.ctx, 'installation.dealer_id');
  const query = tx.em.createQueryBuilder(InstallationEntity, 'installation').where('installation.id = :id', { id }).andWhere(scope.where, scope.parameters);
  const installation = isId(id) ? await (lock ? query.setLock(lock) : query).getOne() : null;
  if (!installation || !isOwnWork(installation.technicianUserId, tx.ctx)) throw notFound('installation');
  return installation;
}

/** Who owns the unit now; held to the commit, so that an appointment follows a merge that comes at the same time (C-1). */
async function ownerOf(tx: Tx, unitId: string): Promise<string> {
  const [sale] = await tx.sql<{ customerId: string }>({
    name: 'installation_owner', text: 'select customer_id as "customerId" from unit_sale where unit_id = $1 for share', values: [unitId],
  });
  return sale.customerId;
}

async function personalOf(tx: Tx, customerId: string): Promise<{ name: string; phones: string[]; addressDetail: string }> {
  const customer = await tx.em.findOneByOrFail(CustomerEntity, { id: customerId });
  const phones = await tx.sql<{ phone: string }>({
    name: 'installation_phones', text: 'select phone from customer_phone where customer_id = $1 order by position', values: [customerId],
  });
  return { name: customer.name, addressDetail: customer.addressDetail, phones: phones.map(({ phone }) => phone) };
}

async function close(tx: Tx, installation: InstallationEntity, unit: UnitEntity): Promise<void> {
  const now = await tx.now();
  const completedOn = businessDate(now);
  Object.assign(installation, { installerId: installation.dealerId, completedAt: now, completedOn, daysFromSale: daysFromSale(unit.purchaseDate, completedOn) });
}

async function familyOf(tx: Tx, unitId: string): Promise<string> {
  const [{ family }] = await tx.sql<{ family: string }>({
    name: 'installation_family', text: 'select m.family from product_unit u join product_model m on m.id = u.model_id where u.id = $1', values: [unitId],
  });
  return family;
}

interface Checklist {
  id: string;
  family: string;
  revision: number;
  points: Point[];
}

/** The published checklist of the unit's family; undefined without one. */
async function checklistFor(tx: Tx, unitId: string): Promise<Checklist | undefined> {
  const [published] = await tx.sql<Checklist>({
    name: 'installation_points',
    text: `select k.id, k.family, k.revision, k.points from product_unit u join product_model m on m.id = u.model_id
      join installation_checklist k on k.family = m.family and k.state = 'published' where u.id = $1`,
    values: [unitId],
  });
  return published;
}

/** The checklist that a finished installation was finished by. */
async function checklistOf(tx: Tx, id: string | null): Promise<Checklist | undefined> {
  if (id === null) return undefined;
  const [used] = await tx.sql<Checklist>({ name: 'installation_checklist', text: 'select id, family, revision, points from installation_checklist where id = $1', values: [id] });
  return used;
}

function checksOf(checklist: readonly Check[]): Check[] {
  return checklist.map(({ code, passed, note }) => ({ code, passed, note }));
}

function photosOf(photos: { id: string; sha256: string }[]) {
  return photos.map(({ id, sha256 }) => ({ id, sha256 }));
}

function refOf(installation: InstallationEntity) {
  return { id: installation.id, number: installation.number, state: installation.state, version: installation.version };
}

const PLANS = ['schedule', 'reschedule'];

/** A remark is typed by people and may name the customer, so its text is kept apart from the entry. */
async function audit(tx: Tx, installation: InstallationEntity, action: string, before: string | null): Promise<void> {
  const { id, dealerId, state, technicianUserId, appointmentFrom, note, askedBy } = installation;
  await tx.audit({
    action, kind: 'installation', id, dealerId,
    changed: { state: { before, after: state }, ...(PLANS.includes(action) ? { technicianUserId: { after: technicianUserId }, appointmentFrom: { after: appointmentFrom } } : {}) },
    personal: { ...(note === '' ? {} : { note: { after: note } }), ...askedByOf(askedBy) },
  });
}
