import { same } from '../compare.js';
import { eventually } from '../../http/api.js';
import { ALWAYS, attempt, kind, type At, type Kind } from './act.js';
import { compareSlip, compareStocktake, type Shown } from './documents.js';
import { dateOf, refused, type PartsModel, type Refused, type StocktakeLineModel, type StocktakeModel } from './model.js';
import { untilOwed } from './money-commands.js';
import { untilEnded } from './overview.js';
import { drawn, list, partIndex, read, withoutId, type Sequence } from './sequence.js';
import { outstandingOf } from './returns.js';
import { cancel, close, confirm, exclusionsOf, figuresOf, open, openRefusal, pass, stepRefusal, type StocktakeAction } from './stocktakes.js';

const OPEN = kind<null>({
  name: 'open a stocktake', weight: 7, ready: (model) => (model.obligations.length > 0 && model.day > 0 ? [null] : []), all: ALWAYS.all,
  run: async (at) => {
    const { model, sequence, dice: { a, b, how } } = at;
    const { dealerId } = sequence.stage;
    const cutOffOn = how === 'odd' ? model.day : Math.max(-20, model.day - 1 - (a % 3 === 0 ? a % 40 : 0));
    const until = b % 3 === 0 ? null : model.day + (b % 20);
    const body = { dealerId, cutOffOn: dateOf(cutOffOn), ...(until === null ? {} : { returnUntil: dateOf(until) }) };
    const answer = await attempt<{ id: string }>(at, { actor: 'clerk', path: '/stocktakes', body, expected: openRefusal(model, { cutOffOn, until }) });
    if (!answer.body) return answer.why;
    const { state, result } = await untilEnded(sequence, answer.body.id, 'clerk');
    same('the job that opens', state, 'done');
    const stocktake = open(model, { cutOffOn, until });
    stocktake.id = (JSON.parse(result) as { stocktakeId: string }).stocktakeId;
    await learnLines(sequence, stocktake);
    const excluded = await list<{ partId: string; rule: string; quantity: number }>(sequence, 'manager', `/stocktakes/${stocktake.id}/exclusions`);
    const sorted = (entries: [string, number][]): object => Object.fromEntries(entries.sort(([x], [y]) => (x < y ? -1 : 1)));
    same('what is not in the stocktake', sorted(excluded.map((each) => [`${partIndex(sequence, each.partId)} ${each.rule}`, each.quantity])), sorted(Object.entries(exclusionsOf(model, stocktake))));
    await compareStocktake(model, sequence, stocktake, 'manager');
    return undefined;
  },
});

/** Ids of lines that were made on the way. */
async function learnLines(sequence: Sequence, stocktake: StocktakeModel): Promise<void> {
  if (withoutId(stocktake.lines).length === 0) return;
  const lines = await list<{ id: string; partId: string }>(sequence, 'clerk', `/stocktakes/${stocktake.id}/lines`);
  for (const line of stocktake.lines) line.id = lines.find((each) => partIndex(sequence, each.partId) === line.part)?.id ?? 'none was made';
}

const stocktakes = (...states: StocktakeModel['state'][]) => (model: PartsModel): StocktakeModel[] => model.stocktakes.filter(({ state }) => states.length === 0 || states.includes(state));

interface StocktakeStep {
  actor: 'clerk' | 'manager' | 'supervisor';
  body: object;
  /** Why it is refused although the step is possible. */
  expected?: Refused | undefined;
  apply(answer: { id: string }): void | Promise<void>;
}

function onStocktake(action: StocktakeAction, weight: number, ready: Kind<StocktakeModel>['ready'], step: (at: At<StocktakeModel>) => StocktakeStep): Kind<StocktakeModel> {
  return kind({
    name: `${action} (stocktake)`, weight, ready, all: stocktakes(),
    run: async (at: At<StocktakeModel>) => {
      const { model, sequence, target } = at;
      const { actor, body, expected, apply } = step(at);
      const { version } = await compareStocktake(model, sequence, target, actor);
      const answer = await attempt<{ id: string }>(at, { actor, path: `/stocktakes/${target.id}/${action}`, body, version, expected: stepRefusal(model, target, action) ?? expected });
      if (answer.body) await apply(answer.body);
      await learnLines(sequence, target);
      await compareStocktake(model, sequence, target, actor === 'manager' ? 'clerk' : 'manager');
      return answer.why;
    },
  });
}

const REMIND = onStocktake('remind', 3, stocktakes('open'), () => ({ actor: 'clerk', body: {}, apply: () => undefined }));

const CLOSE = onStocktake('close', 8, stocktakes('open'), ({ model, target }) => ({ actor: 'clerk', body: {}, apply: () => close(model, target) }));

const inWindow = (model: PartsModel): StocktakeModel[] => stocktakes('closed')(model).filter(({ objectUntil, lines }) => model.day <= (objectUntil ?? -1) && lines.length > 0);
const outstanding = (model: PartsModel, stocktake: StocktakeModel) => (line: StocktakeLineModel): boolean => figuresOf(model, stocktake, line).outstanding > 0;

/** A line of the stocktake that still has pieces out, if there is one. */
function lineOf({ model, target, dice: { b, how } }: At<StocktakeModel>): StocktakeLineModel | undefined {
  const out = target.lines.filter(outstanding(model, target));
  return out.length > 0 && how !== 'odd' ? drawn(out, b) : target.lines.length > 0 ? drawn(target.lines, b) : undefined;
}

const NO_LINE = { lineId: '01890000-0000-7000-8000-000000000000' };

const OBJECT = onStocktake('object', 12, inWindow, (at) => {
  const line = lineOf(at);
  const expected = line === undefined ? refused('LINE_UNKNOWN', 404) : outstanding(at.model, at.target)(line) ? undefined : refused('NOTHING_OUTSTANDING');
  return { actor: 'manager', body: { lines: [{ lineId: line?.id ?? NO_LINE.lineId, reason: '已经寄回' }] }, expected, apply: () => { if (line) line.objected = true; } };
});

const DECIDE = onStocktake('decide', 8, (model) => stocktakes('closed')(model).filter(({ lines }) => lines.length > 0), (at) => {
  const { model, sequence, dice: { a, c, how } } = at;
  const line = lineOf(at);
  const decision = how === 'odd' ? 'excuse' : (['charge', 'excuse', 'extend'] as const)[a % 3] ?? 'charge';
  const to = model.day + 1 + (c % 50);
  const asked = { lineId: line?.id ?? NO_LINE.lineId, decision, reason: '核实', ...(decision === 'extend' ? { dueOn: dateOf(to) } : {}), ...(how === 'odd' ? {} : { evidence: [sequence.world.evidence.supervisor] }) };
  return {
    actor: 'supervisor', body: { lines: [asked] }, expected: line === undefined ? refused('LINE_UNKNOWN', 404) : how === 'odd' ? refused('EVIDENCE_MISSING', 400) : undefined,
    apply: () => { if (line) Object.assign(line, { decision, extendTo: decision === 'extend' ? to : null }); },
  };
});

const CONFIRM = onStocktake('confirm', 20, stocktakes('closed'), ({ model, sequence, target }) => ({
  actor: 'supervisor', body: {},
  apply: async ({ id }) => {
    const { state, errors } = await untilEnded(sequence, id, 'supervisor');
    same('the job that confirms', [state, errors ?? []], ['done', []]);
    const slip = confirm(model, target);
    const { slipIds = [] } = await read<Shown & { slipIds?: string[] }>(sequence, 'clerk', `/stocktakes/${target.id}`);
    same('slips of the confirmation', slipIds.length, slip ? 1 : 0);
    if (!slip) return;
    slip.id = slipIds[0] ?? '';
    await untilOwed(sequence, slip);
    await compareSlip(sequence, slip, 'finance');
  },
}));

const CANCEL = onStocktake('cancel', 1.2, stocktakes('open', 'closed'), ({ model, target, dice: { a } }) => ({ actor: a % 2 ? 'clerk' : 'supervisor', body: { reason: '重新盘点' }, apply: () => cancel(model, target) }));

const DAYS = [1, 1, 3, 8, 8, 16, 31, 31, 60, 95];

/** Days pass; what is due then comes by itself. */
async function letPass(model: PartsModel, sequence: Sequence, days: number): Promise<void> {
  const ending = model.stocktakes.filter(({ state }) => state === 'open');
  pass(model, days);
  await sequence.world.setDay(model.day);
  for (const stocktake of ending.filter(({ state }) => state === 'closed')) {
    await eventually(() => sequence.world.people.clerk.get<{ state: string }>(`/stocktakes/${stocktake.id}`), ({ state }) => state === 'closed', 'the end of the time for returns');
    await learnLines(sequence, stocktake);
    await compareStocktake(model, sequence, stocktake, 'supervisor');
  }
}

const PASS = kind<null>({
  name: 'days pass', weight: 2, ...ALWAYS,
  run: async ({ model, sequence, dice: { a } }) => {
    await letPass(model, sequence, drawn(DAYS, a));
    return undefined;
  },
});

const LATE_DAYS = 90;

/** Last days of something: of returns, objections, quotes, due dates, and of taking a charge back. */
function limits({ day, stocktakes: all, requests, obligations }: PartsModel): number[] {
  const counted = all.flatMap(({ state, returnUntil, objectUntil }) => (state === 'open' ? [returnUntil, returnUntil] : state === 'closed' ? [objectUntil ?? day, objectUntil ?? day] : []));
  const quoted = requests.flatMap(({ lines }) => lines.filter(({ state }) => state === 'quoted').map(({ quotedUntil }) => quotedUntil ?? day));
  const charged = obligations.flatMap(({ settlements }) => settlements.filter(({ kind: of, slip }) => of === 'charged' && slip?.origin === 'stocktake').map(({ on }) => on + LATE_DAYS));
  const due = obligations.flatMap((each) => (each.dueOn === null || outstandingOf(each) === 0 ? [] : [each.dueOn]));
  return [...counted, ...quoted, ...charged, ...due.slice(0, 1)].filter((limit) => limit >= day);
}

/** The last day of something comes, or the day after. */
const LIMIT = kind<number>({
  name: 'a last day comes or goes', weight: 5, ready: limits, all: limits,
  run: async ({ model, sequence, target, dice: { a } }) => {
    await letPass(model, sequence, Math.max(1, target - model.day + (a % 3 === 0 ? 0 : 1)));
    return undefined;
  },
});

export const STOCKTAKE_COMMANDS = [OPEN, REMIND, CLOSE, OBJECT, DECIDE, CONFIRM, CANCEL, PASS, LIMIT] as Kind<never>[];
