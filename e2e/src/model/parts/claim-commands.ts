import { attempt, kind, type At, type Kind } from './act.js';
import { compareClaim, FROM, isIn, type ClaimAction } from './claims.js';
import { dateOf, NOT_NOW, refused, type ClaimModel, type PartsModel, type Refused } from './model.js';
import { yuan } from './world.js';

interface ClaimStep {
  body: object;
  /** Why it is refused although the step is possible. */
  expected?: Refused | undefined;
  apply(): void;
}

function onClaim(action: Exclude<ClaimAction, 'files'>, weight: number, step: (at: At<ClaimModel>) => ClaimStep): Kind<ClaimModel> {
  return kind({
    name: `${action} (carrier claim)`, weight, ready: ({ claims }: PartsModel) => claims.filter((each) => isIn(each, FROM[action])), all: ({ claims }: PartsModel) => claims,
    run: async (at: At<ClaimModel>) => {
      const { sequence, target, dice: { b } } = at;
      const actor = b % 2 ? 'keeper' : 'clerk';
      const { body, expected, apply } = step(at);
      const { version } = await compareClaim(sequence, target, actor);
      const { why } = await attempt(at, { actor, path: `/carrier-claims/${target.id}/${action}`, body, version, expected: isIn(target, FROM[action]) ? expected : NOT_NOW });
      if (!why) apply();
      await compareClaim(sequence, target, 'finance');
      return why;
    },
  });
}

/** All of the value, or an amount that is named. */
const FILE = onClaim('file', 12, ({ target, dice: { a, c } }) => {
  const named = a % 3 === 0 ? 1 + (c % 5_000) : null;
  return { body: named === null ? {} : { amount: yuan(named), reference: 'LP' }, apply: () => Object.assign(target, { state: 'filed', amount: named ?? target.unitPrice * target.discrepancy.missing }) };
});

/** At most what is claimed. */
const SETTLE = onClaim('settle', 9, ({ model, target, dice: { a, how } }) => {
  const paid = how === 'odd' ? target.amount + 1 : Math.max(1, a % 2 ? target.amount : Math.floor(target.amount / 2));
  return {
    body: { settledOn: dateOf(model.day), amount: yuan(paid) }, expected: how === 'odd' ? refused('AMOUNT_INVALID', 400) : undefined,
    apply: () => Object.assign(target, { state: 'settled', settled: paid }),
  };
});

const REFUSE = onClaim('refuse', 5, ({ target }) => ({ body: { reason: '超过时效' }, apply: () => { target.state = 'refused'; } }));
const WITHDRAW = onClaim('withdraw', 3, ({ target }) => ({ body: { reason: '已经找到' }, apply: () => { target.state = 'withdrawn'; } }));

export const CLAIM_COMMANDS = [FILE, SETTLE, REFUSE, WITHDRAW] as Kind<never>[];
