import {
  addMoney, compareInstant, compareMoney, defineSteps, isInstant, isUnitPrice, isLabourCovered, isZeroMoney, keptAmount, lineAmount, Refusal, refusalReason, STATED_AMOUNT,
  type CallState, type QuoteState, type UnitStanding,
} from '@aftercare/domain';

/** a quote is answered once; a newer one takes the place of one without an answer, and of an agreed one when it is agreed itself. */
export const quoteSteps = defineSteps<QuoteState, 'accept' | 'decline' | 'replace'>({
  initial: 'open',
  steps: { accept: { from: ['open'], to: 'accepted' }, decline: { from: ['open'], to: 'declined' }, replace: { from: ['open', 'accepted'], to: 'replaced' } },
  final: ['declined', 'replaced'],
});

/** What is quoted, as far as the rule reads it. */
export interface QuoteDraft {
  labourFee: string;
  travelFee: string;
  lines: { partId: string; name: string; quantity: number; unitPrice: string }[];
}

/** A dealer's own fees of the day (D-3); empty when it has set none. */
export interface Tariff {
  labourFee: string;
  travelFee: string;
}

/** A quote made out: every amount stands. */
export interface QuotedFees {
  labourFee: string;
  travelFee: string;
  lines: { partId: string; name: string; quantity: number; unitPrice: string; amount: string }[];
  total: string;
}

/**
 * fees are those of the tariff unless others are given; each line is rounded, the total is the sum of what is rounded.
 * Refuses TARIFF_MISSING, AMOUNT_INVALID, AMOUNT_TOO_LARGE, NAME_INVALID, QUANTITY_INVALID, PRICE_INVALID.
 */
export function quotedFees(draft: QuoteDraft, tariff: Tariff): QuotedFees {
  const fee = (field: 'labourFee' | 'travelFee'): string => {
    const value = draft[field] || tariff[field];
    if (value === '') throw invalid('TARIFF_MISSING', field, 'The dealer has set no fees: enter the fee.');
    if (!STATED_AMOUNT.test(value)) throw invalid('AMOUNT_INVALID', field, 'A fee has at most 10 digits and 2 decimals and is not negative.');
    return addMoney(value);
  };
  const [labourFee, travelFee] = [fee('labourFee'), fee('travelFee')];
  const lines = draft.lines.map(({ partId, name, quantity, unitPrice }, index) => {
    const at = `lines[${index}]`;
    if (name.trim() === '') throw invalid('NAME_INVALID', `${at}.name`, 'Say what it is.');
    if (quantity < 1) throw invalid('QUANTITY_INVALID', `${at}.quantity`, 'At least one piece is quoted.');
    if (!isUnitPrice(unitPrice)) throw invalid('PRICE_INVALID', `${at}.unitPrice`, 'A price has at most 10 digits and 4 decimals.');
    return { partId, name: name.trim(), quantity, unitPrice, amount: keptAmount(lineAmount(unitPrice, quantity), `${at}.unitPrice`) };
  });
  return { labourFee, travelFee, lines, total: keptAmount(addMoney(labourFee, travelFee, ...lines.map(({ amount }) => amount)), 'lines') };
}

/** How far the clock of whoever notes a moment may be ahead of ours. */
const CLOCK_AHEAD_MS = 120_000;
const MINUTE_MS = 60_000;

/** The customer's answer, as far as the rule reads it. */
export interface QuoteAnswer {
  accepted: boolean;
  method: string;
  evidence: object | null;
  customerName: string;
  answeredAt: string;
  reason: string;
}

/**
 * consent is a signature that can be shown, or what was told on the phone with who and when; who declines says why.
 * Refuses CONSENT_WAY_UNKNOWN, EVIDENCE_MISSING, NAME_INVALID, TIME_INVALID, TIME_IN_FUTURE, REASON_MISSING.
 */
export function refuseIncompleteAnswer(answer: QuoteAnswer, quotedAt: string, now: string): void {
  if (!['signature', 'phone'].includes(answer.method)) throw invalid('CONSENT_WAY_UNKNOWN', 'method', 'The customer answers by signature or phone.');
  if (!answer.accepted && answer.reason.trim() === '') throw invalid('REASON_MISSING', 'reason', 'Say why.');
  if (answer.method === 'signature') {
    if (answer.accepted && answer.evidence === null) throw invalid('EVIDENCE_MISSING', 'evidence', 'Attach the signature or the photo of the signed quote.');
    return;
  }
  if (answer.customerName.trim() === '') throw invalid('NAME_INVALID', 'customerName', 'Say who answered on the phone.');
  if (!isInstant(answer.answeredAt) || compareInstant(answer.answeredAt, minuteOf(quotedAt)) < 0) {
    throw invalid('TIME_INVALID', 'answeredAt', 'Say when it was said, after the quote was made.');
  }
  if (Date.parse(answer.answeredAt) - Date.parse(now) > CLOCK_AHEAD_MS) throw invalid('TIME_IN_FUTURE', 'answeredAt', 'This moment has not come yet.');
}

/** People say the time to the minute. */
const minuteOf = (instant: string): string => new Date(Math.floor(Date.parse(instant) / MINUTE_MS) * MINUTE_MS).toISOString();

/** The fees of a call's records so far, with the one that is handed in. */
export interface RecordedFees {
  labourFee: string;
  travelFee: string;
}

/** a record without fees needs no consent, whatever was recorded and agreed before. */
export function billsNothing({ labourFee, travelFee }: RecordedFees): boolean {
  return isZeroMoney(labourFee) && isZeroMoney(travelFee);
}

/** Domain 1: a parent acts on a sub-dealer's calls, never on its prices. Refuses NOT_OWN_FEES. */
export function refuseFeesOfOthers(own: boolean, field?: string): void {
  if (!own) throw new Refusal('permission_denied', 'NOT_OWN_FEES', 'Fees are stated by the dealer whose work they are for.', field === undefined ? {} : { field });
}

/**
 * out of warranty, where its terms cover no labour (W-9) or where nobody knows the unit, fees are recorded only when the customer agreed to them before, and not
 * above what he agreed to. Refuses CONSENT_MISSING, FEES_ABOVE_QUOTE.
 */
export function refuseUnagreedFees(fees: RecordedFees, agreed: RecordedFees | null, unit: UnitStanding): void {
  if (isLabourCovered(unit) || billsNothing(fees)) return;
  if (agreed === null) throw new Refusal('failed_precondition', 'CONSENT_MISSING', 'The customer has agreed to no fees.', { stage: unit.stage, labourNotCovered: unit.labourNotCovered });
  for (const field of ['labourFee', 'travelFee'] as const) {
    if (compareMoney(fees[field], agreed[field]) > 0) {
      throw new Refusal('failed_precondition', 'FEES_ABOVE_QUOTE', 'The fees are above what the customer agreed to.', { field, agreed: agreed[field], recorded: fees[field] });
    }
  }
}

/** A call, as far as it says what was recorded and agreed; `unit` as the newest record or a correction after it says. */
export interface CallFees {
  state: CallState;
  events: readonly { action: string; at: string }[];
  records: readonly (RecordedFees & { recordedAt: string })[];
  quotes: readonly (RecordedFees & { state: string })[];
  unit: UnitStanding;
}

const BEGINS_ANEW = ['reopen', 're-route'];
const FEES_STAND = ['confirmed', 'filed', 'cancelled'];

/**
 * fees of the present repair stand on the call that need a consent nobody gave, or are above it: its unit was corrected to one out of
 * warranty after they were recorded. What the customer confirmed is no question any more.
 */
export function feesNotAgreed({ state, events, records, quotes, unit }: CallFees): boolean {
  if (FEES_STAND.includes(state)) return false;
  const since = Math.max(...events.filter(({ action }) => BEGINS_ANEW.includes(action)).map(({ at }) => Date.parse(at)));
  const present = records.filter(({ recordedAt }) => Date.parse(recordedAt) >= since);
  const isAgreed = events.some(({ action, at }) => action === 'accept-quote' && Date.parse(at) >= since);
  const agreed = isAgreed ? (quotes.find((quote) => quote.state === 'accepted') ?? null) : null;
  const sum = (field: keyof RecordedFees): string => addMoney(...present.map((record) => record[field]));
  return refusalReason(() => refuseUnagreedFees({ labourFee: sum('labourFee'), travelFee: sum('travelFee') }, agreed, unit)) !== undefined;
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
