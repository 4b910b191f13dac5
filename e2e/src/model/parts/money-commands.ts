import { eventually } from '../../http/api.js';
import { ALWAYS, attempt, kind, type Kind } from './act.js';
import { compareSlip } from './documents.js';
import { NOT_NOW, type PartsModel, type SlipModel } from './model.js';
import { isPaid, owedOf } from './money.js';
import type { Sequence } from './sequence.js';
import { yuan } from './world.js';

const slips = (model: PartsModel): SlipModel[] => model.slips;

/** Invoicing hears of a confirmed slip by its event. */
export async function untilOwed({ world }: Sequence, slip: SlipModel): Promise<void> {
  await eventually(() => world.people.finance.raw('GET', `/receivables/${slip.id}`), ({ status }) => status === 200, 'the receivable');
}

const CONFIRM = kind<SlipModel>({
  name: 'confirm a slip', weight: 14, ready: (model) => model.slips.filter(({ state }) => state === 'draft'), all: slips,
  run: async (at) => {
    const { model, sequence, target, dice: { a } } = at;
    const actor = a % 2 ? 'clerk' : 'finance';
    const { version } = await compareSlip(sequence, target, actor);
    const { why } = await attempt(at, { actor, path: `/charge-slips/${target.id}/confirm`, body: {}, version, expected: target.state === 'draft' ? undefined : NOT_NOW });
    if (!why) {
      model.moment += 1;
      Object.assign(target, { state: 'confirmed', confirmedAt: model.moment });
      await untilOwed(sequence, target);
    }
    await compareSlip(sequence, target, 'manager');
    return why;
  },
});

const unpaid = (model: PartsModel): SlipModel[] => model.slips.filter((slip) => slip.origin === 'request' && slip.state === 'confirmed' && !isPaid(slip));

/** B-4: all of it by its number, or a fen of it by hand. */
const PAY = kind<SlipModel>({
  name: 'pay a slip', weight: 10, ready: unpaid, all: unpaid,
  run: async (at) => {
    const { sequence, target, dice: { a } } = at;
    const { number } = await compareSlip(sequence, target, 'finance');
    const whole = a % 4 > 0 || owedOf(target) === 1;
    const amount = whole ? owedOf(target) : 1;
    const body = { dealerId: sequence.stage.dealerId, method: 'bank_transfer', amount: yuan(amount), reference: whole ? number : '' };
    const answer = await attempt<{ id: string; state: string; version: number }>(at, { actor: 'finance', path: '/payments', body, expected: undefined });
    if (!answer.body) return answer.why;
    const { id, state, version } = answer.body;
    if (state !== 'matched') await sequence.world.people.finance.post(`/payments/${id}/match`, { version, allocations: [{ slipId: target.id, amount: yuan(amount) }] });
    target.paid += amount;
    if (whole) await eventually(() => sequence.world.people.clerk.get<{ paid?: boolean }>(`/charge-slips/${target.id}`), ({ paid }) => paid === true, 'the payment');
    return undefined;
  },
});

const LIMITS = [0, 2_000, 10_000, 1_000_000];

const CREDIT = kind<null>({
  name: 'approve a credit line', weight: 0.6, ...ALWAYS,
  run: async (at) => {
    const { model, sequence: { world, stage }, dice: { a } } = at;
    const limit = LIMITS[a % LIMITS.length] ?? 0;
    const answer = await attempt<{ id: string; version: number }>(at, { actor: 'finance', path: '/credit-lines', body: { dealerId: stage.dealerId, limit: yuan(limit) }, expected: undefined });
    if (!answer.body) return answer.why;
    await world.people.supervisor.post(`/credit-lines/${answer.body.id}/approve`, { version: answer.body.version });
    model.creditLimit = limit;
    return undefined;
  },
});

export const MONEY_COMMANDS = [CONFIRM, PAY, CREDIT] as Kind<never>[];
