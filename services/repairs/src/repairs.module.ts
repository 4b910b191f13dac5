import { defineServiceModule, KnownAccount, SettingEvents, type ServiceDefinition } from '@aftercare/service';
import { afterRepair } from './after-repair.js';
import { CallClockJob } from './calls/call-clock.job.js';
import { CallConfirmationHandlers } from './calls/call-confirmation.handlers.js';
import { CallIntakeHandlers } from './calls/call-intake.handlers.js';
import { CallExportHandlers } from './calls/call-export.handlers.js';
import { CallReadHandlers } from './calls/call-read.handlers.js';
import { CallRecordHandlers } from './calls/call-record.handlers.js';
import { CallWorkHandlers } from './calls/call-work.handlers.js';
import { CallClockRow, CallEventRow, RepairCall } from './calls/call.entity.js';
import { ErasureEvents } from './calls/erasure.events.js';
import { ConfirmationLinkRow, RepairRecord } from './calls/repair-record.entity.js';
import { CallAppointmentRow } from './visits/appointment.entity.js';
import { AppointmentJob } from './visits/appointment.job.js';
import { PartsAskedEvents } from './visits/parts-asked.events.js';
import { CallTimelineHandlers } from './timeline/call-timeline.handlers.js';
import { VisitHandlers } from './visits/visit.handlers.js';
import { SupportHandlers } from './support/support-question.handlers.js';
import { SupportQuestionRow } from './support/support-question.entity.js';
import { CallQuoteRow } from './quotes/call-quote.entity.js';
import { CallQuoteHandlers } from './quotes/call-quote.handlers.js';
import { CallHelpHandlers } from './intake/call-help.handlers.js';
import { CallStateLinkRow } from './public/call-state-link.entity.js';
import { PublicIntakeHandlers } from './public/public-intake.handlers.js';
import { RoutingHandlers } from './routing/routing.handlers.js';
import { FaultCodeRow } from './faults/fault-code.entity.js';
import { FaultCodeHandlers } from './faults/fault-code.handlers.js';
import { AccountEvents } from './handover/account.events.js';
import { DealerEvents } from './handover/dealer.events.js';
import { HandoverHandlers } from './handover/handover.handlers.js';
import { HandoverJob } from './handover/handover.job.js';
import { KnownDealer } from './handover/known-dealer.entity.js';
import { Repairs1763800000000 } from './migrations/1763800000000-repairs.js';
import { CallLine1764600000000 } from './migrations/1764600000000-call-line.js';
import { MergedCustomers1790000100000 } from './migrations/1790000100000-merged-customers.js';
import { Erasure1790000200000 } from './migrations/1790000200000-erasure.js';
import { CallListIndexes1791400000000 } from './migrations/1791400000000-call-list-indexes.js';
import { NewestCalls1791410000000 } from './migrations/1791410000000-newest-calls.js';
import { CallsForFigures1795000100000 } from './migrations/1795000100000-calls-for-figures.js';
import { ErasedCustomers1791600000000 } from './migrations/1791600000000-erased-customers.js';
import { Certificates1796000000000 } from './migrations/1796000000000-certificates.js';
import { CertificateVersions1798200000000 } from './migrations/1798200000000-certificate-versions.js';
import { Handover1798100000000 } from './migrations/1798100000000-handover.js';
import { CallsAtVolume1798500000000 } from './migrations/1798500000000-calls-at-volume.js';
import { CallAppointments1799100100000 } from './migrations/1799100100000-call-appointments.js';
import { SupportQuestions1799100200000 } from './migrations/1799100200000-support-questions.js';
import { CallQuotes1799100300000 } from './migrations/1799100300000-call-quotes.js';
import { CallersLatestFirst1799700000000 } from './migrations/1799700000000-callers-latest-first.js';
import { SettledAppointments1799800000000 } from './migrations/1799800000000-settled-appointments.js';
import { FaultNames1799800200000 } from './migrations/1799800200000-fault-names.js';
import { CallsOfUnits1800400000000 } from './migrations/1800400000000-calls-of-units.js';
import { WorkersTold1800420000000 } from './migrations/1800420000000-workers-told.js';
import { UnitsNamedByTechnicians1800472000000 } from './migrations/1800472000000-units-named-by-technicians.js';
import { ConfirmationsToldAgain1800494030000 } from './migrations/1800494030000-confirmations-told-again.js';
import { CorrectedStage1800494010000 } from './migrations/1800494010000-corrected-stage.js';
import { AskedBy1800485000000 } from './migrations/1800485000000-asked-by.js';
import { PhotosOfCalls1800495000000 } from './migrations/1800495000000-photos-of-calls.js';
import { UnconfirmedRecords1800495100000 } from './migrations/1800495100000-unconfirmed-records.js';
import { CallsBySerial1800650000000 } from './migrations/1800650000000-calls-by-serial.js';
import { ClaimsPaid1800651000000 } from './migrations/1800651000000-claims-paid.js';
import { OwnWork1800700000000 } from './migrations/1800700000000-own-work.js';
import { CallErasureHandlers, ErasureWordsRow } from './calls/erasure-words.js';
import { FeesOfDealers1800824000000 } from './migrations/1800824000000-fees-of-dealers.js';
import { ErasureWordsJob } from './calls/erasure-words.job.js';
import { ErasureWordsKept1800800000000 } from './migrations/1800800000000-erasure-words-kept.js';
import { LabourNotCovered1800860000000 } from './migrations/1800860000000-labour-not-covered.js';
import { CampaignWorkAgain1800871000000 } from './migrations/1800871000000-campaign-work-again.js';
import { SolvedBefore1800880000000 } from './migrations/1800880000000-solved-before.js';
import { ShortValuesMasked1800921200000 } from './migrations/1800921200000-short-values-masked.js';
import { JoinedCalls1800870000000 } from './migrations/1800870000000-joined-calls.js';
import { WarrantyOver1800821000000 } from './migrations/1800821000000-warranty-over.js';
import { FurtherReports1800830000000 } from './migrations/1800830000000-further-reports.js';
import { ClaimsOfCalls1800851000000 } from './migrations/1800851000000-claims-of-calls.js';
import { ReportsOfRoutedCalls1800850000000 } from './migrations/1800850000000-reports-of-routed-calls.js';
import { WindowsOver1800831000000 } from './migrations/1800831000000-windows-over.js';
import { KnownAccounts1800842000000 } from './migrations/1800842000000-known-accounts.js';
import { ErasureWords1800791000000 } from './migrations/1800791000000-erasure-words.js';
import { UnitOwners1800790000000 } from './migrations/1800790000000-unit-owners.js';
import { SolvedCallsAtVolume1800740000000 } from './migrations/1800740000000-solved-calls-at-volume.js';
import { RepeatCallers1799100400000 } from './migrations/1799100400000-repeat-callers.js';
import { CallStateLinks1799100500000 } from './migrations/1799100500000-call-state-links.js';
import { QualityReportRow } from './quality/quality-report.entity.js';
import { QualityReportEvents } from './quality/quality-report.events.js';
import { QualityReportHandlers } from './quality/quality-report.handlers.js';
import { improvement } from './improvement.js';
import { KnownCertificate, KnownCustomer, KnownModel, KnownOwner, KnownUnit } from './registry/registry.entity.js';
import { JoinedCallsJob } from './registry/joined-calls.js';
import { RegistryEvents } from './registry/registry.events.js';

/** Calls, clocks, records, confirmations, the fault catalogue and quality reports. */
export const repairs: ServiceDefinition = {
  name: 'repairs',
  module: defineServiceModule({
    name: 'repairs',
    entities: [
      RepairCall, CallClockRow, CallEventRow, RepairRecord, ConfirmationLinkRow, FaultCodeRow, QualityReportRow,
      ...afterRepair.entities, ...improvement.entities,
      KnownCustomer, KnownUnit, KnownOwner, KnownModel, KnownCertificate, KnownDealer, KnownAccount,
      CallAppointmentRow, SupportQuestionRow, CallQuoteRow, CallStateLinkRow, ErasureWordsRow,
    ],
    controllers: [
      CallIntakeHandlers, CallWorkHandlers, CallRecordHandlers, CallConfirmationHandlers, CallReadHandlers, CallExportHandlers, FaultCodeHandlers, QualityReportHandlers,
      VisitHandlers, HandoverHandlers, SupportHandlers, CallQuoteHandlers, CallHelpHandlers, PublicIntakeHandlers, RoutingHandlers, CallTimelineHandlers, CallErasureHandlers,
      ...afterRepair.controllers, ...improvement.controllers,
    ],
    providers: [
      ...afterRepair.providers, ...improvement.providers, CallClockJob, ErasureWordsJob, AccountEvents, DealerEvents, HandoverJob, ErasureEvents, QualityReportEvents, RegistryEvents,
      SettingEvents, PartsAskedEvents, AppointmentJob, JoinedCallsJob,
    ],
  }),
  migrations: [
    Repairs1763800000000, CallLine1764600000000, MergedCustomers1790000100000, Erasure1790000200000, CallListIndexes1791400000000, NewestCalls1791410000000,
    ErasedCustomers1791600000000, CallsForFigures1795000100000, Certificates1796000000000, Handover1798100000000, CertificateVersions1798200000000,
    CallsAtVolume1798500000000, CallAppointments1799100100000, SupportQuestions1799100200000, CallQuotes1799100300000, RepeatCallers1799100400000,
    CallStateLinks1799100500000, CallersLatestFirst1799700000000,
    ...afterRepair.migrations, ...improvement.migrations, SettledAppointments1799800000000, FaultNames1799800200000, CallsOfUnits1800400000000, WorkersTold1800420000000, UnitsNamedByTechnicians1800472000000,
    AskedBy1800485000000, CorrectedStage1800494010000, ConfirmationsToldAgain1800494030000, PhotosOfCalls1800495000000, UnconfirmedRecords1800495100000, CallsBySerial1800650000000, ClaimsPaid1800651000000,
    OwnWork1800700000000,
    SolvedCallsAtVolume1800740000000, UnitOwners1800790000000, ErasureWords1800791000000, ErasureWordsKept1800800000000, WarrantyOver1800821000000,
    FeesOfDealers1800824000000, FurtherReports1800830000000, WindowsOver1800831000000, KnownAccounts1800842000000, ReportsOfRoutedCalls1800850000000,
    ClaimsOfCalls1800851000000, LabourNotCovered1800860000000, JoinedCalls1800870000000, CampaignWorkAgain1800871000000,
    SolvedBefore1800880000000,
    ShortValuesMasked1800921200000,
  ],
};
