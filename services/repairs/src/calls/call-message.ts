import type { CallClockSchema, RepairCallSchema } from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { dueAt, warningAt, type ClockTerms } from './call-clock.rules.js';
import { SEES_FILE } from './call-file.js';
import { callActions, STRIKE } from './call.rules.js';
import { isErased } from './erasure.rules.js';
import { termsOf, type DatedCallSetting } from './call-terms.js';
import type { CallClockRow, CallEventRow, RepairCall } from './call.entity.js';
import { unitStanding } from './unit-stage.js';
import type { RepairRecord } from './repair-record.entity.js';
import { quoteMessage, QUOTES } from '../quotes/call-quote-message.js';
import { AGREED_TOTAL, ownsFees } from '../quotes/call-quote.js';
import { feesNotAgreed } from '../quotes/call-quote.rules.js';
import type { CallQuoteRow } from '../quotes/call-quote.entity.js';
import type { CallAppointmentRow } from '../visits/appointment.entity.js';

/** A call with everything that hangs on it, as DETAIL answers it. */
export interface CallDetail extends RepairCall {
  clocks: CallClockRow[];
  records: RepairRecord[];
  events: CallEventRow[];
  appointments: CallAppointmentRow[];
  quotes: CallQuoteRow[];
  /** For the work of its records. */
  agreedTotal: string;
  settings: DatedCallSetting[];
  /** The agreement with its dealer has ended (D-1). */
  dealerLeft: boolean;
  /** The reader sees the named customer file. */
  seesFile: boolean;
  /** The business instant of the reading. */
  now: string;
}

/** One statement for whole documents, their children as JSON, oldest first, with the settings that rule them: one round trip. */
export const DETAIL = `
  select id, number, dealer_id as "dealerId", channel, customer_id as "customerId", unit_id as "unitId", unit_serial as "unitSerial",
    unit_description as "unitDescription", contact_name as "contactName", contact_phone as "contactPhone", region_code as "regionCode",
    address_detail as "addressDetail", contact_name_masked as "contactNameMasked", contact_phone_masked as "contactPhoneMasked",
    address_masked as "addressMasked", symptoms, intake, wished_from as "wishedFrom", wished_to as "wishedTo", photos, state,
    technician_user_id as "technicianUserId", technician_certificate as "technicianCertificate",
    appointment_from as "appointmentFrom", appointment_to as "appointmentTo", opened_at as "openedAt", opened_on as "openedOn", received_at as "receivedAt", due_at as "dueAt", breached_at as "breachedAt",
    resolved_at as "resolvedAt", taken_by as "takenBy", reopen_count as "reopenCount", confirmation_method as "confirmationMethod",
    confirmed_at as "confirmedAt", corrected_stage as "correctedStage", corrected_warranty_over as "correctedWarrantyOver",
    corrected_labour_not_covered as "correctedLabourNotCovered", version,
    (select coalesce(json_agg(json_build_object('id', k.id, 'startedAt', k.started_at, 'specialReason', k.special_reason,
        'stoppedAt', k.stopped_at, 'breachedAt', k.breached_at, 'warnedHours', k.warned_hours, 'escalatedAt', k.escalated_at)
        order by k.position), '[]') from call_clock k where k.call_id = c.id) as clocks,
    (select coalesce(json_agg(json_build_object('id', r.id, 'stage', r.stage, 'warrantyOver', r.warranty_over, 'labourNotCovered', r.labour_not_covered, 'dealerId', r.dealer_id, 'faults', r.faults, 'partsUsed', r.parts_used, 'labourFee', r.labour_fee::text,
        'travelFee', r.travel_fee::text, 'resolved', r.resolved, 'firstVisit', r.first_visit, 'toldCustomer', r.told_customer,
        'photos', r.photos, 'recordedAt', r.recorded_at, 'recordedBy', r.recorded_by)
        order by r.recorded_at, r.id), '[]') from repair_record r where r.call_id = c.id) as records,
    (select coalesce(json_agg(json_build_object('action', e.action, 'fromState', e.from_state, 'toState', e.to_state, 'at', e.at,
        'userId', e.user_id, 'role', e.role, 'reason', e.reason, 'askedBy', e.asked_by)
        order by e.at, e.id), '[]') from call_event e where e.call_id = c.id) as events,
    (select coalesce(json_agg(json_build_object('windowFrom', a.window_from, 'windowTo', a.window_to, 'promisedAt', a.promised_at,
        'promisedBy', a.promised_by, 'reason', a.reason, 'arrivedAt', a.arrived_at, 'outcome', a.outcome)
        order by a.promised_at, a.id), '[]') from call_appointment a where a.call_id = c.id) as appointments,
    ${QUOTES} as quotes, ${AGREED_TOTAL} as "agreedTotal",
    (select coalesce(json_agg(json_build_object('key', s.key, 'effectiveFrom', s.effective_from::text, 'value', s.value)), '[]')
      from setting s where s.key = any($2::text[])) as settings,
    exists (select from known_dealer d where d.id = c.dealer_id and d.status = 'terminated') as "dealerLeft",
    ${SEES_FILE('c')},
    business_now() as now
  from repair_call c where id = any($1::uuid[])`;

/**
 * C-5: plain in the open call for its technician and the manager of the dealer that has it; masked for all others, a parent's manager too
 * (domain 1), and once it is filed. The customers of a dealer that left are its successor's (D-1): what stayed with it is read masked.
 */
export function seesPersonal(call: Pick<CallDetail, 'state' | 'dealerId' | 'technicianUserId' | 'takenBy' | 'dealerLeft'>, ctx: CallContext): boolean {
  if (call.state === 'filed' || call.state === 'cancelled') return false;
  if (call.dealerLeft || ctx.dealerStatus === 'terminated') return false;
  if (ctx.role === 'dealer_manager') return call.dealerId === ctx.dealerId;
  return ctx.role === 'dealer_technician' && (call.technicianUserId === ctx.userId || call.takenBy === ctx.userId);
}

/** The document as it is answered; `customerId` as fileSeen answers it. */
export function callMessage(call: CallDetail, customerId: string, ctx: CallContext): MessageInitShape<typeof RepairCallSchema> {
  const plain = seesPersonal(call, ctx);
  const clock = call.clocks.at(-1);
  const unit = unitStanding(call, call.records.at(-1));
  const terms = termsOf(call.settings, clock?.startedAt ?? call.now);
  const { id, number, channel, unitSerial, unitDescription, regionCode, symptoms, intake, photos, state, reopenCount, confirmationMethod, agreedTotal, version } = call;
  return {
    id, number, channel, unitSerial, unitDescription, regionCode, symptoms, intake, photos, state, reopenCount, confirmationMethod, agreedTotal, version,
    stage: unit.stage,
    feesNotAgreed: ownsFees(ctx, call.dealerId) && feesNotAgreed({ ...call, unit }),
    technicianCertificate: call.technicianCertificate,
    dealerId: call.dealerId ?? '',
    customerId,
    unitId: call.unitId ?? '',
    contactName: plain ? call.contactName : call.contactNameMasked,
    contactPhone: plain ? call.contactPhone : call.contactPhoneMasked,
    addressDetail: plain ? call.addressDetail : call.addressMasked,
    wishedFrom: instant(call.wishedFrom),
    wishedTo: instant(call.wishedTo),
    technicianUserId: call.technicianUserId ?? '',
    appointmentFrom: instant(call.appointmentFrom),
    appointmentTo: instant(call.appointmentTo),
    openedAt: instant(call.openedAt),
    receivedAt: instant(call.receivedAt),
    dueAt: instant(call.dueAt),
    takenBy: call.takenBy ?? '',
    confirmedAt: instant(call.confirmedAt),
    clocks: call.clocks.map((each) => clockMessage(each, termsOf(call.settings, each.startedAt))),
    records: call.records.map(({ dealerId, ...record }) => ({
      ...record, ...(ownsFees(ctx, dealerId) ? {} : { labourFee: '', travelFee: '' }), recordedAt: instant(record.recordedAt), faults: record.faults.map((fault) => ({ ...fault, problemDimension: fault.problemDimension ?? '' })),
    })),
    history: call.events.map((event) => ({ ...event, userId: event.userId ?? '', at: instant(event.at) })),
    appointments: call.appointments.map((each) => ({
      windowFrom: instant(each.windowFrom), windowTo: instant(each.windowTo), promisedAt: instant(each.promisedAt), promisedBy: each.promisedBy ?? '',
      reason: each.reason, arrivedAt: instant(each.arrivedAt), outcome: each.outcome,
    })),
    quotes: call.quotes.map((quote) => quoteMessage(quote, plain)),
    allowedActions: allowedActions(ctx, callActions(
      {
        state, clockStartedAt: clock?.startedAt ?? null, specialReason: clock?.specialReason ?? null, specialStruck: specialStruck(call.events, clock), resolvedAt: call.resolvedAt, erased: isErased(call),
        dealerLeft: call.dealerLeft, technicianUserId: call.technicianUserId, ownFees: ownsFees(ctx, call.dealerId), quoteOpen: call.quotes.some((quote) => quote.state === 'open'),
      },
      ctx,
      call.now,
      // A reopening is ruled by its own day, the clock by the day it started.
      { ...terms, reopenDays: termsOf(call.settings, call.now).reopenDays },
    )),
  };
}

/** a special was struck since the clock started. */
function specialStruck(events: CallEventRow[], clock: CallClockRow | undefined): boolean {
  return clock !== undefined && events.some(({ action, at }) => action === STRIKE && Date.parse(at) >= Date.parse(clock.startedAt));
}

/** A clock with the moments of the terms of its own day. */
function clockMessage(clock: CallClockRow, terms: ClockTerms): MessageInitShape<typeof CallClockSchema> {
  return {
    startedAt: instant(clock.startedAt),
    warningAt: instant(warningAt(clock, terms)),
    dueAt: instant(dueAt(clock, terms)),
    specialReason: clock.specialReason ?? '',
    stoppedAt: instant(clock.stoppedAt),
    breachedAt: instant(clock.breachedAt),
  };
}

/** An instant as it is answered: ISO 8601 in UTC, empty for none. */
function instant(value: string | null): string {
  return value === null ? '' : new Date(value).toISOString();
}
