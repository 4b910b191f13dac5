import { Refusal, addDays, checkComingDate, checkNearDate, defineSteps, isRealDate, refusalReason, serialText, type CallState, type DealerStatus, type LineState, type RequestPurpose, type RequestState } from '@aftercare/domain';

export type LineAction =
  | 'approve'
  | 'quote'
  | 'reject'
  | 'accept'
  | 'decline'
  | 'lower'
  | 'waive'
  | 'refuse'
  | 'ship'
  | 'receive'
  | 'cancel';

/**
 * The life of a line (P-4). A review leaves quoted only when the quote has run out (P-5). A lowered price leads back to
 * quoted: it is an offer, since only the dealer can bind itself to a price and say how it pays (P-5).
 */
export const lineSteps = defineSteps<LineState, LineAction>({
  initial: 'in_review',
  steps: {
    approve: { from: ['in_review', 'quoted'], to: 'approved' },
    quote: { from: ['in_review', 'quoted'], to: 'quoted' },
    reject: { from: ['in_review', 'quoted'], to: 'rejected' },
    accept: { from: ['quoted'], to: 'approved' },
    decline: { from: ['quoted'], to: 'escalated' },
    lower: { from: ['escalated'], to: 'quoted' },
    waive: { from: ['escalated'], to: 'approved' },
    refuse: { from: ['escalated'], to: 'rejected' },
    ship: { from: ['approved'], to: 'shipped' },
    receive: { from: ['shipped'], to: 'received' },
    cancel: { from: ['in_review', 'quoted', 'escalated', 'approved'], to: 'cancelled' },
  },
  final: ['rejected', 'received', 'cancelled'],
});

/** P-4: the state of a request follows from its lines, the first that applies. */
export function requestState(lines: readonly LineState[], submitted: boolean): RequestState {
  const every = (...states: LineState[]): boolean => lines.every((line) => states.includes(line));
  const some = (...states: LineState[]): boolean => lines.some((line) => states.includes(line));
  if (!submitted && !every('cancelled')) return 'draft';
  if (every('cancelled')) return 'withdrawn';
  if (every('rejected')) return 'rejected';
  if (every('in_review', 'cancelled')) return 'submitted';
  if (some('in_review')) return 'in_review';
  if (some('quoted')) return 'waiting_for_dealer';
  if (some('escalated')) return 'escalated';
  if (some('approved', 'shipped')) return 'fulfilling';
  return 'fulfilled';
}

/** P-5: the last day a quote of `today` holds; the day of review is not counted. */
export function quoteValidUntil(today: string, validDays: number): string {
  return addDays(today, validDays);
}

/** P-5: a quote holds through its last day. */
export function quoteExpired(validUntil: string, today: string): boolean {
  return today > validUntil;
}

/** P-5: the dealer accepts a quoted line while the quote holds. Refuses STEP_NOT_ALLOWED, QUOTE_EXPIRED. */
export function acceptLine(line: { state: LineState; quoteValidUntil: string | null }, today: string): LineState {
  const state = lineSteps.next('accept', line.state);
  if (quoteExpired(line.quoteValidUntil ?? '', today)) {
    throw new Refusal('failed_precondition', 'QUOTE_EXPIRED', 'The quote no longer holds; the line must be quoted anew.', {
      quoteValidUntil: line.quoteValidUntil,
    });
  }
  return state;
}

/**
 * P-4, P-5: a line that was handed in is looked at once; a quote that has run out is made anew. Refuses
 * STEP_NOT_ALLOWED.
 */
export function checkReview(line: { state: LineState; quoteValidUntil: string | null }, submitted: boolean, today: string): void {
  const anew = line.state === 'quoted' && quoteExpired(line.quoteValidUntil ?? '', today);
  if (submitted && (line.state === 'in_review' || anew)) return;
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'This line is not to be reviewed now.', { state: line.state });
}

/** How far a line is fulfilled, in pieces. */
export interface LinePieces {
  quantity: number;
  shippedQuantity: number;
  receivedQuantity: number;
  missingQuantity: number;
}

/** P-4, P-8: partial shipments leave a line approved until its last piece is shipped. */
export function stateAfterShipping(state: LineState, pieces: LinePieces): LineState {
  return pieces.shippedQuantity === pieces.quantity ? lineSteps.next('ship', state) : state;
}

/** P-4, P-8: a shipped line is received once the dealer has accounted for every piece, there or missing. */
export function stateAfterReceipt(state: LineState, pieces: LinePieces): LineState {
  return state === 'shipped' && pieces.receivedQuantity + pieces.missingQuantity === pieces.quantity ? lineSteps.next('receive', state) : state;
}

/** P-4, P-10: a line is cancelled before its picking list is printed. Refuses STEP_NOT_ALLOWED, PICKING_PRINTED. */
export function cancelLine(line: { state: LineState; shippedQuantity: number }, pickingPrinted: boolean): LineState {
  const state = lineSteps.next('cancel', line.state);
  if (line.shippedQuantity > 0 || pickingPrinted) {
    throw new Refusal('failed_precondition', 'PICKING_PRINTED', 'The picking list is printed; the warehouse has to agree to a change.');
  }
  return state;
}

/** A line that is to be cancelled, with where its pieces stand. */
export interface CancellableLine {
  state: LineState;
  shippedQuantity: number;
  /** Pieces of it stand on a printed picking list. */
  printed: boolean;
  /** A confirmed slip charges it, which never changes (F-5). */
  slipConfirmed: boolean;
}

/** P-4, P-10, F-5: why these lines cannot be cancelled together now; undefined where they can. */
export function cancelRefusal(lines: readonly CancellableLine[]): string | undefined {
  const why = refusalReason(() => lines.forEach((line) => cancelLine(line, line.printed)));
  return why ?? (lines.some(({ state, slipConfirmed }) => state === 'approved' && slipConfirmed) ? 'SLIP_CONFIRMED' : undefined);
}

/** P-4: why the request cannot be withdrawn now: every line that is open is cancelled with it. */
export function withdrawRefusal(lines: readonly CancellableLine[]): string | undefined {
  const open = lines.filter(({ state }) => !lineSteps.final.includes(state));
  return open.length === 0 ? 'STEP_NOT_ALLOWED' : cancelRefusal(open);
}

/** Why a step that takes one line can be taken with none of these: undefined where it can with some, else the most telling of the reasons. */
export function refusalOfAll(reasons: readonly (string | undefined)[], least = 'STEP_NOT_ALLOWED'): string | undefined {
  if (reasons.includes(undefined)) return undefined;
  return reasons.find((reason) => reason !== least && reason !== 'STEP_NOT_ALLOWED') ?? reasons.find((reason) => reason === least) ?? 'STEP_NOT_ALLOWED';
}

/** An approval is never given by who asked for it. Refuses APPROVER_IS_REQUESTER. */
export function checkApprover(approver: string, askedBy: readonly (string | null)[]): void {
  if (approver !== '' && askedBy.includes(approver)) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Somebody other than the requester decides.');
  }
}

/** D-1: which requests a dealer may file. Refuses DEALER_NOT_ACTIVE, and DEALER_SUSPENDED for stock. */
export function checkStanding(status: DealerStatus | null, purpose: RequestPurpose): void {
  if (status === 'active' || (status === 'suspended' && purpose !== 'stock')) return;
  const reason = status === 'suspended' ? 'DEALER_SUSPENDED' : 'DEALER_NOT_ACTIVE';
  throw new Refusal('failed_precondition', reason, 'The dealer may not file this request now.', { status });
}

/** the states in which a call still needs parts: its dealer has it, and the customer has not confirmed the repair. */
const CALL_TAKES_PARTS: readonly string[] = ['received', 'assigned', 'on_site', 'resolved'] satisfies CallState[];

/** P-3, R-2: a repair's parts are asked for while its call is open. Refuses CALL_CLOSED. */
export function checkCallOpen(state: string): void {
  if (CALL_TAKES_PARTS.includes(state)) return;
  throw callClosed(state, 'Parts are asked for while the call is open.');
}

/** What a request is, as far as it decides whether anything is still given for it. */
export interface Asking {
  dealerId: string;
  purpose: RequestPurpose;
}

/** A call as it stands; its former dealer, to whom it is unknown, learns only that it went elsewhere. */
export type CallNow = { state: string; dealerId: string } | 'elsewhere';

/** What became meanwhile of the dealer who asked, and of the call it asked for. */
export interface AskedFor {
  standing: string | null;
  /** Null where it asked for no call. */
  call: CallNow | null;
}

/**
 * P-5, R-2, D-1: what was asked for goes on after the repair, but nothing is given for a call that was cancelled or went to
 * another dealer, who asks for himself, nor to a dealer that may no longer have it. Refuses CALL_CLOSED, CALL_MOVED, and as checkStillServing.
 */
export function checkStillNeeded(request: Asking, { standing, call }: AskedFor): void {
  checkStillServing(standing, request.purpose);
  if (call === null) return;
  if (call !== 'elsewhere' && call.state === 'cancelled') throw callClosed(call.state, 'The call was cancelled: its lines can only be rejected.');
  if (call !== 'elsewhere' && call.dealerId === request.dealerId) return;
  throw new Refusal('failed_precondition', 'CALL_MOVED', 'The call went to another dealer: these lines can only be rejected.', { field: 'callId' });
}

/**
 * D-1: a terminated dealer gets nothing more of what it asked for, and a suspended one agrees to nothing new for its stock. Refuses
 * DEALER_NOT_ACTIVE, DEALER_SUSPENDED.
 */
export function checkStillServing(standing: string | null, purpose: RequestPurpose): void {
  checkNotLeft(standing);
  if (standing !== 'suspended' || purpose !== 'stock') return;
  throw new Refusal('failed_precondition', 'DEALER_SUSPENDED', 'The dealer is suspended: it gets no parts for stock.', { status: standing });
}

/** D-1: nothing is picked, planned or shipped for a dealer that was terminated: its lines end. Refuses DEALER_NOT_ACTIVE. */
export function checkNotLeft(standing: string | null): void {
  if (standing !== 'terminated') return;
  throw new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', 'The dealer was terminated: its lines can only be rejected or cancelled.', { status: standing });
}

function callClosed(state: string, message: string): Refusal {
  return new Refusal('failed_precondition', 'CALL_CLOSED', message, { field: 'callId', state });
}

/** P-3: parts are wished for a day that comes. Refuses DATE_IN_PAST, DATE_TOO_FAR. */
export function checkWishedDate(date: string, today: string): void {
  checkComingDate('wishedDate', date, today);
}

/** A day of longer ago is a slip of the year. */
const VISITED_MONTHS_BACK = 12;

/** W-6: a visit's day decides who pays: it lies ahead or back, a year at most. Refuses INVALID_DATE, DATE_LONG_AGO, DATE_TOO_FAR. */
export function checkVisitDay(visitOn: string, today: string): void {
  if (visitOn === '') return;
  if (!isRealDate(visitOn)) throw new Refusal('invalid_argument', 'INVALID_DATE', 'This is not a calendar date.', { field: 'visitOn' });
  checkNearDate('visitOn', visitOn, { today, monthsBack: VISITED_MONTHS_BACK });
}

/** W-6: the day for which the verdict is asked: on which the call was opened, of a visit its own, else on which the request was submitted. */
export function eventDateOf({ visitOn, submittedOn }: { visitOn: string | null; submittedOn: string | null }, call: { openedOn: string } | null, today: string): string {
  return call?.openedOn ?? visitOn ?? submittedOn ?? today;
}

/** What a request must hold to be filed (P-3). */
export interface NewRequest {
  purpose: string;
  callId: string;
  installationId: string;
  urgency: string;
  wishedDate: string;
  /** Local day of the visit; empty for another purpose. */
  visitOn: string;
  lines: { partId: string; quantity: number }[];
}

const PURPOSES: readonly string[] = ['repair', 'installation', 'visit', 'stock'] satisfies RequestPurpose[];
const LINES_MAX = 200;
const QUANTITY_MAX = 100_000;

/**
 * P-3, W-6: purpose with its call, its installation or the day of its visit, urgency, lines of whole pieces. Refuses LINES_MISSING,
 * QUANTITY_INVALID, PURPOSE_UNKNOWN, URGENCY_UNKNOWN, CALL_UNKNOWN, INSTALLATION_UNKNOWN, VISIT_DAY_NEEDED, VISIT_DAY_ONLY, DATE_INVALID.
 */
export function checkNewRequest(request: NewRequest): void {
  if (!PURPOSES.includes(request.purpose)) throw invalid('PURPOSE_UNKNOWN', 'purpose', 'The purpose is none of the list.');
  if (request.urgency !== 'urgent' && request.urgency !== 'scheduled') throw invalid('URGENCY_UNKNOWN', 'urgency', 'Urgent or scheduled.');
  if (request.wishedDate !== '' && !isRealDate(request.wishedDate)) throw invalid('DATE_INVALID', 'wishedDate', 'This is no date.');
  if ((request.purpose === 'repair') !== (request.callId !== '')) {
    throw invalid('CALL_UNKNOWN', 'callId', 'A request for a repair names its call, no other does.');
  }
  if ((request.purpose === 'installation') !== (request.installationId !== '')) {
    throw invalid('INSTALLATION_UNKNOWN', 'installationId', 'A request for an installation names it, no other does.');
  }
  if (request.purpose === 'visit' && request.visitOn === '') throw invalid('VISIT_DAY_NEEDED', 'visitOn', 'A request for a visit says on which day it was.');
  if (request.purpose !== 'visit' && request.visitOn !== '') throw invalid('VISIT_DAY_ONLY', 'visitOn', 'Only a request for a visit has a day of its own.');
  if (request.lines.length === 0) throw invalid('LINES_MISSING', 'lines', 'A request has at least one line.');
  if (request.lines.length > LINES_MAX) throw invalid('LINES_TOO_MANY', 'lines', `A request has at most ${LINES_MAX} lines.`);
  request.lines.forEach((line, index) => {
    if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > QUANTITY_MAX) {
      throw invalid('QUANTITY_INVALID', `lines[${index}].quantity`, 'A line asks for at least one whole piece.');
    }
  });
}

/** The one unit of what a request names; without a serial where only a description is at hand. */
export interface NamedUnit {
  serial: string;
  of: 'call' | 'installation';
}

const OTHER_UNIT = { call: 'UNIT_NOT_OF_CALL', installation: 'UNIT_NOT_OF_INSTALLATION' };

/**
 * P-3: the serial of each line. A call and an installation are of one unit, so that a line is for that one, named or left
 * out; of a call without a serial, and of a request for neither, a line names its own. Refuses UNIT_NOT_OF_CALL, UNIT_NOT_OF_INSTALLATION.
 */
export function lineUnits(lines: readonly { unitSerial: string }[], unit: NamedUnit | null): string[] {
  const wanted = serialText(unit?.serial ?? '');
  return lines.map(({ unitSerial }, index) => {
    const serial = serialText(unitSerial) || wanted;
    if (unit === null || wanted === '' || serial === wanted) return serial;
    throw invalid(OTHER_UNIT[unit.of], `lines[${index}].unitSerial`, 'A line is for the unit that its request is for.');
  });
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
