import { ACTORS, givenTo, quotedFee, routedTo, FEE, type ActionName, type ActorName, type CallModel, type Choice, type Side } from './call-model.js';
import { nobody, type Actor, type CallWorld } from './call-world.js';

/** The call under test as the platform knows it, beside what the model says of it. */
export interface RealCall {
  world: CallWorld;
  id: string;
  version: number;
  /** The latest quote, whatever became of it. */
  quoteId: string;
  /** The token of the latest link, whether it still holds or not. */
  token: string;
  questionIds: string[];
  /** Corrections so far: each says something else. */
  corrections: number;
}

/** What is sent for an action. */
export interface Sent {
  path: string;
  body: object;
}

const HOUR_MS = 3_600_000;
const REASON = '客户要求';

/** A call as somebody opens it: a dealer's own, or a clerk's for a dealer; a clerk's without a dealer waits to be routed. */
export function openingBody(world: CallWorld, name: ActorName, side: Side | null): object {
  const phone = `139${String(world.now()).slice(-8)}`;
  return {
    channel: side === null ? 'hotline' : 'phone', contactName: '模型客户', contactPhone: phone, address: { regionCode: '310104', detail: '中山西路3号' }, symptoms: '滴水',
    unitDescription: '龙头', ...(side === null || ACTORS[name].side !== null ? {} : { dealerId: world.dealers[side] }),
  };
}

/** The least that is right for an action, as one actor would send it now. */
export function sentFor(call: CallModel, real: RealCall, { name, action, choice }: { name: ActorName; action: ActionName; choice: Choice }): Sent {
  const { world, version } = real;
  const path = `/repair-calls/${real.id}/${action}`;
  const window = { appointmentFrom: at(world, 24), appointmentTo: at(world, 26) };
  const actor: Actor = world.actors[name];
  // The clerk names who of the dealer asked.
  const asked = ACTORS[name].side === null ? { askedBy: '孙师傅' } : {};
  const bodies: Record<ActionName, () => object> = {
    route: () => ({ version, dealerId: world.dealers[routedTo(call, choice)], reason: REASON }),
    assign: () => ({ version, ...asked, technicianUserId: world.actors[givenTo(call, 'assign', choice)].userId, ...(choice.solved ? window : {}) }),
    arrive: () => ({ version }),
    'hand-back': () => ({ version, reason: REASON }),
    'hand-over': () => ({ version, technicianUserId: world.actors[givenTo(call, 'hand-over', choice)].userId, reason: REASON }),
    reschedule: () => ({ version, ...window, reason: REASON }),
    extend: () => ({ version, reason: 'remote_area' }),
    'strike-special': () => ({ version, reason: REASON }),
    record: () => recordBody(version, world.faultCode, choice),
    'confirmation-link': () => ({}),
    confirm: () => ({ version, method: 'signature', evidence: actor.photo ?? { id: nobody(), sha256: 'f'.repeat(64) } }),
    refuse: () => ({ version, reason: REASON }),
    file: () => ({ version }),
    cancel: () => ({ version, ...asked, reason: REASON }),
    reopen: () => ({ version, ...asked, reason: REASON }),
    'request-support': () => ({ kind: 'support', question: '怎么拆' }),
    correct: () => ({ version, reason: '听错了', fields: ['symptoms'], symptoms: `渗水 ${real.corrections + 1}` }),
    'request-parts': () => ({
      deliveryAddress: '中山西路3号', urgency: 'scheduled', lines: [{ partId: world.partId, quantity: 1 }], draft: true, ...(actor.photo ? {} : { askedBy: '孙师傅' }),
    }),
    quote: () => ({ version, labourFee: money(quotedFee(choice)), travelFee: '0.00' }),
    'answer-quote': () => ({
      version, quoteId: real.quoteId || nobody(), accepted: !choice.other, method: 'signature', ...(choice.other ? { reason: '太贵' } : {}), ...(actor.photo ? { evidence: actor.photo } : {}),
    }),
  };
  return { path, body: bodies[action]() };
}

function recordBody(version: number, faultCode: string, { solved, billed }: Choice): object {
  const faults = [{ faultCode, faultDescription: '滴水', cause: '阀芯磨损', action: '更换阀芯' }];
  return { version, faults, resolved: solved, toldCustomer: '已试水', ...(billed ? { labourFee: money(FEE), travelFee: '0.00' } : {}) };
}

const money = (amount: number): string => amount.toFixed(2);
const at = (world: CallWorld, hours: number): string => new Date(world.now() + hours * HOUR_MS).toISOString();
