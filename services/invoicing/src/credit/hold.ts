import { CreditHeldSchema, type HoldCreditRequest } from '@aftercare/contracts';
import { addMoney, compareMoney, newId, subtractMoney } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import type { Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { lockMoney } from '../books/work.js';
import { outstandingOf } from '../receivables/receivable.rules.js';
import { receivableOf } from '../receivables/receivable.store.js';
import { CreditHoldRow, CreditLineRow } from './credit.entity.js';
import { assertAmount, creditUse, decideHold, roomOf, type OnAccount } from './credit.rules.js';

const ON_ACCOUNT = `
  select (r.gross_total - r.reversed_total - r.paid_total)::text as outstanding,
         coalesce(sum(h.amount) filter (where h.state = 'held'), 0)::text as held,
         coalesce(sum(h.amount) filter (where h.state = 'used'), 0)::text as shipped,
         r.payment_method = 'account' and r.origin <> 'request' as whole
    from receivable r left join credit_hold h on h.slip_id = r.slip_id and h.state in ('held', 'used')
   where r.dealer_id = $1 and r.gross_total - r.reversed_total > r.paid_total
   group by r.slip_id having count(h.id) > 0 or (r.payment_method = 'account' and r.origin <> 'request')`;

/** P-9: what a dealer owes on account and what is held for its shipments. */
export async function useOf(em: EntityManager, dealerId: string): Promise<{ used: string; held: string }> {
  return creditUse(await em.query<OnAccount[]>(ON_ACCOUNT, [dealerId]));
}

/**
 * P-9: reserves room for a shipment of a slip's lines; asked again for the same shipment and slip it answers held again.
 * More than the slip still owes beyond what is already held or used is never reserved. Errors: unavailable
 * RECEIVABLE_PENDING while the confirmed slip is on its way here.
 */
export async function holdCredit(tx: Tx, request: HoldCreditRequest): Promise<{ held: boolean; reason: string; room: string }> {
  const amount = assertAmount(request.amount, 'amount', { computed: true });
  const { dealerId, slipId } = await receivableOf(tx, request.slipId).catch(pending);
  if (dealerId !== request.dealerId) throw new ServiceError('failed_precondition', 'DEALER_MISMATCH', 'The slip is another dealer\'s.');
  await lockMoney(tx, dealerId);
  const line = await tx.em.findOneBy(CreditLineRow, { dealerId });
  const limit = line?.limitAmount ?? null;
  const use = await useOf(tx.em, dealerId);
  const holds = await tx.em.findBy(CreditHoldRow, { slipId });
  const mine = holds.find((hold) => hold.shippingOrderId === request.shippingOrderId);
  if (mine && mine.state !== 'released') return { held: true, reason: '', room: roomOf(limit ?? '0.00', use) };
  const fresh = await receivableOf(tx, request.slipId);
  const covered = addMoney(...holds.filter((hold) => hold.state !== 'released').map((hold) => hold.amount));
  const open = subtractMoney(outstandingOf(fresh), covered);
  const wanted = compareMoney(amount, open) > 0 ? open : amount;
  if (compareMoney(wanted, '0.00') <= 0) return { held: true, reason: '', room: roomOf(limit ?? '0.00', use) };
  const answer = decideHold(limit, use, wanted);
  if (!answer.held) return answer;
  await reserve(tx, { dealerId, slipId, shippingOrderId: request.shippingOrderId, amount: wanted }, mine);
  return answer;
}

/** Parts ships on confirmed slips only, so one that is not known here has just been confirmed. */
function pending(error: unknown): never {
  if (error instanceof ServiceError && error.code === 'not_found') {
    throw new ServiceError('unavailable', 'RECEIVABLE_PENDING', 'The slip has not reached invoicing yet; try again.', { retryAfterSeconds: 1 });
  }
  throw error;
}

type Reservation = Pick<CreditHoldRow, 'dealerId' | 'slipId' | 'shippingOrderId' | 'amount'>;

async function reserve(tx: Tx, reservation: Reservation, released: CreditHoldRow | undefined): Promise<void> {
  const hold = { id: released?.id ?? newId(), ...reservation, state: 'held' as const, heldAt: await tx.now() };
  if (released) await tx.em.update(CreditHoldRow, { id: hold.id }, hold);
  else await tx.em.insert(CreditHoldRow, hold);
  await tx.audit({ action: 'hold', kind: 'credit_hold', id: hold.id, dealerId: hold.dealerId, changed: { amount: { after: hold.amount } } });
  const { shippingOrderId, slipId, dealerId, amount } = reservation;
  await tx.announce(CreditHeldSchema, { shippingOrderId, slipId, dealerId, amount });
}

/** P-9: gives what is held for a cancelled shipment back; false when nothing was held. */
export async function releaseCredit(tx: Tx, shippingOrderId: string): Promise<{ released: boolean }> {
  const [hold] = await tx.em.findBy(CreditHoldRow, { shippingOrderId });
  if (!hold) return { released: false };
  await lockMoney(tx, hold.dealerId);
  const held = await tx.em.findBy(CreditHoldRow, { shippingOrderId, state: 'held' });
  for (const each of held) {
    await tx.em.update(CreditHoldRow, { id: each.id }, { state: 'released' });
    await tx.audit({ action: 'release', kind: 'credit_hold', id: each.id, dealerId: each.dealerId, changed: { state: { before: 'held', after: 'released' } } });
  }
  return { released: held.length > 0 };
}

/** P-9: the shipment has left: what was held for it is used, the dealer owes it on account. */
export async function useHolds(em: EntityManager, shippingOrderId: string): Promise<void> {
  await em.update(CreditHoldRow, { shippingOrderId, state: 'held' }, { state: 'used' });
}
