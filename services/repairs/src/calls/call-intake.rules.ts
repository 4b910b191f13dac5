import { CALL_CHANNELS, Refusal, businessDate, checkComingWindow, checkWholeWindow, checkWindow, compareInstant, isAddressRegion } from '@aftercare/domain';

/** What is told at the intake, as far as the rule reads it. */
export interface IntakeDraft {
  channel: string;
  unitId: string;
  unitSerial: string;
  unitDescription: string;
  contactPhone: string;
  /** Where the product is. */
  address?: { regionCode: string };
  symptoms: string;
  wishedFrom: string;
  wishedTo: string;
}

/** Digits with the usual separators; numbers of all countries and extensions. */
const PHONE = /^\+?\d[\d\s()-]{4,22}(?:(?:x|转)\d{1,6})?$/;

/**
 * a call has a channel, something to call back, what is wrong, and a unit or a description of it; where it is may be
 * left open on the phone, but is no invented district. Refuses CHANNEL_UNKNOWN, SYMPTOMS_MISSING, PHONE_INVALID,
 * UNIT_OR_DESCRIPTION_MISSING, REGION_UNKNOWN, TIME_INVALID.
 */
export function refuseIncompleteIntake(draft: IntakeDraft): void {
  if (!(CALL_CHANNELS as readonly string[]).includes(draft.channel)) {
    throw invalid('CHANNEL_UNKNOWN', 'channel', `A call comes by: ${CALL_CHANNELS.join(', ')}.`);
  }
  if (draft.symptoms.trim() === '') throw invalid('SYMPTOMS_MISSING', 'symptoms', 'Say what is wrong.');
  if (!PHONE.test(draft.contactPhone.trim())) throw invalid('PHONE_INVALID', 'contactPhone', 'Give a phone number to call back.');
  if ([draft.unitId, draft.unitSerial, draft.unitDescription].every((text) => text.trim() === '')) {
    throw invalid('UNIT_OR_DESCRIPTION_MISSING', 'unitSerial', 'Give a serial number, or describe the product.');
  }
  const regionCode = draft.address?.regionCode ?? '';
  if (regionCode !== '' && !isAddressRegion(regionCode)) throw invalid('REGION_UNKNOWN', 'address.regionCode', 'This is no district of GB/T 2260.');
  checkWindow(wished(draft));
}

/**
 * C-5, D-9: a dealer's call names no other dealer's file; while no dealer is told it may name any, and keeps it. Refuses
 * CUSTOMER_OF_OTHER_DEALER.
 */
export function refuseForeignFile(fileDealerId: string, dealerId: string | null): void {
  if (dealerId === null || fileDealerId === '' || fileDealerId === dealerId) return;
  throw new Refusal('failed_precondition', 'CUSTOMER_OF_OTHER_DEALER', 'The file is of another dealer.', { field: 'customerId' });
}

/** what the customer wishes lies ahead. Refuses TIME_IN_PAST, TIME_TOO_FAR. */
export function refuseUnlikelyWish(draft: Pick<IntakeDraft, 'wishedFrom' | 'wishedTo'>, today: string): void {
  checkComingWindow(wished(draft), today);
}

/** an appointment, where one is made, has both ends in order. Refuses FIELD_MISSING, TIME_INVALID. */
export function refuseWrongAppointment(appointment: Appointment): void {
  checkWholeWindow(appointed(appointment));
  checkWindow(appointed(appointment));
}

/** an appointment lies ahead: it is not over yet; a visit that was made needs none. Refuses TIME_IN_PAST, TIME_TOO_FAR. */
export function refuseUnlikelyAppointment(appointment: Appointment, now: string): void {
  checkComingWindow(appointed(appointment), businessDate(now));
  if (appointment.appointmentTo !== '' && compareInstant(appointment.appointmentTo, now) <= 0) {
    throw invalid('TIME_IN_PAST', 'appointmentTo', 'This appointment is over already.');
  }
}

interface Appointment {
  appointmentFrom: string;
  appointmentTo: string;
}

const wished = ({ wishedFrom: from, wishedTo: to }: Pick<IntakeDraft, 'wishedFrom' | 'wishedTo'>) => ({ from, to, name: 'wished' });
const appointed = ({ appointmentFrom: from, appointmentTo: to }: Appointment) => ({ from, to, name: 'appointment' });

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}

/** a call goes on to another dealer; to the one that has it, only its technician, appointment and quotes would be lost. Refuses DEALER_SAME. */
export function refuseSameDealer(present: string, next: string): void {
  if (present === next) throw new Refusal('failed_precondition', 'DEALER_SAME', 'This dealer has the call already.', { field: 'dealerId' });
}
