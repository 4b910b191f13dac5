/**
 * The life of a repair call as the handbook tells it, small enough to be read at once. It shares
 * no code with the product: what both say is compared over HTTP after every command.
 */

export type Side = 'A' | 'B';
export type Role = 'service_clerk' | 'service_supervisor' | 'dealer_manager' | 'dealer_technician';
export type State = 'new' | 'received' | 'assigned' | 'on_site' | 'resolved' | 'confirmed' | 'filed' | 'cancelled';

/** Everybody who looks at the calls. */
export const ACTORS = {
  clerk: { role: 'service_clerk', side: null },
  supervisor: { role: 'service_supervisor', side: null },
  managerA: { role: 'dealer_manager', side: 'A' },
  technicianA1: { role: 'dealer_technician', side: 'A' },
  technicianA2: { role: 'dealer_technician', side: 'A' },
  managerB: { role: 'dealer_manager', side: 'B' },
  technicianB1: { role: 'dealer_technician', side: 'B' },
  technicianB2: { role: 'dealer_technician', side: 'B' },
} as const satisfies Record<string, { role: Role; side: Side | null }>;
export type ActorName = keyof typeof ACTORS;
export const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

const [clerk, supervisor, manager, technician] = ['service_clerk', 'service_supervisor', 'dealer_manager', 'dealer_technician'] as const;
const AT_DEALER: State[] = ['received', 'assigned', 'on_site'];
const WITH_TECHNICIAN: State[] = ['assigned', 'on_site'];

/** Who may do what, and in which states. */
export const ACTIONS = {
  route: { roles: [clerk], states: ['new', ...AT_DEALER] },
  assign: { roles: [manager, clerk], states: AT_DEALER },
  arrive: { roles: [technician, manager], states: ['assigned'] },
  'hand-back': { roles: [technician, manager], states: WITH_TECHNICIAN },
  'hand-over': { roles: [technician, manager], states: WITH_TECHNICIAN },
  reschedule: { roles: [technician, manager], states: WITH_TECHNICIAN },
  extend: { roles: [technician, manager], states: AT_DEALER },
  'strike-special': { roles: [supervisor], states: AT_DEALER },
  record: { roles: [technician, manager], states: WITH_TECHNICIAN },
  'confirmation-link': { roles: [technician, manager], states: ['resolved'] },
  confirm: { roles: [technician, manager], states: ['resolved'] },
  refuse: { roles: [technician, manager], states: ['resolved'] },
  file: { roles: [clerk], states: ['confirmed'] },
  cancel: { roles: [manager, clerk], states: ['new', ...AT_DEALER] },
  reopen: { roles: [manager, clerk], states: ['resolved', 'confirmed', 'filed'] },
  'request-support': { roles: [technician, manager], states: AT_DEALER },
  correct: { roles: [technician, manager, clerk], states: ['new', ...AT_DEALER, 'resolved', 'confirmed'] },
  'request-parts': { roles: [technician, manager, clerk], states: [...AT_DEALER, 'resolved'] },
  quote: { roles: [technician, manager], states: AT_DEALER },
  'answer-quote': { roles: [technician, manager], states: AT_DEALER },
} as const satisfies Record<string, { roles: Role[]; states: State[] }>;
export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[];

const SOLVE_HOURS = 24;
const REOPEN_HOURS = 31 * 24;
const LINK_HOURS = 7 * 24;

export interface ClockModel {
  startedAt: number;
  special: boolean;
  struck: boolean;
  stopped: boolean;
}

/** A quote's or a record's labour fee; travel is free in this test. */
type Fee = number;

export interface CallModel {
  state: State;
  /** Hours that have passed on the business clock since the call was opened. */
  hour: number;
  side: Side | null;
  technician: ActorName | null;
  takenBy: ActorName;
  clocks: ClockModel[];
  reopened: number;
  resolvedAt: number | null;
  /** Whether the customer waits for a visit at a told time. */
  appointed: boolean;
  openQuote: Fee | null;
  agreed: Fee | null;
  recorded: Fee;
  /** Of it what each dealer recorded: its own money (domain 1). */
  recordedOf: Record<Side, Fee>;
  /** Whether it was agreed since the call was opened or reopened, and what was recorded before that: another repair. */
  agreedSince: boolean;
  recordedBefore: Fee;
  /** When the link that still holds was made. */
  linkMadeAt: number | null;
  /** Whether a link was ever made. */
  linked: boolean;
  questions: { side: Side; answered: boolean }[];
}

/** What an actor chooses with an action; each action reads what concerns it. */
export interface Choice {
  /** Which of two: technicians, amounts, yes or no. */
  other: boolean;
  /** Solved by this record. */
  solved: boolean;
  /** The record bills a fee. */
  billed: boolean;
}

export const FEE: Fee = 10;
export const quotedFee = ({ other }: Choice): Fee => (other ? 5 : 50);

/** A call as it is when it was opened; nobody was told while it has no side. */
export function openedCall(takenBy: ActorName, side: Side | null): CallModel {
  return {
    state: side === null ? 'new' : 'received', hour: 0, side, technician: null, takenBy, reopened: 0, resolvedAt: null, appointed: false, openQuote: null, agreed: null, recorded: 0, recordedOf: { A: 0, B: 0 },
    agreedSince: false, recordedBefore: 0,
    linkMadeAt: null, linked: false, questions: [], clocks: side === null ? [] : [{ startedAt: 0, special: false, struck: false, stopped: false }],
  };
}

/** The manufacturer sees every call, a manager his dealer's, a technician those he was given or took himself at his dealer. */
export function sees(call: CallModel, name: ActorName): boolean {
  const { role, side } = ACTORS[name];
  if (side === null) return true;
  return side === call.side && (role === manager || call.technician === name || call.takenBy === name);
}

/** C-5: plain for the dealer's people until the call is closed. */
export function readsPlain(call: CallModel, name: ActorName): boolean {
  return sees(call, name) && ACTORS[name].side !== null && call.state !== 'filed' && call.state !== 'cancelled';
}

/** Whether somebody is ever allowed to do it, on whatever call. */
export function mayEver(name: ActorName, action: ActionName): boolean {
  return (ACTIONS[action].roles as readonly Role[]).includes(ACTORS[name].role);
}

/** What a technician may do with a call that he took and a colleague was given (domain 1). */
const OF_COLLEAGUE: readonly ActionName[] = ['correct', 'request-parts', 'request-support'];

/** Why an action is refused to somebody who sees the call; undefined when it is allowed. */
export function refusal(call: CallModel, name: ActorName, action: ActionName): string | undefined {
  if (!mayEver(name, action)) return 'ROLE_NOT_ALLOWED';
  if (ACTORS[name].role === technician && call.technician !== null && call.technician !== name && !OF_COLLEAGUE.includes(action)) return 'CALL_OF_COLLEAGUE';
  if (!(ACTIONS[action].states as readonly State[]).includes(call.state)) return action === 'request-parts' && call.state !== 'new' ? 'CALL_CLOSED' : 'STEP_NOT_ALLOWED';
  const clock = call.clocks.at(-1);
  switch (action) {
    case 'extend':
      if (clock?.special) return 'STEP_NOT_ALLOWED';
      if (clock?.struck) return 'SPECIAL_STRUCK';
      return clock && call.hour - clock.startedAt >= SOLVE_HOURS ? 'SPECIAL_TOO_LATE' : undefined;
    case 'strike-special':
      return clock?.special ? undefined : 'STEP_NOT_ALLOWED';
    case 'reopen':
      return call.hour - (call.resolvedAt ?? call.hour) >= REOPEN_HOURS ? 'REOPEN_TOO_LATE' : undefined;
    case 'answer-quote':
      return call.openQuote === null ? 'STEP_NOT_ALLOWED' : undefined;
    default:
      return undefined;
  }
}

/** How an attempt is answered; undefined means that it succeeds. */
export interface Refused {
  status: number;
  reason: string;
}

/** What an attempt with a right body comes to: the role is looked at first, then whether the call is seen, then the call (R-9 for fees). */
export function outcome(call: CallModel, name: ActorName, action: ActionName, choice: Choice): Refused | undefined {
  const reason = refusal(call, name, action);
  if (reason === 'ROLE_NOT_ALLOWED') return { status: 403, reason };
  if (!sees(call, name)) return { status: 404, reason: 'NOT_FOUND' };
  if (reason !== undefined) return { status: 409, reason };
  if (action === 'record' && choice.billed) {
    if (call.agreed === null || !call.agreedSince) return { status: 409, reason: 'CONSENT_MISSING' };
    if (call.recorded - call.recordedBefore + FEE > call.agreed) return { status: 409, reason: 'FEES_ABOVE_QUOTE' };
  }
  return undefined;
}

const otherSide = (side: Side | null): Side => (side === 'A' ? 'B' : 'A');

/** The dealer an unrouted or re-routed call goes to. */
export function routedTo(call: CallModel, { other }: Choice): Side {
  return call.side === null && other ? 'B' : otherSide(call.side);
}

/** Who is given the call: with `hand-over` always somebody else than before. */
export function givenTo(call: CallModel, action: 'assign' | 'hand-over', { other }: Choice): ActorName {
  const [first, second] = call.side === 'B' ? (['technicianB1', 'technicianB2'] as const) : (['technicianA1', 'technicianA2'] as const);
  if (action === 'hand-over') return call.technician === first ? second : first;
  return other ? second : first;
}

/** What an action that succeeded does to the call. `checked` says that a clerk files what was confirmed. */
export function apply(call: CallModel, action: ActionName, choice: Choice, checked: boolean): void {
  const clock = call.clocks.at(-1);
  switch (action) {
    case 'route':
      if (call.clocks.length === 0) call.clocks.push({ startedAt: call.hour, special: false, struck: false, stopped: false });
      return void Object.assign(call, {
        side: routedTo(call, choice), state: 'received', technician: null, appointed: false, openQuote: null, agreed: null, agreedSince: false, recordedBefore: call.recorded,
      });
    case 'assign':
      return void Object.assign(call, { state: 'assigned', technician: givenTo(call, action, choice), appointed: choice.solved });
    case 'arrive':
      call.state = 'on_site';
      return;
    case 'hand-back':
      return void Object.assign(call, { state: 'received', technician: null, appointed: false });
    case 'hand-over':
      return void Object.assign(call, { state: 'assigned', technician: givenTo(call, action, choice) });
    case 'reschedule':
      return void Object.assign(call, { state: 'assigned', appointed: true });
    case 'extend':
    case 'strike-special':
      if (clock) Object.assign(clock, { special: action === 'extend', struck: action === 'strike-special' });
      return;
    case 'record':
      return record(call, choice);
    case 'confirm':
      return confirmed(call, checked);
    case 'refuse':
      return refused(call);
    case 'file':
      call.state = 'filed';
      return;
    case 'cancel':
      if (clock) clock.stopped = true;
      return void Object.assign(call, { state: 'cancelled', appointed: false });
    case 'reopen':
      call.clocks.push({ startedAt: call.hour, special: false, struck: false, stopped: false });
      return void Object.assign(call, { state: 'assigned', resolvedAt: null, appointed: false, linkMadeAt: null, reopened: call.reopened + 1, agreedSince: false, recordedBefore: call.recorded });
    case 'confirmation-link':
      return void Object.assign(call, { linkMadeAt: call.hour, linked: true });
    case 'request-support':
      call.questions.push({ side: call.side as Side, answered: false });
      return;
    case 'quote':
      call.openQuote = quotedFee(choice);
      return;
    case 'answer-quote':
      if (!choice.other) Object.assign(call, { agreed: call.openQuote, agreedSince: true });
      call.openQuote = null;
      return;
    case 'correct':
    case 'request-parts':
      return;
  }
}

function record(call: CallModel, { solved, billed }: Choice): void {
  call.state = solved ? 'resolved' : 'on_site';
  if (billed) {
    call.recorded += FEE;
    call.recordedOf[call.side as Side] += FEE;
  }
  if (!solved) return;
  call.resolvedAt = call.hour;
  const clock = call.clocks.at(-1);
  if (clock) clock.stopped = true;
}

/** confirmed, and filed at once unless a clerk looks at it first. */
export function confirmed(call: CallModel, checked: boolean): void {
  Object.assign(call, { state: checked ? 'confirmed' : 'filed', linkMadeAt: null });
}

/** back to assigned, and the clock runs on as if it had never stopped. */
export function refused(call: CallModel): void {
  Object.assign(call, { state: 'assigned', resolvedAt: null, appointed: false, linkMadeAt: null });
  const clock = call.clocks.at(-1);
  if (clock) clock.stopped = false;
}

/** Whether the customer's link still lets him answer. */
export function linkHolds(call: CallModel): boolean {
  return call.linkMadeAt !== null && call.state === 'resolved' && call.hour - call.linkMadeAt < LINK_HOURS;
}

/** how an answer to a dealer's question is answered: the manufacturer gives it, and once. */
export function questionOutcome({ answered }: { answered: boolean }, name: ActorName): Refused | undefined {
  if (ACTORS[name].role !== clerk) return { status: 403, reason: 'ROLE_NOT_ALLOWED' };
  return answered ? { status: 409, reason: 'STEP_NOT_ALLOWED' } : undefined;
}

/** What decides about actions, as a word: of two calls that agree in it the same is allowed to the same, whichever dealer and technician has it. */
export function situation(call: CallModel): string {
  const { state, side, technician: at, takenBy, clocks, openQuote } = call;
  const clock = clocks.at(-1);
  const taker = ACTORS[takenBy].role === technician && sees(call, takenBy) ? 'taken' : '';
  const given = at === null ? '' : taker && at === takenBy ? 'given to the taker' : 'given';
  const age = clock && call.hour - clock.startedAt >= SOLVE_HOURS ? 'late' : 'in time';
  const rest = call.resolvedAt !== null && call.hour - call.resolvedAt >= REOPEN_HOURS ? 'long solved' : '';
  return [state, side === null ? '' : 'routed', taker, given, clock?.special ? 'special' : '', age, openQuote === null ? '' : 'quoted', rest].join('|');
}
