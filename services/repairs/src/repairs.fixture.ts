import {
  CallService, CoverageService, CustomerService, DealerService, FeeService, InstallationService, NoticeRequestedSchema, PartService, ProductFamilyService, ProductUnitService,
  TechnicianService,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound, type CallContext, type Client } from '@aftercare/messaging';
import { fake, startTestService, type Fake, type TestService } from '@aftercare/testing';
import { fromJsonString } from '@bufbuild/protobuf';
import { repairs } from './repairs.module.js';

/** The people and things of a spec about calls. */
export interface RepairsWorld {
  service: TestService;
  dealerId: string;
  otherDealerId: string;
  technicianId: string;
  otherTechnicianId: string;
  /** Another technician of the same dealer. */
  colleagueId: string;
  /** One of the same dealer who gets no more work. */
  leaverId: string;
  /** One of the other dealer, who gets none either. */
  otherLeaverId: string;
  manager: CallContext;
  technician: CallContext;
  clerk: CallContext;
  supervisor: CallContext;
  otherManager: CallContext;
  customerId: string;
  foreignCustomerId: string;
  unitId: string;
  installationId: string;
  /** A part that the catalogue lacks; it has any other. */
  missingPartId: string;
  /** What customers answers for the stage of a unit. */
  stage: { now: string; reason?: string; labour?: string };
  /** Since when customers has erased a file, '' for one that has its person; of other files it knows the customer's only. */
  filesAtCustomers: Map<string, () => Promise<string>>;
}

/** Starts repairs with stand-ins for the services it asks. */
export async function startRepairs(further: Fake[] = []): Promise<RepairsWorld> {
  const [dealerId, otherDealerId, technicianId, customerId, foreignCustomerId, unitId, colleagueId, installationId, missingPartId, otherTechnicianId, leaverId, otherLeaverId] =
    Array.from({ length: 12 }, newId);
  const stage: RepairsWorld['stage'] = { now: 'in_warranty' };
  const filesAtCustomers: RepairsWorld['filesAtCustomers'] = new Map();
  const service = await startTestService({
    ...repairs,
    fakes: [
      ...further,
      fake(DealerService, { getDealerStanding: async ({ id }) => {
        if (id !== dealerId && id !== otherDealerId) throw notFound('dealer');
        return { id, status: 'active' };
      }, listDealers: async ({ status }) => ({ items: status === 'active' ? [{ id: dealerId }, { id: otherDealerId }] : [], nextCursor: '' }) }),
      fake(InstallationService, { getInstallation: async ({ id }, ctx) => {
        if (id !== installationId || (ctx.dealerId !== null && ctx.dealerId !== dealerId)) throw notFound('installation');
        return { id, dealerId, unitId, serial: 'SN-0001' };
      } }),
      fake(TechnicianService, { getTechnician: async ({ userId }) => {
        const of = userId === otherTechnicianId || userId === otherLeaverId ? otherDealerId : dealerId;
        if (![technicianId, colleagueId, leaverId, otherTechnicianId, otherLeaverId].includes(userId)) throw notFound('technician');
        return { userId, dealerId: of, active: userId !== leaverId && userId !== otherLeaverId };
      } }),
      fake(FeeService, { getServiceFees: async ({ dealerId: of }) => (of === dealerId ? { dealerId, labourFee: '80.00', travelFee: '30.00' } : { dealerId: of }) }),
      fake(CustomerService, { getCustomer: async ({ id }, ctx) => {
        const anonymisedAt = await filesAtCustomers.get(id)?.();
        if (anonymisedAt !== undefined) return { id, dealerId, anonymisedAt };
        if (id !== customerId || (ctx.dealerId !== null && ctx.dealerId !== dealerId)) throw notFound('customer');
        return { id, dealerId };
      } }),
      fake(ProductUnitService, { getUnit: async ({ id }, ctx) => {
        if (id !== unitId || (ctx.dealerId !== null && ctx.dealerId !== dealerId)) throw notFound('unit');
        return { id, serial: 'SN-0001' };
      } }),
      fake(ProductFamilyService, { getProductFamily: async ({ code }) => {
        if (code !== 'faucet') throw notFound('product family');
        return { code, active: true };
      } }),
      fake(PartService, { findParts: async ({ ids }) => ({ items: ids.filter((id) => id !== missingPartId).map((id) => ({ id })) }) }),
      fake(CoverageService, { decideCoverage: async () => ({ stage: stage.now, reason: stage.reason ?? 'within_term', labour: { coverage: stage.labour ?? 'covered' } }) }),
    ],
  });
  return {
    service, dealerId, otherDealerId, technicianId, colleagueId, otherTechnicianId, leaverId, otherLeaverId, customerId, foreignCustomerId, unitId, installationId, missingPartId, stage, filesAtCustomers,
    manager: service.dealerCtx(dealerId),
    technician: service.dealerCtx(dealerId, 'dealer_technician', { userId: technicianId }),
    clerk: service.ctx(),
    supervisor: service.ctx({ role: 'service_supervisor' }),
    otherManager: service.dealerCtx(otherDealerId),
  };
}

/** A whole call as a dealer's manager takes it on the phone. */
export const phoneCall = {
  channel: 'phone', contactName: '王小明', contactPhone: '13912345678', address: { regionCode: '310104', detail: '中山西路1000号' },
  symptoms: '龙头滴水', unitDescription: '龙头',
} as const;

/** A record that solves the call. */
export const goodRecord = {
  faults: [{ faultDescription: '滴水', cause: '阀芯磨损', action: '更换阀芯' }], labourFee: '0.00', travelFee: '0.00', resolved: true, toldCustomer: '试水正常',
};

/** Typed client of calls as somebody. */
export function calls(world: RepairsWorld, ctx: CallContext): Client<typeof CallService> {
  return world.service.client(CallService, ctx);
}

/** Opens a call and brings it to the technician. */
export async function assignedCall(world: RepairsWorld): Promise<{ id: string; version: number }> {
  const opened = await calls(world, world.manager).openCall(phoneCall);
  return calls(world, world.manager).assignCall({ id: opened.id, version: opened.version, technicianUserId: world.technicianId });
}

/** Opens a call and solves it. */
export async function resolvedCall(world: RepairsWorld): Promise<{ id: string; version: number }> {
  const call = await assignedCall(world);
  return calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: call.version });
}

/** The kinds of all notices about a call, in the order they were told. */
export async function noticesOf(world: RepairsWorld, callId: string): Promise<{ kind: string; role: string; at: string }[]> {
  const rows = await world.service.sql<{ payload: unknown }>(
    `select payload from outbox where event_type = $1 order by id`, [NoticeRequestedSchema.typeName],
  );
  return rows
    .map(({ payload }) => fromJsonString(NoticeRequestedSchema, typeof payload === 'string' ? payload : JSON.stringify(payload)))
    .filter((notice) => notice.documentId === callId)
    .map(({ kind, recipientRole, recipientUserId, params }) => ({ kind, role: recipientRole || recipientUserId, at: (JSON.parse(params) as { at?: string }).at ?? '' }));
}
