import {
  AppointmentSettledSchema, CallCancelledSchema, CallResolvedSchema, CallRevivedSchema, CallRoutedSchema, DealerChangedSchema, DealerFileService, MonthlyReportChangedSchema,
  ObligationDueSchema,
  CertificateRevokedSchema, FaultCodePublishedSchema, FaultsRecordedSchema, ModelPublishedSchema, ObligationOpenedSchema, ObligationSettledSchema, OperationsService, PartCataloguedSchema, PartPricedSchema, RecordConfirmedSchema, TechnicianCertifiedSchema,
  TechnicianStandingChangedSchema,
  PurchaseDateProvedSchema, SpotCheckClosedSchema, TrainingAttendedSchema, UnitDispatchedSchema, UnitSoldSchema, type DealerFile,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { decodeBody } from '@aftercare/messaging';
import { fake, startTestService, type TestService } from '@aftercare/testing';
import { toJson } from '@bufbuild/protobuf';
import { insights } from './insights.module.js';
import { factKinds, sources } from './model/sources.js';
import { specEvent, type SpecEvent } from './spec-event.fixture.js';
import { examplesOf } from './tie-out/tie-out.fixture.js';

export { specEvent, type SpecEvent } from './spec-event.fixture.js';

/** Insights with the outboxes of the services it listens to. */
export interface InsightsWorld {
  service: TestService;
  /** What every teller has in its outbox. */
  outbox: SpecEvent[];
  /** Called before a frame of a service is answered, with how many were answered before. */
  beforeFrame: (frames: number, service: string) => Promise<void>;
}

/** Starts insights; the services that tell are played by their outboxes, in frames of a few events. */
export async function startInsights(frame = 7): Promise<InsightsWorld> {
  const outbox: SpecEvent[] = [];
  let frames = 0;
  const outboxOf = (service: string) => fake(OperationsService, {
    listEvents: async ({ eventTypes, after }) => {
      await world.beforeFrame(frames, service);
      frames += 1;
      const kept = outbox.filter(({ schema, id }) => eventTypes.includes(schema.typeName) && id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
      const events = kept.slice(0, frame).map(({ id, schema, payload, occurredAt }) => ({ id, eventType: schema.typeName, payload, occurredAt }));
      return { events, position: events.at(-1)?.id ?? after, end: kept.length <= frame };
    },
  }, service);
  const world: Omit<InsightsWorld, 'service'> & { service?: TestService } = { outbox, beforeFrame: () => Promise.resolve() };
  world.service = await startTestService({ ...insights, fakes: [...sources.keys()].map(outboxOf) });
  return world as InsightsWorld;
}

/** Lets an event arrive; the same one twice is a repeated delivery. */
export async function deliver({ service }: InsightsWorld, { id, schema, payload, occurredAt }: SpecEvent): Promise<void> {
  const event = decodeBody(schema, Buffer.from(payload));
  await service.publish(schema, toJson(schema, event as never) as never, { eventId: id, occurredAt });
}

/** Tells events: into the outbox of their teller, and to insights. */
export async function tell(world: InsightsWorld, events: readonly SpecEvent[]): Promise<void> {
  world.outbox.push(...events);
  for (const event of events) await deliver(world, event);
}

/** The file of a dealer as the supervisor reads it. */
export function fileOf({ service }: InsightsWorld, dealerId: string, asked: { from?: string; to?: string; region?: string } = {}): Promise<DealerFile> {
  return service.client(DealerFileService, service.ctx({ role: 'service_supervisor' })).getDealerFile({ dealerId, ...PERIOD, ...asked });
}

export const PERIOD = { from: '2026-01-01', to: '2026-01-31' };

/** Everything that insights hears of one dealer in January 2026; `late` of its ten calls took 30 hours. */
export function januaryOf(dealer: { id: string; code: string; late?: number; firstFix?: number }): SpecEvent[] {
  const { id: dealerId, code, late = 2, firstFix = 8 } = dealer;
  const technicianId = newId();
  const partId = newId();
  const calls = Array.from({ length: 10 }, (_each, at) => ({ callId: newId(), unitId: newId(), on: day(at + 1), late: at < late, first: at < firstFix }));
  const [obligationId, settledId, ...reportIds] = [newId(), newId(), newId(), newId()];
  return [
    specEvent(DealerChangedSchema, {
      dealerId, code, name: `经销商${code}`, nameEn: code, status: 'active', territoryRegionCodes: ['310000'], version: 2, regionCode: '310104',
    }, `${day(1)}T00:00:00.000Z`),
    specEvent(PartCataloguedSchema, { partId, number: `P-${code}`, name: '阀芯', nameEn: 'Cartridge', version: 1 }, `${day(1)}T00:00:00.000Z`),
    ...foundIn({ dealerId, code, partId, call: calls[0] }),
    ...peopleOf(dealerId, technicianId),
    ...[1, 2, 3].map((version) => specEvent(MonthlyReportChangedSchema, {
      reportId: reportIds[0], dealerId, month: '2025-12', kind: 'repair', state: version === 3 ? 'submitted' : 'open', dueOn: day(3), late: version > 1, version,
    }, `${day(version + 1)}T00:00:00.000Z`)),
    specEvent(SpotCheckClosedSchema, {
      checkId: newId(), number: 'SC-1', dealerId, closedAt: `${day(20)}T00:00:00.000Z`, closedOn: day(20), drawn: 4, checked: 3, unreachable: 1, falseRecords: 1, scoreSum: 183,
    }, `${day(20)}T00:00:00.000Z`),
    // Time alone makes it late: told anew with the version it had.
    ...[2, 4].map((on) => specEvent(MonthlyReportChangedSchema, {
      reportId: reportIds[1], dealerId, month: '2025-12', kind: 'installation', state: 'open', dueOn: day(3), late: on === 4, version: 1,
    }, `${day(on)}T00:00:00.000Z`)),
    ...calls.map(({ unitId }) => specEvent(UnitSoldSchema, { unitId, dealerId, purchaseDate: '2025-12-01' }, `${day(1)}T00:00:00.000Z`)),
    specEvent(PurchaseDateProvedSchema, { unitId: calls[0].unitId, dealerId, purchaseDate: '2025-12-05', previousDate: '2025-12-01', version: 3 }, `${day(4)}T00:00:00.000Z`),
    ...calls.map(({ callId, unitId, on }, at) => specEvent(CallRoutedSchema, {
      callId, dealerId, unitId, receivedAt: `${on}T01:00:00.000Z`, regionCode: at < 6 ? '310104' : '320106', family: 'faucet', version: 1,
    }, `${on}T01:00:00.000Z`)),
    ...calls.slice(0, 9).map(({ callId, on, late: slow, first }) => specEvent(CallResolvedSchema, {
      callId, dealerId, resolvedAt: `${on}T05:00:00.000Z`, version: 4, clockSeconds: slow ? 30 * 3_600 : 4 * 3_600, firstVisit: first, special: slow,
      technicianUserId: technicianId,
    }, `${on}T05:00:00.000Z`)),
    specEvent(CallCancelledSchema, { callId: calls[9].callId, dealerId, cancelledAt: `${day(11)}T00:00:00.000Z`, version: 2 }, `${day(11)}T00:00:00.000Z`),
    specEvent(CallRevivedSchema, {
      callId: calls[8].callId, dealerId, reason: 'refused', clockStartedAt: `${day(9)}T01:00:00.000Z`, version: 5,
    }, `${day(9)}T06:00:00.000Z`),
    specEvent(CallResolvedSchema, {
      callId: calls[8].callId, dealerId, resolvedAt: `${day(9)}T08:00:00.000Z`, version: 7, clockSeconds: 7 * 3_600, technicianUserId: technicianId,
    }, `${day(9)}T08:00:00.000Z`),
    ...(['kept', 'kept', 'missed', 'moved'] as const).map((outcome, at) => specEvent(AppointmentSettledSchema, {
      appointmentId: newId(), callId: calls[at].callId, callNumber: `RC-${code}-${at}`, dealerId, technicianUserId: at === 1 ? '' : technicianId, outcome,
      windowFrom: `${calls[at].on}T02:00:00.000Z`, windowTo: `${calls[at].on}T04:00:00.000Z`, settledAt: `${calls[at].on}T05:00:00.000Z`,
      arrivedAt: { kept: `${calls[at].on}T03:00:00.000Z`, missed: `${calls[at].on}T05:00:00.000Z`, moved: '' }[outcome],
    }, `${calls[at].on}T05:00:00.000Z`)),
    ...calls.slice(0, 5).map(({ callId, on }) => specEvent(RecordConfirmedSchema, {
      callId, recordId: newId(), dealerId, partsUsed: [{ partId, quantity: 2, source: 'holdings' }], confirmedAt: `${on}T09:00:00.000Z`, confirmedOn: on,
    }, `${on}T09:00:00.000Z`)),
    // In another year, so that no period of the files has them.
    ...examplesOf({ dealerId, partId: newId() }, '2029'),
    specEvent(ObligationOpenedSchema, { obligationId, dealerId, partId, quantity: 5, shippingOrderId: newId(), shippingLineId: newId(), month: '2026-01' }, `${day(2)}T02:00:00.000Z`),
    specEvent(ObligationDueSchema, { obligationId, dealerId, dueOn: day(20) }, `${day(3)}T02:00:00.000Z`),
    specEvent(ObligationSettledSchema, { obligationId, settlementId: settledId, dealerId, partId, kind: 'returned', quantity: 2, documentKind: 'return_parcel', documentId: newId(), month: '2026-01' }, `${day(10)}T02:00:00.000Z`),
  ];
}

/** A day of the month. */
const day = (at: number): string => `2026-01-${String(at).padStart(2, '0')}`;

/** Who was trained and certified, and who was given no more work. */
function peopleOf(dealerId: string, technicianId: string): SpecEvent[] {
  const leaverId = newId();
  return [
    specEvent(TrainingAttendedSchema, { trainingId: newId(), technicianId, dealerId, family: 'faucet', heldOn: day(5), result: 'passed' }, `${day(5)}T00:00:00.000Z`),
    specEvent(TechnicianCertifiedSchema, { technicianId, dealerId, family: 'faucet', validFrom: day(5), validUntil: '2027-01-05' }, `${day(5)}T00:00:00.000Z`),
    specEvent(CertificateRevokedSchema, {
      certificateId: newId(), technicianId: newId(), dealerId, userId: newId(), family: 'faucet', validFrom: '2025-06-01', validUntil: '2027-06-01', revokedFrom: '2025-07-01',
      holdsUntil: '2025-06-30', version: 2,
    }, `${day(5)}T00:00:00.000Z`),
    // Out of work for two days.
    ...[6, 8].map((on) => specEvent(TechnicianStandingChangedSchema, {
      technicianId, dealerId, userId: newId(), active: on === 8, changedOn: day(on), version: on === 8 ? 2 : 1,
    }, `${day(on)}T00:00:00.000Z`)),
    specEvent(TechnicianCertifiedSchema, { technicianId: leaverId, dealerId, family: 'faucet', validFrom: day(5), validUntil: '2027-01-05' }, `${day(5)}T00:00:00.000Z`),
    specEvent(TechnicianStandingChangedSchema, { technicianId: leaverId, dealerId, userId: newId(), active: false, changedOn: day(20), version: 1 }, `${day(20)}T00:00:00.000Z`),
  ];
}

/** What makes a call of the month a case of the fault table: its unit, its model, what the part is worth, and what was found. */
function foundIn({ dealerId, code, partId, call }: { dealerId: string; code: string; partId: string; call: { callId: string; unitId: string; on: string } }): SpecEvent[] {
  const { on } = call;
  const modelId = newId();
  return [
    specEvent(FaultCodePublishedSchema, { kind: 'fault', family: 'faucet', code: 'F01', name: '滴水', nameEn: 'Drips', version: 2 }, `${on}T00:00:00.000Z`),
    specEvent(ModelPublishedSchema, { modelId, code: `M-${code}`, name: '龙头', family: 'faucet', version: 1 }, `${on}T00:00:00.000Z`),
    specEvent(UnitDispatchedSchema, {
      unitId: call.unitId, serial: `S-${code}`, modelId, dealerId, dispatchedOn: '2025-11-01', manufacturedOn: '2025-10-01',
    }, `${on}T00:00:00.000Z`),
    specEvent(PartPricedSchema, { partId, priceListId: newId(), effectiveFrom: on, dealerPrice: '12.5000', publishedAt: `${on}T00:00:00.000Z` }, `${on}T00:00:00.000Z`),
    specEvent(FaultsRecordedSchema, {
      caseId: call.callId, kind: 'repair-call', number: `RC-${code}`, dealerId, unitId: call.unitId, serial: `S-${code}`, stage: 'in_warranty', family: 'faucet',
      faults: [{ faultCode: 'F01' }], partsUsed: [{ partId, quantity: 2, source: 'holdings' }], labourFee: '80.00', travelFee: '0.00',
      openedAt: `${on}T01:00:00.000Z`, resolvedAt: `${on}T05:00:00.000Z`, recordedAt: `${on}T09:00:00.000Z`, version: 6,
    }, `${on}T09:00:00.000Z`),
  ];
}

/** The names of the events that make the model, for specs that want each of them. */
export const factNames = [...factKinds.keys()];
