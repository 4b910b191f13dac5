import { same } from '../compare.js';
import { ALWAYS, attempt, kind, type At, type Kind } from './act.js';
import { compareParcel, compareSlip, compareWhy } from './documents.js';
import {
  dateOf, NOT_NOW, PARTS, priceOn, refused, SERIALS, SITES, type Condition, type LateReturnModel, type ObligationModel, type ParcelModel, type PartsModel, type Refused, type SlipModel,
} from './model.js';
import { untilOwed } from './money-commands.js';
import { count, end, endRefusal, extendRefusal, outstandingOf, type Counted } from './returns.js';
import { drawn, list, partId, withoutId, type Sequence } from './sequence.js';

const open = (model: PartsModel): ObligationModel[] => model.obligations.filter((each) => outstandingOf(each) > 0);
const owed = (model: PartsModel): ObligationModel[] => (open(model).length > 0 ? open(model) : model.obligations);

/** Pieces that are likely to be owed: mostly an obligation's, sometimes any. */
function pieces(model: PartsModel, { a, b, c }: At<unknown>['dice'], nth: number): Omit<Counted, 'condition'> {
  const candidates = owed(model);
  const obligation = candidates.length > 0 && (a + nth) % 5 > 0 ? drawn(candidates, b + nth) : null;
  const part = obligation ? ((c + nth) % 6 === 0 ? (obligation.part + 1) % 2 : obligation.part) : (b + nth) % PARTS.length;
  const [wanted, more] = [obligation ? Math.max(1, outstandingOf(obligation)) : 2, (c + nth) % 4];
  const serial = (a + c + nth) % 3 === 0 ? drawn(SERIALS, b + c) : obligation && (b + nth) % 2 ? obligation.serial : '';
  return { part, quantity: more === 0 ? wanted + 1 + (b % 3) : more === 1 ? Math.max(1, wanted - 1) : wanted, serial };
}

const ANNOUNCE = kind<null>({
  name: 'announce a return', weight: 7, ready: (model) => (model.obligations.length > 0 ? [null] : []), all: ALWAYS.all,
  run: async (at) => {
    const { model, sequence, dice } = at;
    const { a, b, how } = dice;
    const lines = Array.from({ length: 1 + (b % 2) }, (_each, nth) => pieces(model, dice, nth));
    const body = {
      lines: lines.map(({ part, quantity, serial }) => ({ partId: partId(sequence, part), quantity, condition: a % 2 ? 'old' : 'unused', unitSerial: sequence.world.serials[serial] })),
      ...(how === 'odd' ? { viaTransitId: sequence.world.sites[0] } : a % 3 === 0 ? { viaTransitId: sequence.world.sites[2] } : {}),
    };
    const answer = await attempt<{ id: string }>(at, { actor: 'manager', path: '/returns', body, expected: how === 'odd' ? refused('SITE_UNKNOWN', 404) : undefined });
    if (!answer.body) return answer.why;
    const parcel: ParcelModel = { id: answer.body.id, state: 'announced', lines, site: null, receivedOn: null, counted: [], countedOn: null };
    model.parcels.push(parcel);
    await compareParcel(model, sequence, parcel, 'manager');
    return undefined;
  },
});

const parcels = (...states: ParcelModel['state'][]) => (model: PartsModel): ParcelModel[] => model.parcels.filter(({ state }) => states.length === 0 || states.includes(state));

interface ParcelStep {
  actor: 'manager' | 'keeper';
  body: object;
  expected: Refused | undefined;
  apply(): void | Promise<void>;
}

function onParcel(action: string, weight: number, from: ParcelModel['state'][], step: (at: At<ParcelModel>) => ParcelStep): Kind<ParcelModel> {
  return kind({
    name: `${action} (return)`, weight, ready: parcels(...from), all: parcels(),
    run: async (at: At<ParcelModel>) => {
      const { model, sequence, target } = at;
      const { actor, body, expected, apply } = step(at);
      const { version } = await compareParcel(model, sequence, target, actor);
      const { why } = await attempt(at, { actor, path: `/returns/${target.id}/${action}`, body, version, expected: from.includes(target.state) ? expected : NOT_NOW });
      if (!why) await apply();
      await compareParcel(model, sequence, target, actor === 'manager' ? 'keeper' : 'manager');
      return why;
    },
  });
}

const SEND = onParcel('send', 12, ['announced'], ({ target }) => ({
  actor: 'manager', body: { carrier: '德邦', waybillNumber: 'DB1' }, expected: undefined, apply: () => { target.state = 'in_transit'; },
}));

/** Done only by name: drawn, it would change every sequence. */
export const CALL_OFF = onParcel('cancel', 1, ['announced'], ({ target }) => ({
  actor: 'manager', body: {}, expected: undefined, apply: () => { target.state = 'cancelled'; },
}));

const TRANSIT = onParcel('transit', 8, ['announced', 'in_transit'], ({ sequence, target, dice: { how } }) => ({
  actor: 'keeper', body: { warehouseId: sequence.world.sites[how === 'odd' ? 0 : 2] }, expected: how === 'odd' ? refused('SITE_NOT_TRANSIT') : undefined, apply: () => { target.state = 'at_transit_site'; },
}));

const RECEIVE = onParcel('receive', 12, ['announced', 'in_transit', 'at_transit_site'], ({ model, sequence, target, dice: { a, how } }) => {
  const site = how === 'odd' ? SITES.length - 1 : a % 2;
  return {
    actor: 'keeper', body: { warehouseId: sequence.world.sites[site] }, expected: how === 'odd' ? refused('SITE_NOT_RECEIVING') : undefined,
    apply: () => Object.assign(target, { state: 'received', site, receivedOn: model.day }) as unknown as undefined,
  };
});

const CONDITIONS: readonly Condition[] = ['reusable', 'reusable', 'scrap', 'supplier_claim', 'wrong_part'];

/** Short, exact, more than announced, another part or serial, a wrong part, or nothing at all. */
function countedLines(model: PartsModel, parcel: ParcelModel, dice: At<unknown>['dice']): Counted[] {
  const { a, b, c } = dice;
  if (a % 23 === 0) return [];
  const condition = (nth: number): Condition => drawn(CONDITIONS, c + nth);
  if (b % 4 === 0) return [pieces(model, dice, 0), ...(a % 2 ? [pieces(model, dice, 3)] : [])].map((each, nth) => ({ ...each, condition: condition(nth) }));
  return parcel.lines.map((line, nth) => ({ ...line, quantity: Math.max(1, line.quantity + ([0, 0, -1, 2][(a + nth) % 4] ?? 0)), condition: condition(nth) }));
}

const COUNT = onParcel('count', 16, ['received'], ({ model, sequence, target, dice }) => {
  const lines = countedLines(model, target, dice);
  const wrong = dice.how === 'odd' && lines.length > 0;
  return {
    actor: 'keeper', expected: wrong ? refused('INVALID_FIELD', 400) : undefined,
    body: { lines: lines.map(({ part, quantity, serial, condition }) => ({ partId: partId(sequence, part), quantity: wrong ? -1 : quantity, condition, unitSerial: sequence.world.serials[serial] })) },
    apply: async () => {
      count(model, target, lines);
      await learnLateReturns(model, sequence);
    },
  };
});

interface ShownLate {
  id: string;
  state: string;
  quantity: number;
  partId: string;
  version: number;
  allowedActions: { action: string; allowed: boolean; reason?: string }[];
}

export async function learnLateReturns(model: PartsModel, sequence: Sequence): Promise<void> {
  const shown = await list<ShownLate>(sequence, 'supervisor', `/late-returns?dealerId=${sequence.stage.dealerId}`);
  for (const late of withoutId(model.lateReturns)) {
    const known = new Set(model.lateReturns.map(({ id }) => id));
    late.id = shown.find((each) => !known.has(each.id) && each.state === late.state && each.quantity === late.quantity && each.partId === partId(sequence, late.part))?.id ?? 'none was kept';
  }
  compareLate(model, shown);
}

/** H-7: what came late, and what is to be done with it. */
function compareLate(model: PartsModel, shown: ShownLate[]): void {
  const rows = (of: readonly { id: string; state: string; quantity: number }[]): object => Object.fromEntries([...of].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, state, quantity }) => [id, [state, quantity]]));
  same('late returns', rows(shown), rows(model.lateReturns));
}

const SEND_BACK = kind<LateReturnModel>({
  name: 'send a late return back', weight: 20, ready: (model) => model.lateReturns.filter(({ state }) => state === 'refused'), all: (model) => model.lateReturns,
  run: async (at) => {
    const { model, sequence, target } = at;
    const path = `/late-returns?dealerId=${sequence.stage.dealerId}`;
    const { version } = (await list<ShownLate>(sequence, 'keeper', path)).find(({ id }) => id === target.id) ?? { version: 0 };
    const body = { carrier: '德邦', waybillNumber: 'DB2' };
    const { why } = await attempt(at, { actor: 'keeper', path: `/late-returns/${target.id}/send-back`, body, version, expected: target.state === 'refused' ? undefined : NOT_NOW });
    if (!why) target.state = 'sent_back';
    compareLate(model, await list<ShownLate>(sequence, 'supervisor', path));
    return why;
  },
});

interface EndStep {
  actor: 'supervisor' | 'clerk';
  body: object;
  expected: Refused | undefined;
  apply(answer: { id: string }): void | Promise<void>;
}

function onObligation(action: string, weight: number, step: (at: At<ObligationModel>) => EndStep): Kind<ObligationModel> {
  return kind({
    name: `${action} an obligation`, weight, ready: open, all: (model: PartsModel) => model.obligations,
    run: async (at: At<ObligationModel>) => {
      const { model, sequence, target } = at;
      const { actor, body, expected, apply } = step(at);
      const { version } = await compareWhy(model, sequence, target, actor);
      const answer = await attempt<{ id: string }>(at, { actor, path: `/obligations/${target.id}/${action}`, body, version, expected });
      if (answer.body) await apply(answer.body);
      await compareWhy(model, sequence, target, 'manager');
      return answer.why;
    },
  });
}

/** Some of what is outstanding, or more than that. */
const somePieces = (obligation: ObligationModel, { a, how }: At<unknown>['dice']): number => (how === 'odd' ? outstandingOf(obligation) + 1 : 1 + (a % Math.max(1, outstandingOf(obligation))));

const EXCUSE = onObligation('excuse', 2, ({ model, sequence, target, dice }) => {
  const quantity = somePieces(target, dice);
  return {
    actor: 'supervisor', expected: endRefusal(target, quantity), body: { quantity, basis: dice.b % 2 ? 'approval' : 'lost_in_transit', reason: '运输丢失', evidence: [sequence.world.evidence.supervisor] },
    apply: () => void end(model, target, { kind: 'excused', quantity, lost: dice.b % 2 === 0 }),
  };
});

const EXTEND = onObligation('extend', 2, ({ model, target, dice: { a, how } }) => {
  const to = how === 'odd' ? (target.dueOn ?? model.day) : Math.max(target.dueOn ?? 0, model.day) + 1 + (a % 40);
  return {
    actor: 'supervisor', body: { dueOn: dateOf(to), reason: '用户出国' }, expected: extendRefusal(model, target, to), apply: () => void Object.assign(target, { dueOn: to, putOff: true }),
  };
});

/** F-1: an exclusion found after the fact is a charge at once. */
const CHARGE = onObligation('charge', 2, ({ model, sequence, target, dice }) => {
  const quantity = somePieces(target, dice);
  const onAccount = dice.b % 2 === 0;
  return {
    actor: 'clerk', expected: endRefusal(target, quantity),
    body: { quantity, exclusion: 'misuse', cause: '进水', evidence: [sequence.world.evidence.clerk], paymentMethod: onAccount ? 'account' : 'bank_transfer', invoiceWish: 'later' },
    apply: async ({ id }) => {
      model.moment += 1;
      const slip: SlipModel = {
        id, origin: 'exclusion', onAccount, state: 'confirmed', paid: 0, confirmedAt: model.moment,
        lines: [{ line: null, originId: target.id, part: target.part, quantity, unitPrice: priceOn(target.part, model.day), reversed: { quantity: 0, net: 0, tax: 0 } }],
      };
      end(model, target, { kind: 'charged', quantity, slip });
      model.slips.push(slip);
      await untilOwed(sequence, slip);
      await compareSlip(sequence, slip, 'supervisor');
    },
  };
});

export const RETURN_COMMANDS = [ANNOUNCE, SEND, TRANSIT, RECEIVE, COUNT, SEND_BACK, EXCUSE, EXTEND, CHARGE] as Kind<never>[];
