import type { CorrectCallRequest } from '@aftercare/contracts';
import { serialText } from '@aftercare/domain';
import type { RepairCall } from '../calls/call.entity.js';
import type { CallEntries } from './correction.rules.js';

/** What a call says now. */
export function entriesOf(call: RepairCall): CallEntries {
  const { channel, unitSerial, unitDescription, contactName, contactPhone, regionCode, addressDetail, symptoms } = call;
  const { when, where, who, what, howMany, why, degree } = call.intake;
  return {
    channel, unitSerial, unitDescription, contactName, contactPhone, regionCode, addressDetail, symptoms, intake: { when, where, who, what, howMany, why, degree },
    customerId: call.customerId ?? '', unitId: call.unitId ?? '', wishedFrom: instant(call.wishedFrom), wishedTo: instant(call.wishedTo),
  };
}

/** What a correction gives; `serial` is the named unit's. */
export function entriesGiven(request: CorrectCallRequest, serial: string): CallEntries {
  const { channel, customerId, unitId, contactName, contactPhone, symptoms, address, intake } = request;
  return {
    channel, customerId, unitId, contactName, contactPhone, symptoms,
    unitSerial: serial || serialText(request.unitSerial),
    unitDescription: request.unitDescription.trim(),
    regionCode: address?.regionCode ?? '',
    addressDetail: address?.detail ?? '',
    intake: {
      when: intake?.when ?? '', where: intake?.where ?? '', who: intake?.who ?? '', what: intake?.what ?? '',
      howMany: intake?.howMany ?? '', why: intake?.why ?? '', degree: intake?.degree ?? '',
    },
    wishedFrom: instant(request.wishedFrom),
    wishedTo: instant(request.wishedTo),
  };
}

/** One spelling of an instant, so that the same moment is no correction; what is none stays for the rule to refuse. */
function instant(value: string | null): string {
  if (value === null || value === '') return '';
  const at = Date.parse(value);
  return Number.isNaN(at) ? value : new Date(at).toISOString();
}
