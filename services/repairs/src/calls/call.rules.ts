import {
  Refusal,
  addDays,
  businessDate,
  compareInstant,
  defineSteps,
  endOfDay,
  isDealerRole,
  refusalReason,
  type CallState,
} from '@aftercare/domain';
import { notServing } from '../handover/serving.rules.js';
import { refuseCorrecting } from '../intake/correction.rules.js';
import { refuseFeesOfOthers } from '../quotes/call-quote.rules.js';

/** What may happen to a call; the names are those of the endpoints. */
export type CallAction =
  | 'route'
  | 're-route'
  | 'assign'
  | 'arrive'
  | 'hand-back'
  | 'hand-over'
  | 'reschedule'
  | 'record'
  | 'resolve'
  | 'confirm'
  | 'refuse'
  | 'file'
  | 'cancel'
  | 'reopen';

/** The states in which a dealer still has to solve it. */
export const OPEN_AT_DEALER = ['received', 'assigned', 'on_site'] as const satisfies readonly CallState[];

/**
 * the life of a call. Whoever reschedules on site, or passes the call to another technician, comes again: assigned;
 * `record` implies arrival and `resolve` is a record with `resolved: true`.
 */
export const callSteps = defineSteps<CallState, CallAction>({
  initial: 'new',
  steps: {
    route: { from: ['new'], to: 'received' },
    're-route': { from: OPEN_AT_DEALER, to: 'received' },
    assign: { from: OPEN_AT_DEALER, to: 'assigned' },
    arrive: { from: ['assigned'], to: 'on_site' },
    'hand-back': { from: ['assigned', 'on_site'], to: 'received' },
    'hand-over': { from: ['assigned', 'on_site'], to: 'assigned' },
    reschedule: { from: ['assigned', 'on_site'], to: 'assigned' },
    record: { from: ['assigned', 'on_site'], to: 'on_site' },
    resolve: { from: ['assigned', 'on_site'], to: 'resolved' },
    confirm: { from: ['resolved'], to: 'confirmed' },
    refuse: { from: ['resolved'], to: 'assigned' },
    file: { from: ['confirmed'], to: 'filed' },
    cancel: { from: ['new', ...OPEN_AT_DEALER], to: 'cancelled' },
    reopen: { from: ['resolved', 'confirmed', 'filed'], to: 'assigned' },
  },
  final: ['cancelled'],
});

/** The states in which the dealer still has to solve the call. */
export function isOpen(state: CallState): boolean {
  return state === 'new' || (OPEN_AT_DEALER as readonly CallState[]).includes(state);
}

/** Domain 1: who may do what with a call he may see. */
export const CALL_ROLES = {
  route: ['service_clerk'],
  assign: ['dealer_manager', 'service_clerk'],
  arrive: ['dealer_technician', 'dealer_manager'],
  'hand-back': ['dealer_technician', 'dealer_manager'],
  'hand-over': ['dealer_technician', 'dealer_manager'],
  reschedule: ['dealer_technician', 'dealer_manager'],
  extend: ['dealer_technician', 'dealer_manager'],
  'strike-special': ['service_supervisor'],
  record: ['dealer_technician', 'dealer_manager'],
  'confirmation-link': ['dealer_technician', 'dealer_manager'],
  confirm: ['dealer_technician', 'dealer_manager', 'customer'],
  refuse: ['dealer_technician', 'dealer_manager', 'customer'],
  file: ['service_clerk'],
  cancel: ['dealer_manager', 'service_clerk'],
  reopen: ['dealer_manager', 'service_clerk'],
  'request-support': ['dealer_technician', 'dealer_manager'],
  correct: ['dealer_technician', 'dealer_manager', 'service_clerk'],
  'request-parts': ['dealer_technician', 'dealer_manager', 'service_clerk'],
  quote: ['dealer_technician', 'dealer_manager'],
  'answer-quote': ['dealer_technician', 'dealer_manager'],
} as const satisfies Record<string, readonly string[]>;

/** An action as an endpoint and a button name it. */
export type CallButton = keyof typeof CALL_ROLES;

/** Refuses permission_denied ROLE_NOT_ALLOWED when the role may not do it on any call. */
export function requireCallRole(button: CallButton, role: string): void {
  if ((CALL_ROLES[button] as readonly string[]).includes(role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', `The role ${role} may not ${button} a call.`, { action: button });
}

/** What whoever took a call may do with it though a colleague has it: correct what he noted wrongly, and ask for parts or advice. */
const OF_COLLEAGUE: readonly CallButton[] = ['correct', 'request-parts', 'request-support'];

/** Domain 1: a technician works on the calls that he was given; one that he took and a colleague was given he reads. Refuses CALL_OF_COLLEAGUE. */
export function refuseColleaguesCall(button: CallButton, technicianUserId: string | null, { role, userId }: { role: string; userId: string }): void {
  if (!isColleagues(technicianUserId, { role, userId }) || OF_COLLEAGUE.includes(button)) return;
  throw new Refusal('failed_precondition', 'CALL_OF_COLLEAGUE', 'A colleague was given this call.');
}

const isColleagues = (technicianUserId: string | null, { role, userId }: { role: string; userId: string }): boolean =>
  role === 'dealer_technician' && technicianUserId !== null && technicianUserId !== userId;

/** D-1, R-6: who makes the customer's link: the dealer, and once it left the clerk, so that what it solved is still confirmed. */
export function requireLinkRole(role: string, dealerLeft: boolean): void {
  if (!(dealerLeft && role === 'service_clerk')) requireCallRole('confirmation-link', role);
}

/** The facts that decide what may be done with a call now. */
export interface CallStanding {
  state: CallState;
  /** Start of the running clock; null while no dealer was told. */
  clockStartedAt: string | null;
  specialReason: string | null;
  /** A special of the running clock was struck. */
  specialStruck?: boolean;
  /** When the call was last resolved, null before. */
  resolvedAt: string | null;
  /** Its person was erased (C-5). */
  erased: boolean;
  /** A quote waits for the customer's answer. */
  quoteOpen?: boolean;
  /** Its fees are the caller's to read and to state (domain 1); false of a parent. */
  ownFees?: boolean;
  /** The agreement with its dealer has ended (D-1). */
  dealerLeft?: boolean;
  /** Who was given it. */
  technicianUserId?: string | null;
}

/** The periods of domain 14 in force, in hours and days. */
export interface CallLimits {
  solveHours: number;
  specialHours: number;
  reopenDays: number;
  /** What makes a call special, as the settings say. */
  specialReasons: readonly string[];
}

/** asked on a call that its dealer has and has not solved. */
export function refuseNotAtDealer(action: string, state: CallState): void {
  if (!(OPEN_AT_DEALER as readonly CallState[]).includes(state)) throw stepRefused(action, state);
}

/** special is entered with a reason of the list before the first 24 hours are over; once struck, the clock takes no other. */
export function refuseLateSpecial(call: CallStanding, reason: string, now: string, limits: CallLimits): void {
  if (!limits.specialReasons.includes(reason)) {
    const allowed = limits.specialReasons.join(', ');
    throw new Refusal('invalid_argument', 'REASON_UNKNOWN', `A special case needs a reason of the list: ${allowed}.`, { field: 'reason', allowed });
  }
  if (!(OPEN_AT_DEALER as readonly CallState[]).includes(call.state) || call.clockStartedAt === null || call.specialReason) {
    throw stepRefused('extend', call.state);
  }
  if (call.specialStruck) throw new Refusal('failed_precondition', 'SPECIAL_STRUCK', 'The supervisor struck the special of this call.');
  if (hoursPassed(call.clockStartedAt, now) >= limits.solveHours) {
    throw new Refusal('failed_precondition', 'SPECIAL_TOO_LATE', `The first ${limits.solveHours} hours are over; the breach stands.`);
  }
}

/** How a call's history names the striking of a special. */
export const STRIKE = 'strike-special';

/** the supervisor may strike a special while the call is with the dealer. */
export function refuseStrike(call: CallStanding): void {
  if (!call.specialReason || !(OPEN_AT_DEALER as readonly CallState[]).includes(call.state)) throw stepRefused('strike-special', call.state);
}

/** a call is reopened within 30 days after it was resolved; the last day counts to 24:00; never without its person (C-5). */
export function refuseLateReopening(call: CallStanding, now: string, limits: CallLimits): void {
  callSteps.next('reopen', call.state);
  if (call.erased) throw new Refusal('failed_precondition', 'CUSTOMER_ANONYMISED', 'The personal data of this call was erased.');
  const until = endOfDay(addDays(businessDate(call.resolvedAt ?? now), limits.reopenDays));
  if (compareInstant(now, until) >= 0) {
    throw new Refusal('failed_precondition', 'REOPEN_TOO_LATE', `A call is reopened within ${limits.reopenDays} days; open a new one.`);
  }
}

/** D-1: a call of a dealer that left is brought back by the manufacturer, who passes it on. Refuses DEALER_NOT_ACTIVE for users of dealers. */
function refuseBringingBack({ dealerLeft = false }: CallStanding, role: string): void {
  if (dealerLeft && isDealerRole(role)) throw notServing();
}

/** Every step that needs a word of why is refused without one. */
export function requireReason(reason: string): string {
  const text = reason.trim();
  if (text === '') throw new Refusal('invalid_argument', 'REASON_MISSING', 'Say why.', { field: 'reason' });
  return text;
}

/** The buttons of a call for one role, each with the reason when it is refused. */
export function callActions(call: CallStanding, { role, userId }: { role: string; userId: string }, now: string, limits: CallLimits): { action: CallButton; reason?: string }[] {
  const step = (action: CallAction) => (): void => void callSteps.next(action, call.state);
  const rules: Record<CallButton, () => void> = {
    route: call.state === 'new' ? step('route') : step('re-route'),
    assign: step('assign'),
    arrive: step('arrive'),
    'hand-back': step('hand-back'),
    'hand-over': step('hand-over'),
    reschedule: step('reschedule'),
    extend: () => refuseLateSpecial(call, limits.specialReasons[0], now, limits),
    'strike-special': () => refuseStrike(call),
    record: step('record'),
    'confirmation-link': step('confirm'),
    confirm: step('confirm'),
    refuse: () => {
      callSteps.next('refuse', call.state);
      refuseBringingBack(call, role);
    },
    file: step('file'),
    cancel: step('cancel'),
    reopen: () => {
      refuseLateReopening(call, now, limits);
      refuseBringingBack(call, role);
    },
    'request-support': () => refuseNotAtDealer('request-support', call.state),
    correct: () => refuseCorrecting(call.state, call.erased),
    'request-parts': () => refuseNoParts(call.state),
    quote: () => {
      refuseFeesOfOthers(call.ownFees ?? true);
      refuseNotAtDealer('quote', call.state);
    },
    'answer-quote': () => {
      refuseFeesOfOthers(call.ownFees ?? true);
      refuseAnsweringQuote(call);
    },
  };
  return (Object.keys(CALL_ROLES) as CallButton[]).map((action) => ({
    action,
    reason: refusalReason(() => {
      if (action === 'confirmation-link') requireLinkRole(role, call.dealerLeft ?? false);
      else requireCallRole(action, role);
      refuseColleaguesCall(action, call.technicianUserId ?? null, { role, userId });
      rules[action]();
    }),
  }));
}

/** the customer answers a quote that stands, before the work is done. */
export function refuseAnsweringQuote({ state, quoteOpen }: Pick<CallStanding, 'state' | 'quoteOpen'>): void {
  refuseNotAtDealer('answer-quote', state);
  if (!quoteOpen) throw stepRefused('answer-quote', state);
}

/** as parts decides it: a dealer has the call, and the customer has not confirmed the repair. */
function refuseNoParts(state: CallState): void {
  if (state === 'new') throw stepRefused('request-parts', state);
  if (state !== 'resolved' && !isOpen(state)) throw new Refusal('failed_precondition', 'CALL_CLOSED', 'The call takes no more parts.', { state });
}

function stepRefused(action: string, state: CallState): Refusal {
  return new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `${action} is not possible in state ${state}`, { action, state });
}

function hoursPassed(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 3_600_000;
}
