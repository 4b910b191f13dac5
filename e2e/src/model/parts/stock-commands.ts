import { ALWAYS, attempt, kind, type At, type Kind } from './act.js';
import { compareAdjustment } from './documents.js';
import { PARTS, refused, SITES, type AdjustmentModel } from './model.js';
import { partId } from './sequence.js';
import { adjustmentRefusal, approveAdjustment, arrive } from './stock.js';

const PURCHASE = kind<null>({
  name: 'purchase receipt', weight: 3, ...ALWAYS,
  run: async (at) => {
    const { model, sequence, dice: { a, b, c, how } } = at;
    const site = a % 5 < 3 ? 0 : a % 5 === 3 ? 1 : 2;
    const pieces = [{ part: b % PARTS.length, quantity: 1 + (c % 12) }, ...(c % 2 ? [{ part: (b + 1) % PARTS.length, quantity: 1 + (b % 4) }] : [])];
    const lines = pieces.map(({ part, quantity }) => ({ partId: partId(sequence, part), quantity: how === 'odd' ? 0 : quantity, unitCost: '3.00' }));
    const expected = how === 'odd' ? refused('INVALID_FIELD', 400) : SITES[site]?.receiving ? undefined : refused('SITE_NOT_RECEIVING');
    const { why } = await attempt(at, { actor: 'keeper', path: '/purchase-receipts', body: { warehouseId: sequence.world.sites[site], reference: 'GRN', lines }, expected });
    if (!why) arrive(model, site, pieces);
    return why;
  },
});

const adjustments = (model: { adjustments: AdjustmentModel[] }): AdjustmentModel[] => model.adjustments;
const requested = (model: { adjustments: AdjustmentModel[] }): AdjustmentModel[] => model.adjustments.filter(({ state }) => state === 'requested');

const REQUEST = kind<null>({
  name: 'request an adjustment', weight: 1, ...ALWAYS,
  run: async (at) => {
    const { model, sequence, dice: { a, b, c, how } } = at;
    const [adjustmentKind, site, part] = [(['correction', 'scrap', 'write_off'] as const)[a % 3] ?? 'correction', b % SITES.length, c % PARTS.length];
    const pieces = 1 + (b % 3);
    const quantity = adjustmentKind === 'correction' && c % 2 === 0 ? pieces : -pieces;
    const wrong = adjustmentKind === 'correction' ? 0 : pieces;
    const body = { warehouseId: sequence.world.sites[site], kind: adjustmentKind, reason: '盘点差异', lines: [{ partId: partId(sequence, part), quantity: how === 'odd' ? wrong : quantity }] };
    const answer = await attempt<{ id: string }>(at, { actor: 'keeper', path: '/adjustments', body, expected: how === 'odd' ? refused('QUANTITY_INVALID', 400) : undefined });
    if (answer.body) model.adjustments.push({ id: answer.body.id, kind: adjustmentKind, site, part, quantity, state: 'requested' });
    return answer.why;
  },
});

function decide(action: 'approve' | 'reject' | 'cancel', weight: number): Kind<AdjustmentModel> {
  const actor = action === 'cancel' ? 'keeper' : 'supervisor';
  return kind({
    name: `${action} an adjustment`, weight, ready: requested, all: adjustments,
    run: async (at: At<AdjustmentModel>) => {
      const { model, sequence, target } = at;
      const { version } = await compareAdjustment(sequence, target, actor);
      const path = `/adjustments/${target.id}/${action}`;
      const expected = action === 'approve' ? adjustmentRefusal(model, target) : target.state === 'requested' ? undefined : refused('STEP_NOT_ALLOWED');
      const { why } = await attempt(at, { actor, path, version, body: action === 'reject' ? { reason: '请重数' } : {}, expected });
      if (!why && action === 'approve') approveAdjustment(model, target);
      else if (!why) target.state = action === 'reject' ? 'rejected' : 'cancelled';
      return why;
    },
  });
}

export const STOCK_COMMANDS: Kind<never>[] = [PURCHASE, REQUEST, decide('approve', 8), decide('reject', 4), decide('cancel', 4)] as Kind<never>[];
