import { ALWAYS, attempt, kind, type At, type Kind } from './act.js';
import { learnClaims } from './claims.js';
import { comparePicking, compareRequest, compareShipment, type Shown } from './documents.js';
import {
  accept, acceptRefusal, agreeShortage, bookLoss, cancelShipment, decide, decideRefusal, deliver, differenceRefusal, isReviewable, plan, planRefusal, receive, review, reviewRefusal, ship, shipRefusal,
  stateOf, type Decided, type Entry, type Outcome,
} from './issue.js';
import {
  dateOf, NOT_NOW, PARTS, PROOF_DAY, refused, SERIALS, type DiscrepancyModel, type LineModel, type PartsModel, type PickingModel, type Refused, type RequestModel, type ShipmentLineModel,
  type ShipmentModel,
} from './model.js';
import { drawn, list, partId, type Sequence } from './sequence.js';
import { learnLateReturns } from './return-commands.js';
import { cancelLines, cancelRefusal } from './stock.js';
import { yuan } from './world.js';

const requests = (model: PartsModel): RequestModel[] => model.requests;
const those = (which: (request: RequestModel, model: PartsModel) => boolean) => (model: PartsModel): RequestModel[] => model.requests.filter((each) => which(each, model));
const having = (...states: string[]) => those(({ lines }) => lines.some(({ state }) => states.includes(state)));

/** Lines of a request: one or all of those that fit, and when it is tried wildly, of all. */
function some(lines: readonly LineModel[], fits: (line: LineModel) => boolean, { how, a, b }: At<unknown>['dice']): LineModel[] {
  const own = how === 'wild' ? lines : lines.filter(fits);
  return a % 3 === 0 ? [drawn(own, b)] : [...own];
}

/** Requests that go on. */
const waiting = ({ requests: all }: PartsModel): number => all.filter((each) => !['withdrawn', 'rejected', 'fulfilled'].includes(stateOf(each))).length;

const FILE = kind<null>({
  name: 'file a request', weight: 4, ready: (model) => (waiting(model) < 3 ? [null] : []), all: ALWAYS.all,
  run: async (at) => {
    const { model, sequence, dice: { a, b, c, how } } = at;
    const purpose = a % 5 === 0 ? 'stock' : 'visit';
    const visitOn = purpose === 'stock' ? null : model.day - (a % 7 === 6 ? 2 : 0);
    const wanted = Array.from({ length: 1 + (b % 3) }, (_each, index) => ({ part: (a + b * index + index) % PARTS.length, quantity: 1 + ((b + c + index * 3) % 5), serial: drawn(LIKELY, c + index * (1 + a)) }));
    const lines = wanted.filter((each, index) => wanted.findIndex(({ part, serial }) => part === each.part && serial === each.serial) === index);
    const body = {
      purpose, ...(visitOn === null ? {} : { visitOn: dateOf(visitOn) }), deliveryAddress: '上海市徐汇区建材市场1号', urgency: c % 2 ? 'urgent' : 'scheduled', ...(how === 'odd' ? { callId: sequence.stage.dealerId } : {}),
      lines: lines.map(({ part, quantity, serial }) => ({ partId: partId(sequence, part), quantity, unitSerial: sequence.world.serials[serial] })),
    };
    const answer = await attempt<{ id: string }>(at, { actor: 'manager', path: '/parts-requests', body, expected: how === 'odd' ? refused('CALL_UNKNOWN', 400) : undefined });
    if (!answer.body) return answer.why;
    const shown = await sequence.stage.manager.get<Shown>(`/parts-requests/${answer.body.id}`);
    model.requests.push({
      id: answer.body.id, purpose, visitOn, urgent: c % 2 === 1, submittedOn: null,
      lines: lines.map((each, index): LineModel => ({
        ...each, id: shown.lines[index]?.id ?? '', state: 'in_review', supplyKind: '', returnDue: false, unitPrice: null, quotedUntil: null, approvedAt: 0, backordered: 0, shipped: 0, received: 0, missing: 0,
      })),
    });
    return undefined;
  },
});

/** Serials as they are drawn: mostly those whose coverage is known. */
const LIKELY = [...SERIALS, 'COVERED', 'COVERED', 'COVERED', 'COVERED', 'ENDING', 'EXPIRED'] as const;

/** A step on a request: what it sends, why it is refused, and what it does. */
interface RequestStep {
  actor: 'manager' | 'clerk' | 'supervisor';
  path: string;
  body: object;
  expected: Refused | undefined;
  managers?: boolean;
  apply(): void | Promise<void>;
}

function onRequest(name: string, weight: number, ready: Kind<RequestModel>['ready'], step: (at: At<RequestModel>) => RequestStep): Kind<RequestModel> {
  return kind({
    name, weight, ready, all: requests,
    run: async (at: At<RequestModel>) => {
      const { model, sequence, target } = at;
      const { actor, path, body, expected, managers, apply } = step(at);
      const { version } = await compareRequest(model, sequence, target, actor);
      const { why } = await attempt(at, { actor, path: `/parts-requests/${target.id}/${path}`, body, version, expected, ...(managers ? { managers } : {}) });
      if (!why) await apply();
      await compareRequest(model, sequence, target, 'manager');
      return why;
    },
  });
}

const SUBMIT = onRequest('submit', 20, those((each) => stateOf(each) === 'draft'), ({ model, target }) => ({
  actor: 'manager', path: 'submit', body: {}, expected: target.submittedOn === null && stateOf(target) === 'draft' ? undefined : NOT_NOW,
  apply: () => { target.submittedOn = model.day; },
}));

const FINAL = ['rejected', 'received', 'cancelled'];
const cancellable = having('in_review', 'quoted', 'escalated', 'approved');

const WITHDRAW = onRequest('withdraw', 0.3, cancellable, ({ model, sequence, target }) => {
  const open = target.lines.filter(({ state }) => !FINAL.includes(state));
  return {
    actor: 'manager', path: 'withdraw', body: {}, expected: open.length === 0 ? NOT_NOW : cancelRefusal(model, open),
    apply: async () => {
      cancelLines(model, open);
      await sequence.world.untilOffered();
    },
  };
});

const CANCEL_LINE = onRequest('cancel a line', 0.8, cancellable, ({ model, sequence, target, dice: { b, how, a } }) => {
  const open = target.lines.filter(({ state }) => !FINAL.includes(state));
  const line = drawn(how === 'wild' ? target.lines : open, b);
  return {
    actor: a % 2 ? 'manager' : 'clerk', managers: true, path: `lines/${line.id}/cancel`, body: {}, expected: cancelRefusal(model, [line]),
    apply: async () => {
      cancelLines(model, [line]);
      await sequence.world.untilOffered();
    },
  };
});

const WAYS: readonly Entry['way'][] = ['plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'exclusion', 'gift', 'reject'];

const REVIEW = onRequest('review', 16, those((each, model) => each.lines.some((line) => isReviewable(model, each, line))), ({ model, sequence, target, dice }) => {
  const lines = some(target.lines, (line) => isReviewable(model, target, line), dice);
  const entries = lines.map((line, index): Entry => {
    const way = drawn(WAYS, dice.c + index * (1 + dice.b));
    const unknown = target.purpose !== 'stock' && (line.serial === '' || line.serial === 'UNKNOWN');
    if (dice.how === 'odd' && index === 0) return { line, way: 'exclusion_without_photo' };
    return { line, way: unknown && way === 'plain' && (dice.a + index) % 4 > 0 ? 'proof' : way };
  });
  const photos = [sequence.world.evidence.clerk];
  const entered: Record<Entry['way'], object> = {
    plain: {}, exclusion: { exclusion: 'power_supply', exclusionCause: '电压不稳', exclusionEvidence: photos }, exclusion_without_photo: { exclusion: 'misuse', exclusionCause: '使用不当' },
    proof: { proofPurchaseDate: PROOF_DAY, proofEvidence: photos }, gift: { supplyKind: 'gift', reason: '赠送' }, reject: { reject: true, reason: '与故障无关' },
  };
  return {
    actor: 'clerk', path: 'review', body: { lines: entries.map(({ line, way }) => ({ lineId: line.id, ...entered[way] })) }, expected: reviewRefusal(model, target, entries),
    apply: () => review(model, target, entries),
  };
});

const ACCEPT = onRequest('accept a quote', 10, having('quoted'), ({ model, sequence, target, dice }) => {
  const lines = some(target.lines, ({ state }) => state === 'quoted', dice);
  const inOrder = target.lines.filter((line) => lines.includes(line));
  const onAccount = dice.c % 2 === 0;
  return {
    actor: 'manager', path: 'accept-quote', expected: acceptRefusal(model, inOrder),
    body: { lineIds: lines.map(({ id }) => id), paymentMethod: onAccount ? 'account' : 'bank_transfer', invoiceWish: 'later' },
    apply: async () => {
      const known = new Set(model.slips.map(({ id }) => id));
      const slip = accept(model, { request: target, lines: inOrder, onAccount });
      const slips = await list<{ id: string }>(sequence, 'manager', `/charge-slips?requestId=${target.id}`);
      slip.id = slips.find(({ id }) => !known.has(id))?.id ?? 'none was opened';
    },
  };
});

const DECLINE = onRequest('decline a quote', 4, having('quoted'), ({ target, dice }) => {
  const lines = some(target.lines, ({ state }) => state === 'quoted', dice);
  return {
    actor: 'manager', path: 'decline-quote', body: { lineIds: lines.map(({ id }) => id), reason: '太贵' }, expected: lines.every(({ state }) => state === 'quoted') ? undefined : NOT_NOW,
    apply: () => lines.forEach((line) => { line.state = 'escalated'; }),
  };
});

const DECIDE = onRequest('decide an escalation', 10, having('escalated'), ({ model, target, dice: { a, b, c, how } }) => {
  const line = drawn(how === 'wild' ? target.lines : target.lines.filter(({ state }) => state === 'escalated'), b);
  const decision = how === 'odd' ? 'lower' : (['lower', 'waive', 'waive', 'reject'] as const)[a % 4] ?? 'waive';
  const price = how === 'odd' ? (line.unitPrice ?? 100) : Math.max(1, Math.floor((line.unitPrice ?? 100) / 2));
  const decided: Decided = { line, decision, price, returnDue: c % 2 === 0 };
  return {
    actor: 'supervisor', path: 'decide', expected: decideRefusal(decided),
    body: { lineId: line.id, decision, reason: '老客户', returnDue: decided.returnDue, ...(decision === 'lower' ? { specialPrice: yuan(price) } : {}) },
    apply: () => decide(model, target, decided),
  };
});

const pickings = (state?: PickingModel['state']) => (model: PartsModel): PickingModel[] => model.pickings.filter((each) => state === undefined || each.state === state);

function onPicking(action: 'print' | 'pick', from: PickingModel['state'], to: PickingModel['state']): Kind<PickingModel> {
  return kind({
    name: action, weight: 20, ready: pickings(from), all: pickings(),
    run: async (at: At<PickingModel>) => {
      const { sequence, target } = at;
      const { version } = await comparePicking(sequence, target, 'keeper');
      const { why } = await attempt(at, { actor: 'keeper', path: `/picking-orders/${target.id}/${action}`, body: {}, version, expected: target.state === from ? undefined : NOT_NOW });
      if (!why) target.state = to;
      await comparePicking(sequence, target, 'clerk');
      return why;
    },
  });
}

const unplanned = (model: PartsModel): PickingModel[] => model.pickings.filter(({ state, lines }) => state === 'picked' && lines.some(({ planned, quantity }) => planned < quantity));

const PLAN = kind<PickingModel>({
  name: 'plan a shipment', weight: 20, ready: unplanned, all: pickings(),
  run: async (at) => {
    const { model, sequence, target, dice: { a, b } } = at;
    const chosen = a % 3 === 0 && target.lines.length > 0 ? [drawn(target.lines, b).line] : null;
    const body = { pickingOrderId: target.id, ...(chosen ? { requestLineIds: chosen.map(({ id }) => id) } : {}) };
    const answer = await attempt<{ id: string }>(at, { actor: 'clerk', path: '/shipping-orders', body, expected: planRefusal(target, chosen) });
    if (!answer.body) return answer.why;
    const shipment = plan(model, target, chosen);
    shipment.id = answer.body.id;
    const { lines } = await sequence.stage.manager.get<Shown>(`/shipping-orders/${shipment.id}`);
    for (const line of shipment.lines) line.id = lines.find(({ requestLineId }) => requestLineId === line.line.id)?.id ?? '';
    await compareShipment(model, sequence, shipment, 'manager');
    return undefined;
  },
});

interface ShipmentStep {
  actor: 'manager' | 'keeper' | 'clerk';
  body: object;
  expected: Refused | undefined;
  apply(): void | Promise<void>;
}

function onShipment(action: string, weight: number, from: ShipmentModel['state'][], step: (at: At<ShipmentModel>) => ShipmentStep): Kind<ShipmentModel> {
  return kind({
    name: `${action} (shipment)`, weight, ready: (model: PartsModel) => model.shipments.filter(({ state }) => from.includes(state)), all: (model: PartsModel) => model.shipments,
    run: async (at: At<ShipmentModel>) => {
      const { sequence, target, model } = at;
      const { actor, body, expected, apply } = step(at);
      const { version } = await compareShipment(model, sequence, target, actor);
      const { why } = await attempt(at, { actor, path: `/shipping-orders/${target.id}/${action}`, body, version, expected });
      if (!why) await apply();
      await compareShipment(model, sequence, target, 'clerk');
      await compareRequest(model, sequence, target.picking.request, 'clerk');
      return why;
    },
  });
}

const AGREE = onShipment('agree-date', 12, ['planned'], ({ model, target, dice: { a, how } }) => ({
  actor: 'clerk', body: { agreedDate: dateOf(how === 'odd' ? model.day - 1 : model.day + (a % 3)) },
  expected: target.state !== 'planned' ? NOT_NOW : how === 'odd' ? refused('DATE_TOO_EARLY', 400) : undefined, apply: () => { target.state = 'ready'; },
}));

const WAYBILL = { carrier: '顺丰', waybillNumber: 'SF1', parcels: 1, weightGrams: 300 };

/** Who is refused before the gate holds no credit on the way. */
const SHIP = onShipment('ship', 20, ['planned', 'ready'], ({ model, target, dice: { how } }) => ({
  actor: 'keeper', body: WAYBILL, expected: ['stale', 'role', 'foreign'].includes(how) ? undefined : shipRefusal(model, target), apply: () => ship(model, target),
}));

const DELIVER = onShipment('deliver', 14, ['shipped'], ({ model, target }) => ({
  actor: 'keeper', body: {}, expected: target.state === 'shipped' ? undefined : NOT_NOW, apply: () => deliver(model, target),
}));

const RECEIVE = onShipment('confirm-receipt', 10, ['delivered'], ({ sequence, target, dice: { a, b, c, how } }) => {
  const came = new Map<ShipmentLineModel, number>();
  const line = drawn(target.lines, b);
  if (how === 'odd') came.set(line, line.quantity + 1);
  else if (a % 2 === 0) came.set(line, Math.max(0, line.quantity - 1 - (c % 2)));
  return {
    actor: 'manager', body: { lines: [...came].map(([{ id }, receivedQuantity]) => ({ lineId: id, receivedQuantity, note: '少件' })) },
    expected: target.state !== 'delivered' ? NOT_NOW : how === 'odd' ? refused('QUANTITY_INVALID', 400) : undefined,
    apply: () => {
      receive(target, came);
      return learnDifferences(sequence, target);
    },
  };
});

async function learnDifferences({ stage }: Sequence, shipment: ShipmentModel): Promise<void> {
  const { discrepancies } = await stage.manager.get<{ discrepancies?: { id: string; lineId: string }[] }>(`/shipping-orders/${shipment.id}`);
  for (const each of shipment.discrepancies) each.id = discrepancies?.find(({ lineId }) => lineId === each.of.id)?.id ?? '';
}

const CANCEL = onShipment('cancel', 1, ['planned', 'ready'], ({ model, target }) => ({
  actor: 'clerk', body: {}, expected: target.state === 'planned' || target.state === 'ready' ? undefined : NOT_NOW, apply: () => cancelShipment(model, target),
}));

type Difference = { shipment: ShipmentModel; discrepancy: DiscrepancyModel };
const differences = (model: PartsModel): Difference[] => model.shipments.flatMap((shipment) => shipment.discrepancies.map((discrepancy) => ({ shipment, discrepancy })));

const DIFFERENCE = kind<Difference>({
  name: 'decide a difference', weight: 10, ready: (model) => differences(model).filter(({ discrepancy }) => discrepancy.state === 'open'), all: differences,
  run: async (at) => {
    const { model, sequence, target: { shipment, discrepancy }, dice: { a, c, how } } = at;
    const shown = await compareShipment(model, sequence, shipment, 'keeper');
    const { version } = (shown.discrepancies as { id: string; version: number }[]).find(({ id }) => id === discrepancy.id) ?? { version: 0 };
    const outcome = how === 'odd' || a % 6 === 5 ? (c % 2 ? 'damaged' : 'lost') : a % 3 > 0 ? 'shortage' : 'refused';
    const evidence = how === 'odd' ? {} : { evidence: [sequence.world.evidence.keeper] };
    const expected = how === 'odd' ? refused('EVIDENCE_MISSING', 400) : differenceRefusal(discrepancy);
    const { why } = await attempt(at, { actor: 'keeper', path: `/discrepancies/${discrepancy.id}/agree`, body: { outcome, reason: REASONS[outcome], ...evidence }, version, expected });
    if (!why) {
      discrepancy.state = outcome === 'shortage' ? 'agreed' : outcome;
      if (outcome === 'shortage') agreeShortage(model, shipment, discrepancy);
      if (outcome === 'lost' || outcome === 'damaged') bookLoss(model, shipment, discrepancy);
      await learnClaims(model, sequence, shipment);
      await learnLateReturns(model, sequence);
    }
    await compareShipment(model, sequence, shipment, 'manager');
    return why;
  },
});

const REASONS: Record<Outcome, string> = { shortage: '库房少发', lost: '承运人确认丢失', damaged: '外箱压坏', refused: '已签收' };

export const ISSUE_COMMANDS = [
  FILE, SUBMIT, WITHDRAW, CANCEL_LINE, REVIEW, ACCEPT, DECLINE, DECIDE, onPicking('print', 'open', 'printed'), onPicking('pick', 'printed', 'picked'), PLAN, AGREE, SHIP, DELIVER, RECEIVE, CANCEL, DIFFERENCE,
] as Kind<never>[];
