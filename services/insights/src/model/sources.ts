import {
  AppointmentSettledSchema, CallCancelledSchema, CallResolvedSchema, CallRevivedSchema, CallRoutedSchema, CertificateRevokedSchema, ChargeSlipConfirmedSchema, ChargeSlipReversedSchema,
  DealerChangedSchema, eventMap, LateReturnReversedSchema, MonthClosedSchema, MonthComparedSchema, PartsReceivedSchema, PartsShippedSchema, ReturnAcceptedSchema, ReturnCreditChangedSchema, ShortageAgreedSchema,
  FaultCodePublishedSchema, FaultsRecordedSchema, ModelPublishedSchema, MonthlyReportChangedSchema, ObligationDueSchema,
  ObligationOpenedSchema, ObligationSettledSchema, PartCataloguedSchema, PartPricedSchema, RecordConfirmedSchema, SettingChangedSchema, TechnicianCertifiedSchema,
  TechnicianStandingChangedSchema,
  PurchaseDateProvedSchema, SpotCheckClosedSchema, TrainingAttendedSchema, UnitDispatchedSchema, UnitSoldSchema, type EventName,
} from '@aftercare/contracts';
import { keepSetting } from '@aftercare/service';
import type { DescMessage } from '@bufbuild/protobuf';
import { appointmentsSettled } from '../facts/appointment.events.js';
import { callsCancelled, callsResolved, callsRevived, callsRouted } from '../facts/call-facts.js';
import { certificateRevoked, dealerChanged, monthlyReportChanged, purchaseDateProved, technicianCertified, technicianStandingChanged, trainingAttended, unitsSold } from '../facts/dealer-facts.js';
import type { Keep, KeepTogether } from '../facts/fact.js';
import { obligationDue, obligationOpened, obligationSettled, partCatalogued, recordConfirmed } from '../facts/part-facts.js';
import { spotCheckClosed } from '../facts/spot-check.events.js';
import { faultCodePublished, faultsRecorded, modelPublished, partPriced, unitsDispatched } from '../quality/quality-facts.js';
import { creditChanged, lateReversed, monthClosed, monthCompared, partsReceived, partsShipped, returnsAccepted, shortageAgreed, slipsConfirmed, slipsReversed } from '../tie-out/tie-facts.js';

/** An event the read model is made of, and how it is kept. */
export interface FactKind {
  schema: DescMessage;
  keep: KeepTogether<DescMessage>;
}

function kind<E extends DescMessage>(schema: E, keep: Keep<E>): FactKind {
  return together(schema, async (place, events) => {
    for (const { event, told } of events) await keep(place, event, told);
  });
}

function together<E extends DescMessage>(schema: E, keep: KeepTogether<E>): FactKind {
  return { schema, keep: keep as unknown as FactKind['keep'] };
}

/** Settings are no figures and belong to no generation, but a service that starts late must read them as well. */
const settingChanged: Keep<typeof SettingChangedSchema> = ({ tx }, event) => keepSetting(tx, event);

const KINDS: readonly FactKind[] = [
  kind(SettingChangedSchema, settingChanged),
  // Models, units and prices before what is found on units, so that little is valued twice.
  kind(FaultCodePublishedSchema, faultCodePublished), kind(ModelPublishedSchema, modelPublished), together(UnitDispatchedSchema, unitsDispatched), kind(PartPricedSchema, partPriced),
  kind(DealerChangedSchema, dealerChanged), kind(TrainingAttendedSchema, trainingAttended), kind(TechnicianCertifiedSchema, technicianCertified),
  kind(CertificateRevokedSchema, certificateRevoked), kind(TechnicianStandingChangedSchema, technicianStandingChanged),
  kind(MonthlyReportChangedSchema, monthlyReportChanged), together(UnitSoldSchema, unitsSold), kind(PurchaseDateProvedSchema, purchaseDateProved),
  together(CallRoutedSchema, callsRouted), together(CallResolvedSchema, callsResolved), together(CallRevivedSchema, callsRevived),
  together(CallCancelledSchema, callsCancelled), kind(RecordConfirmedSchema, recordConfirmed),
  kind(ObligationOpenedSchema, obligationOpened), kind(ObligationDueSchema, obligationDue), kind(ObligationSettledSchema, obligationSettled),
  kind(PartCataloguedSchema, partCatalogued),
  kind(SpotCheckClosedSchema, spotCheckClosed), together(FaultsRecordedSchema, faultsRecorded), together(AppointmentSettledSchema, appointmentsSettled),
  together(PartsShippedSchema, partsShipped), together(PartsReceivedSchema, partsReceived), together(ReturnAcceptedSchema, returnsAccepted),
  together(ChargeSlipConfirmedSchema, slipsConfirmed), together(ChargeSlipReversedSchema, slipsReversed), kind(ReturnCreditChangedSchema, creditChanged),
  kind(LateReturnReversedSchema, lateReversed), kind(ShortageAgreedSchema, shortageAgreed), kind(MonthClosedSchema, monthClosed), kind(MonthComparedSchema, monthCompared),
];

/** By the event's full name. */
export const factKinds: ReadonlyMap<string, FactKind> = new Map(KINDS.map((each) => [each.schema.typeName, each]));

/** The services that told these events, with the events of each. */
export const sources: ReadonlyMap<string, string[]> = bySource();

function bySource(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of factKinds.keys()) {
    for (const teller of eventMap[name as EventName].tellers) found.set(teller, [...(found.get(teller) ?? []), name]);
  }
  return found;
}
