import { maskAddress, maskName, maskPhone, Refusal, refuseMasked, type CallState } from '@aftercare/domain';

/** What of a call may be corrected, in the order of the intake. */
export const CORRECTABLE = ['channel', 'customer', 'unit', 'contactName', 'contactPhone', 'address', 'symptoms', 'intake', 'wishedTime'] as const;
export type Correctable = (typeof CORRECTABLE)[number];

/** 5W2H of the intake. */
interface IntakeAnswers {
  when: string;
  where: string;
  who: string;
  what: string;
  howMany: string;
  why: string;
  degree: string;
}

/** What a call says, whole. */
export interface CallEntries {
  channel: string;
  customerId: string;
  unitId: string;
  unitSerial: string;
  unitDescription: string;
  contactName: string;
  contactPhone: string;
  regionCode: string;
  addressDetail: string;
  symptoms: string;
  intake: IntakeAnswers;
  wishedFrom: string;
  wishedTo: string;
}

const ENTRIES: Record<Correctable, readonly (keyof CallEntries)[]> = {
  channel: ['channel'], customer: ['customerId'], unit: ['unitId', 'unitSerial', 'unitDescription'], contactName: ['contactName'], contactPhone: ['contactPhone'],
  address: ['regionCode', 'addressDetail'], symptoms: ['symptoms'], intake: ['intake'], wishedTime: ['wishedFrom', 'wishedTo'],
};

/** What tells nothing of a person and stands open in the trail. */
const PLAIN: readonly (keyof CallEntries)[] = ['channel', 'customerId', 'unitId', 'regionCode', 'wishedFrom', 'wishedTo'];

/** What those who need not know read masked (C-5). */
const MASKS: Partial<Record<keyof CallEntries, (value: string) => string>> = { contactName: maskName, contactPhone: maskPhone, addressDetail: maskAddress };

/** a wrong entry is corrected until the call is filed, and while it has its person. Refuses STEP_NOT_ALLOWED, CUSTOMER_ANONYMISED. */
export function refuseCorrecting(state: CallState, erased: boolean): void {
  if (state === 'filed' || state === 'cancelled') {
    throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `correct is not possible in state ${state}`, { action: 'correct', state });
  }
  if (erased) throw new Refusal('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this call was erased.');
}

/** what the call says after the correction: the named entries as they are given, all others as they were. Refuses FIELD_MISSING, FIELD_UNKNOWN, VALUE_MASKED. */
export function corrected(present: CallEntries, given: CallEntries, fields: readonly string[]): CallEntries {
  if (fields.length === 0) throw new Refusal('invalid_argument', 'FIELD_MISSING', 'Name what is corrected.', { field: 'fields' });
  const next = { ...present };
  for (const field of fields) {
    if (!(CORRECTABLE as readonly string[]).includes(field)) throw new Refusal('invalid_argument', 'FIELD_UNKNOWN', `Corrected are: ${CORRECTABLE.join(', ')}.`, { field: 'fields' });
    for (const entry of ENTRIES[field as Correctable]) {
      const mask = MASKS[entry];
      if (mask) refuseMasked({ given: given[entry] as string, stored: present[entry] as string, mask, field: entry === 'addressDetail' ? 'address.detail' : entry });
      Object.assign(next, { [entry]: given[entry] });
    }
  }
  return next;
}

/** A value before and after. */
export interface Corrected {
  before: unknown;
  after: unknown;
}

/** The traces of a correction: what may stand open, and what is kept beside the trail because a person wrote or is meant by it (C-5). */
export interface Traces {
  changed: Record<string, Corrected>;
  personal: Record<string, Corrected>;
}

/** every entry that differs, with its former value. Refuses NOTHING_CHANGED. */
export function tracesOf(present: CallEntries, next: CallEntries): Traces {
  const traces: Traces = { changed: {}, personal: {} };
  for (const entry of Object.keys(present) as (keyof CallEntries)[]) {
    if (JSON.stringify(present[entry]) === JSON.stringify(next[entry])) continue;
    traces[PLAIN.includes(entry) ? 'changed' : 'personal'][entry] = { before: present[entry], after: next[entry] };
  }
  if (Object.keys({ ...traces.changed, ...traces.personal }).length > 0) return traces;
  throw new Refusal('failed_precondition', 'NOTHING_CHANGED', 'The call says so already.', { field: 'fields' });
}
