import type { EventName } from './gen/events.js';

/** Who tells an event and who acts on it. Services are named as in `runService({ name })`. */
export interface EventRoute {
  /** The services that announce it; one but for NoticeRequested, which any service may tell. Empty: see `why`. */
  tellers: readonly string[];
  /** The services with an @OnEvent for it. The teller's reconciler asks each whether the event arrived. */
  listeners: readonly string[];
  /** Required when nobody tells or nobody listens yet: what the event is there for. */
  why?: string;
}

/** Read models of figures over time are built from the kept outbox rows, from the first day on. */
const FOR_FIGURES = 'A fact for the figures over time: insights will read it from the kept outbox, from the first day on.';

/**
 * The routes of all events. The reconciler of `libs/messaging` heals a wiped broker from it,
 * and an architecture spec proves that it equals the code.
 */
export const eventMap: { readonly [Name in EventName]: EventRoute } = {
  'aftercare.common.v1.NoticeRequested': { tellers: ['dealers', 'customers', 'repairs', 'parts', 'invoicing', 'insights'], listeners: ['gateway'] },
  'aftercare.gateway.v1.SettingChanged': {
    tellers: ['gateway'],
    listeners: ['customers', 'dealers', 'repairs', 'parts', 'invoicing', 'insights'],
  },
  'aftercare.gateway.v1.AccountStandingChanged': { tellers: ['gateway'], listeners: ['customers', 'dealers', 'repairs'] },
  'aftercare.gateway.v1.TechnicianImported': { tellers: ['gateway'], listeners: ['dealers'] },
  'aftercare.dealers.v1.DealerChanged': { tellers: ['dealers'], listeners: ['gateway', 'customers', 'repairs', 'parts', 'invoicing', 'insights'] },
  'aftercare.dealers.v1.TechnicianCertified': { tellers: ['dealers'], listeners: ['repairs', 'insights'] },
  'aftercare.dealers.v1.CertificateRevoked': { tellers: ['dealers'], listeners: ['repairs', 'insights'] },
  'aftercare.dealers.v1.TechnicianStandingChanged': { tellers: ['dealers'], listeners: ['insights'] },
  'aftercare.dealers.v1.TrainingAttended': { tellers: ['dealers'], listeners: ['insights'] },
  'aftercare.dealers.v1.MonthlyReportChanged': { tellers: ['dealers'], listeners: ['insights'] },
  'aftercare.customers.v1.ModelPublished': { tellers: ['customers'], listeners: ['repairs', 'insights'] },
  'aftercare.customers.v1.UnitDispatched': { tellers: ['customers'], listeners: ['repairs', 'insights'] },
  'aftercare.customers.v1.UnitSold': { tellers: ['customers'], listeners: ['insights'] },
  'aftercare.customers.v1.UnitOwned': { tellers: ['customers'], listeners: ['repairs'] },
  'aftercare.customers.v1.PurchaseDateProved': { tellers: ['customers'], listeners: ['insights'] },
  'aftercare.customers.v1.InstallationCompleted': { tellers: ['customers'], listeners: ['dealers'] },
  'aftercare.customers.v1.InstallationFailed': { tellers: ['customers'], listeners: ['dealers', 'repairs'] },
  'aftercare.customers.v1.CustomerChanged': { tellers: ['customers'], listeners: ['repairs', 'invoicing'] },
  'aftercare.customers.v1.CustomerAnonymised': { tellers: ['customers'], listeners: ['gateway', 'dealers', 'repairs', 'parts', 'invoicing'] },
  'aftercare.repairs.v1.CallAnonymised': { tellers: ['repairs'], listeners: ['gateway', 'dealers', 'parts', 'invoicing'] },
  'aftercare.repairs.v1.CallRouted': { tellers: ['repairs'], listeners: ['insights'] },
  'aftercare.repairs.v1.CallAssigned': { tellers: ['repairs'], listeners: ['customers'] },
  'aftercare.repairs.v1.CallResolved': { tellers: ['repairs'], listeners: ['dealers', 'insights'] },
  'aftercare.repairs.v1.CallRevived': { tellers: ['repairs'], listeners: ['insights'] },
  'aftercare.repairs.v1.CallCancelled': { tellers: ['repairs'], listeners: ['insights'] },
  'aftercare.repairs.v1.RecordConfirmed': { tellers: ['repairs'], listeners: ['customers', 'dealers', 'insights'] },
  'aftercare.repairs.v1.RecordFiled': { tellers: ['repairs'], listeners: ['dealers'] },
  'aftercare.repairs.v1.QualityReportOpened': { tellers: ['repairs'], listeners: [], why: FOR_FIGURES },
  'aftercare.repairs.v1.QualityActionDefined': { tellers: ['repairs'], listeners: [], why: FOR_FIGURES },
  'aftercare.repairs.v1.SpotCheckClosed': { tellers: ['repairs'], listeners: ['insights'] },
  'aftercare.repairs.v1.ReimbursementApproved': { tellers: ['repairs'], listeners: ['parts'] },
  'aftercare.repairs.v1.FaultCodePublished': { tellers: ['repairs'], listeners: ['insights'] },
  'aftercare.repairs.v1.AppointmentSettled': { tellers: ['repairs'], listeners: ['insights'] },
  'aftercare.repairs.v1.FaultsRecorded': { tellers: ['repairs'], listeners: ['insights'] },
  'aftercare.parts.v1.PartPriced': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.PartCatalogued': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.PartsRequestSubmitted': { tellers: ['parts'], listeners: ['repairs'] },
  'aftercare.parts.v1.PartsLineApproved': { tellers: ['parts'], listeners: [], why: FOR_FIGURES },
  'aftercare.parts.v1.PartsShipped': { tellers: ['parts'], listeners: ['invoicing', 'insights'] },
  'aftercare.parts.v1.PartsReceived': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.ObligationOpened': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.ObligationDue': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.ObligationSettled': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.ReturnAccepted': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.ReturnCreditChanged': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.LateReturnReversed': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.ShortageAgreed': { tellers: ['parts'], listeners: ['insights'] },
  'aftercare.parts.v1.ReturnCounted': { tellers: ['parts'], listeners: [], why: FOR_FIGURES },
  'aftercare.parts.v1.StocktakeConfirmed': {
    tellers: ['parts'],
    listeners: [],
    why: FOR_FIGURES,
  },
  'aftercare.parts.v1.ChargeSlipConfirmed': { tellers: ['parts'], listeners: ['invoicing', 'repairs', 'insights'] },
  'aftercare.parts.v1.ChargeSlipDiscarded': { tellers: ['parts'], listeners: ['repairs'] },
  'aftercare.parts.v1.ChargeSlipReversed': { tellers: ['parts'], listeners: ['invoicing', 'repairs', 'insights'] },
  'aftercare.invoicing.v1.ChargeSlipPaid': { tellers: ['invoicing'], listeners: ['parts'] },
  'aftercare.invoicing.v1.InvoiceWishChanged': { tellers: ['invoicing'], listeners: ['parts'] },
  'aftercare.invoicing.v1.CreditHeld': { tellers: ['invoicing'], listeners: [], why: FOR_FIGURES },
  'aftercare.invoicing.v1.InvoiceIssued': { tellers: ['invoicing'], listeners: [], why: FOR_FIGURES },
  'aftercare.invoicing.v1.RedLetterIssued': { tellers: ['invoicing'], listeners: [], why: FOR_FIGURES },
  'aftercare.invoicing.v1.ReimbursementPaid': { tellers: ['invoicing'], listeners: ['repairs'] },
  'aftercare.invoicing.v1.CustomerReceiptChanged': { tellers: ['invoicing'], listeners: ['customers'] },
  'aftercare.invoicing.v1.MonthClosed': { tellers: ['invoicing'], listeners: ['insights'] },
  'aftercare.invoicing.v1.MonthCompared': { tellers: ['invoicing'], listeners: ['insights'] },
};
