import { Refusal, compareMoney } from '@aftercare/domain';

/** What a technician hands in, as far as the rule reads it. */
export interface RecordDraft {
  faults: { faultCode: string; faultDescription: string; causeCode: string; cause: string; actionCode: string; action: string }[];
  partsUsed: { partId: string; quantity: number; source: string }[];
  labourFee: string;
  travelFee: string;
}

const SOURCES = ['holdings', 'warehouse', 'own'];
const PIECES_MAX = 100_000;
const AMOUNT = /^\d{1,10}(\.\d{1,2})?$/;

/** at least one fault; description, cause and action of each must be filled; fees and pieces make sense. */
export function refuseIncompleteRecord(draft: RecordDraft): void {
  if (draft.faults.length === 0) throw incomplete('faults', 'A record names at least one fault.');
  draft.faults.forEach((fault, index) => {
    for (const field of ['faultDescription', 'cause', 'action'] as const) {
      if (fault[field].trim() === '') throw incomplete(`faults[${index}].${field}`, 'Description, cause and action must all be filled.');
    }
  });
  draft.partsUsed.forEach(({ quantity, source }, index) => {
    if (quantity < 1 || quantity > PIECES_MAX) throw invalid('QUANTITY_INVALID', `partsUsed[${index}].quantity`, `Of a part 1 to ${PIECES_MAX} pieces are used.`);
    if (!SOURCES.includes(source)) throw invalid('SOURCE_UNKNOWN', `partsUsed[${index}].source`, `A part comes from: ${SOURCES.join(', ')}.`);
  });
  for (const field of ['labourFee', 'travelFee'] as const) {
    if (!AMOUNT.test(draft[field]) || compareMoney(draft[field], '0') < 0) {
      throw invalid('AMOUNT_INVALID', field, 'A fee has at most 10 digits and 2 decimals and is not negative.');
    }
  }
}

/** the fault codes of records, each once: what events tell of a repair instead of its free text. */
export function codesOf(records: readonly { faults: readonly { faultCode: string }[] }[]): string[] {
  const codes = records.flatMap(({ faults }) => faults.map(({ faultCode }) => faultCode)).filter((code) => code !== '');
  return [...new Set(codes)].sort();
}

/** D-4: the first-time-fix rate counts calls resolved with their first record and never reopened. */
export function isFirstVisit(earlierRecords: number, reopenCount: number, resolved: boolean): boolean {
  return resolved && earlierRecords === 0 && reopenCount === 0;
}

function incomplete(field: string, message: string): Refusal {
  return invalid('FAULT_INCOMPLETE', field, message);
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
